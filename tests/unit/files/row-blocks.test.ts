import { describe, expect, it } from 'vitest';
import { inspect, readAll } from './read-all.ts';
import { errorOf, fileMaker, tempFolder } from './temp-files.ts';

const file = fileMaker(tempFolder());
const header = 'id,subject,status,assignee,category';

/** A row of a sheet as Excel writes it where its block has so many columns. */
const row = (id: number, width: number): string =>
  [String(id), `Subject ${id}`, 'Open', 'Ana', 'Mail'].slice(0, width).join(',');

/** The header and rows of these widths. */
const sheet = (...widths: number[]): string[] => [header, ...widths.map((width, at) => row(at + 1, width))];
const times = (count: number, width: number): number[] => Array<number>(count).fill(width);
const read = (lines: string[], lineEnd = '\r\n', end = lineEnd) => readAll(file(lines.join(lineEnd) + end));

/** What Excel makes of a sheet of 40 rows of which 5 to 7, in the first block, and none of the others have an assignee. */
const excel = sheet(...times(15, 5), ...times(16, 3), ...times(9, 4));

describe('the last columns of a block of sixteen rows, which Excel leaves out where nothing is in them,', () => {
  it.each(['\r\n', '\n', '\r'])('are read as empty (line ends %j)', (lineEnd) => {
    const { records, rejected } = read(excel, lineEnd);
    expect(rejected).toEqual([]);
    const told = records.map(({ key, fields: { assignee, category } }) => [key, assignee, category]);
    expect(told).toEqual(
      Array.from({ length: 40 }, (_, at) => [
        String(at + 1),
        at < 15 || at >= 31 ? 'Ana' : null,
        at < 15 ? 'Mail' : null,
      ]),
    );
  });

  it('are read alike where a quotation mark makes rows longer than lines', () => {
    const { records, rejected } = read(excel.map((line) => line.replace(/Subject (1\d)/, '"Two\r\n""$1"""')));
    expect([records.length, rejected]).toEqual([40, []]);
    expect(records[30]?.fields).toMatchObject({ status: 'open', assignee: null });
  });

  it('are told of before anything is read', () => {
    const { notes, rows } = inspect(file(`${excel.join('\r\n')}\r\n`));
    expect(rows).toBe(40);
    expect(notes).toEqual([
      '25 rows end before the last columns, as Excel writes them where nothing is in these: they are taken as empty there (lines 17, 18, 19, 20, 21 and more).',
    ]);
  });

  it('are not so where a row of the block has more: each that is shorter is rejected', () => {
    const { rejected } = read(sheet(...times(15, 5), ...times(15, 3), 5, ...times(400, 5)));
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual(
      Array.from({ length: 15 }, (_, at) => [17 + at, 'It has 3 fields where the header has 5.']),
    );
  });

  it('nor in the block of the header', () => {
    expect(errorOf(() => read(sheet(...times(15, 3)))).code).toBe('csv_ragged');
  });

  it('nor where a line end stands in a field without quotes', () => {
    const lines = sheet(...times(100, 5));
    lines[40] = '40,Two\r\nlines,Open,Ana,Mail';
    expect(read(lines).rejected.map(({ text }) => text)).toEqual(['40,Two', 'lines,Open,Ana,Mail']);
  });

  it('nor in the last row of a file that was cut off', () => {
    const lines = sheet(...times(15, 5), ...times(5, 3));
    expect(read(lines, '\n', '').rejected).toEqual([
      { line: 21, reason: 'It has 3 fields where the header has 5.', text: '20,Subject 20,Open' },
    ]);
    expect(read(lines, '\n').rejected).toEqual([]);
  });

  it('nor where there are more of them than the header names', () => {
    const { rejected } = read(
      sheet(...times(15, 5), ...times(400, 5)).concat(Array(16).fill('500,a,Open,b,c,d')),
    );
    expect(rejected.length).toBe(16);
  });
});
