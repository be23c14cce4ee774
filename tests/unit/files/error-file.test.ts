import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeErrorFile } from '../../../src-main/files/error-file.ts';
import { readAll } from './read-all.ts';
import { fileMaker, tempFolder } from './temp-files.ts';

const folder = tempFolder();
const file = fileMaker(folder);

it('imports again as is, and whole once it is put right', async () => {
  const source = file(
    Buffer.from(
      '\uFEFFid;"sub;ject";status\r\n1;a;open\r\n2;"b ""b""\nb";sleeping\r\n3;ü;closed\r\n1;c;open\r\n',
      'utf16le',
    ),
  );
  const first = readAll(source);
  expect(first.rejected.map(({ line }) => line)).toEqual([3, 6]);
  const target = join(folder, 'rejected.csv');
  const written = await writeErrorFile(target, first.opened.header, first.rejected);
  expect(written.rows).toBe(2);
  expect(written.bytes).toBe(readFileSync(target).length);
  expect(readFileSync(target, 'utf8')).toBe(
    'id;"sub;ject";status\r\n2;"b ""b""\nb";sleeping\r\n1;c;open\r\n',
  );

  const again = readAll(target);
  expect(again.rejected).toMatchObject([{ reason: '“sleeping” in “status” is not a known status.' }]);
  writeFileSync(target, readFileSync(target, 'utf8').replace('sleeping', 'open'));
  const mended = readAll(target);
  expect(mended.rejected).toEqual([]);
  expect(mended.records.map(({ key, fields }) => [key, fields.subject])).toEqual([
    ['2', 'b "b"\nb'],
    ['1', 'c'],
  ]);
});

it('leaves what stood there when the rows cannot be had to the end', async () => {
  const target = join(folder, 'kept.csv');
  writeFileSync(target, 'before');
  async function* rows() {
    yield { line: 2, reason: 'x', text: 'y'.repeat(600_000) };
    throw new Error('the database went away');
  }
  await expect(writeErrorFile(target, 'id', rows())).rejects.toThrow('the database went away');
  expect(readFileSync(target, 'utf8')).toBe('before');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
