import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { inspect, mappingWords } from './read-all.ts';
import { fileMaker, tempFolder } from './temp-files.ts';

const file = fileMaker(tempFolder());

it.each([
  ['created', 'last changed: it gets the time of its creation'],
  ['updated', 'created: it gets the time of its last change'],
])('says where the other time comes from where a file has but one: %s', (name, words) => {
  const { mappingNotes } = inspect(file(`id,subject,${name}\n1,a,2024-01-01\n`));
  const told = mappingNotes.filter(({ text }) => text.includes('does not say when'));
  expect(told).toEqual([{ text: expect.stringContaining(words), about: ['createdAt', 'updatedAt'] }]);
});

it('counts the rows that have no id, or no subject but a mark for it', () => {
  const notes = mappingWords(inspect(file('id,subject\n1,a\n,b\n,c\n4,N/A\n')));
  expect(notes).toContain('2 rows have no id in “id” and will be rejected.');
  expect(notes).toContain('1 field with “?”, “NULL” or “N/A” in it is read as “nothing here”.');
  expect(notes).toContain('1 row has such a mark in “subject”');
  expect(mappingWords(inspect(file('id,subject\n1,a\n')))).not.toMatch(/no id in|such a mark/);
  // A mark elsewhere is none of the subject's.
  expect(mappingWords(inspect(file('id,subject,product\n1,a,N/A\n')))).not.toContain('such a mark');
});

it('names very long fields and the places that go without', () => {
  const path = file(`id,body\n1,x\n2,${'y'.repeat(100_001)}\n`);
  const found = inspect(path);
  const notes = [...found.notes, mappingWords(found)].join(' ');
  expect(notes).toContain('up to 100,001 characters in one field (line 3)');
  expect(notes).toContain('The file has no status: every ticket becomes “Open”');
  expect(notes).toContain('The file has no priority: every ticket becomes “Medium”');
  expect(notes).toContain('it gets the time of the import');
  expect(found.name).toBe(basename(path));
  expect(notes).not.toContain(dirname(path));
});
