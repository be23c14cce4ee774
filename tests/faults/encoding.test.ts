import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unguard } from '../../src-main/platform/csv-guard.ts';
import { exportAll, parsedTwice } from '../builders/exported.ts';
import { seed } from '../builders/property.ts';
import { fillTickets, makeTickets } from '../builders/tickets.ts';
import { useConsole } from '../builders/use-console.ts';
import { size } from './size.ts';

const count = size({ short: 1_000, long: 10_000 });
/** Among them halves of a pair, which are no character each on its own. */
const awkward = [
  '"',
  ',',
  ';',
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\uD83D',
  '\uDE00',
  '😀',
  '\u202E',
  '\uFEFF',
  ' ',
  '=',
  'x',
];
const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...awkward), maxLength: 10 }),
);
const long = fc
  .tuple(cell, fc.constantFrom('日', 'x', '😀', '"', '\r\n'))
  .map(([start, unit]) => start + unit.repeat(40_000));

let texts: [string, string][];

const app = useConsole({
  per: 'test',
  fill: (folder) => {
    const few = fc.sample(fc.tuple(long, cell), { seed, numRuns: 10 });
    texts = [...few, ...fc.sample(fc.tuple(cell, cell), { seed, numRuns: count - few.length })];
    fillTickets(
      folder,
      makeTickets(count, (id) => {
        const [subject, category] = texts[id - 1] ?? ['', ''];
        return { subject, category };
      }),
    );
  },
});

/** What a text becomes that UTF-8 and CSV cannot hold as it is. */
function clean(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

it(`${count} rows of anything are read alike by two parsers, and the file is the same bytes every time`, async () => {
  const bytes = await exportAll(app, ['id', 'subject', 'category']);
  const [header, ...rows] = parsedTwice(bytes);
  expect(header).toEqual(['id', 'subject', 'category']);
  expect(rows.map((row) => row.map(unguard))).toEqual(
    texts.map((row, at) => [String(at + 1), ...row.map(clean)]),
  );
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(bytes.subarray(-2).toString()).toBe('\r\n');
  expect((await exportAll(app, ['id', 'subject', 'category'])).equals(bytes)).toBe(true);
});
