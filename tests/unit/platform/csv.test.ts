import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../src-main/platform/csv.ts';
import { guard, unguard } from '../../../src-main/platform/csv-guard.ts';
import { csvOf } from '../../builders/csv.ts';
import { formulaLeads, formulaStarts, formulas, wouldRun } from '../../builders/formulas.ts';

/** What two parsers that know nothing of each other read. */
function parsed(text: string, delimiter = ','): string[][] {
  const one: string[][] = parse(text, { delimiter });
  const other = Papa.parse<string[]>(text, { delimiter, newline: '\r\n' }).data.slice(0, -1);
  expect(other).toEqual(one);
  return one;
}
/** What a text becomes that CSV cannot hold as it is. */
const clean = (text: string) => text.replaceAll('\0', '\uFFFD').toWellFormed();

describe('rows', () => {
  it('end with CRLF and are quoted only where they must be', () => {
    expect(csvLine(['a', 'b c', 'd,e', 'f"g', 'h\ni', 'j\rk', "l'm", ''])).toBe(
      'a,b c,"d,e","f""g","h\ni","j\rk",l\'m,\r\n',
    );
    expect(csvLine(['a;b', 'c,d'], { delimiter: ';' })).toBe('"a;b";c,d\r\n');
  });

  it('hold numbers and nothing', () => {
    expect(csvLine([1, -5, 2.5, null, 10])).toBe('1,-5,2.5,,10\r\n');
  });

  it('of one empty cell are not empty lines', () => {
    expect(parsed(csvOf([[''], ['x'], [null]]))).toEqual([[''], ['x'], ['']]);
  });

  it('are the same bytes every time', () => {
    const rows = [
      ['=a', 1],
      ['b\n', null],
    ];
    expect(csvOf(rows)).toBe(csvOf(structuredClone(rows)));
  });
});

describe('formulas', () => {
  it('are all neutralised, in every separator, and nothing moves', () => {
    expect(formulas.length).toBeGreaterThan(1000);
    for (const delimiter of [',', ';', '\t', '|'] as const) {
      const rows = formulas.map((text, index) => [index, text, -5]);
      const read = parsed(csvOf(rows, { delimiter }), delimiter);
      expect(read).toHaveLength(formulas.length);
      for (const [index, row] of read.entries()) {
        expect(row).toHaveLength(3);
        expect([row[0], row[2]]).toEqual([String(index), '-5']);
        // A NUL is no NUL any more and starts nothing; every other cell carries the guard.
        const isPlain = formulas[index]?.includes('\0') ?? false;
        expect(isPlain || row[1]?.startsWith("'")).toBe(true);
        expect(wouldRun(row[1] ?? '')).toBe(false);
        expect(unguard(row[1] ?? '')).toBe(clean(formulas[index] ?? ''));
      }
    }
  });

  it('are left alone when the raw text is asked for', () => {
    expect(csvLine(['=1+1', '-x'], { isGuarded: false })).toBe('=1+1,-x\r\n');
  });

  it.each(['hello', "it's", "'tis", '5-3', 'a=b', 'x@example.com', '', "'", '"quoted"', '<p>=</p>'])(
    '%j is none',
    (text) => {
      expect(guard(text)).toBe(text);
      expect(unguard(text)).toBe(text);
    },
  );

  it('are given back exactly, whatever the text', () => {
    const risky = fc.string({
      unit: fc.constantFrom(...formulaStarts, ...formulaLeads.filter(Boolean), 'a', '1'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.oneof(risky, fc.string({ unit: 'binary' })), (text) => {
        expect(unguard(guard(text))).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('characters that CSV cannot hold', () => {
  it('are replaced', () => {
    const text = csvOf([['a\0b\0', 'x\uD800y', '=z', 'fine 😀']]);
    expect(parsed(text)).toEqual([['a\uFFFDb\uFFFD', 'x\uFFFDy', "'=z", 'fine 😀']]);
  });
});

it('holds 10,000 rows of anything: two parsers read them alike', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom('"', ',', ';', '\r', '\n', '\0', '\uD83D', '\u202E', '\uFEFF', ' ', '=', 'x'),
      maxLength: 10,
    }),
  );
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 50, maxLength: 50 });
  fc.assert(
    fc.property(rows, (table) => {
      // A mark at the very start of a file is the file's own, so every table begins with a header.
      const read = parsed(csvOf([['a', 'b', 'c'], ...table])).slice(1);
      expect(read.map((row) => row.map(unguard))).toEqual(table.map((row) => row.map(clean)));
    }),
    { numRuns: 200 },
  );
  const long = `"${'日'.repeat(40_000)}",\r\n`;
  expect(parsed(csvOf([[long, 1]]))).toEqual([[long, '1']]);
});
