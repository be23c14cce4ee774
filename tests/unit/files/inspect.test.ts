import { describe, expect, it } from 'vitest';
import { inspectFile } from '../../../src-main/files/inspect.ts';
import { inspect, mappingWords, readAll } from './read-all.ts';
import { errorOf, fileMaker, tempFolder } from './temp-files.ts';

const file = fileMaker(tempFolder());

describe('the separator', () => {
  it.each([
    [',', 'id,subject\n1,a;b;c\n2,d;e;f\n'],
    [';', 'id;subject;description\n1;"a,b";c,d\n2;e;f,g,h\n'],
    ['\t', 'id\tsubject\n1\ta, b, c\n2\td\n'],
    ['|', 'id|subject\n1|a;b\n2|c,d\n'],
  ])('%j is told', (delimiter, text) => {
    expect(inspect(file(text))).toMatchObject({ delimiter, rows: 2 });
  });

  it.each([
    ['for Excel', 'sep=;\r\nid;subject\r\n1;"a,b"\r\n2;c,d,e\r\n'],
    ['in capitals, quoted, after a byte order mark', '\uFEFF"SEP=;"\nid;subject\n1;"a,b"\n2;c,d,e\n'],
    ['that is no likely one', 'sep=;\nid;subject,state,tag\n1;a,b,c\n2;c,d,e\n'],
    ['with a carriage return', 'sep=;\rid;subject\r1;"a,b"\r2;c,d,e\r'],
  ])('may stand in a line above the names, %s', (_name, text) => {
    for (const written of [text, Buffer.from(`\uFEFF${text.replace('\uFEFF', '')}`, 'utf16le')]) {
      const path = file(written);
      expect(inspect(path)).toMatchObject({ delimiter: ';', rows: 2 });
      const { records, opened } = readAll(path);
      expect(records.map(({ key, line }) => [key, line])).toEqual([
        ['1', 3],
        ['2', 4],
      ]);
      // An error file begins as the file did.
      expect(opened.header).toMatch(/^"?sep=;"?\r?\n?id;subject/i);
    }
  });

  it.each([
    ['sep=;\nid,subject\n1,a\n', '“;” separates the fields, but line 2 is cut by “,”'],
    ['sep=:\nid:subject\n1:a\n', '“:” separates the fields'],
  ])('of %j in a line above the names does not hold', (text, words) => {
    const error = errorOf(() => inspect(file(text)));
    expect(error.code).toBe('csv_separator');
    expect(error.message).toContain(words);
  });

  it('is the more usual one of two that cut alike', () => {
    expect(inspect(file('id,a;b\n1,2;3\n'))).toMatchObject({ delimiter: ',' });
    expect(inspect(file('id;a|b\n1;2|3\n'))).toMatchObject({ delimiter: ';' });
  });

  it('is a comma where there is one column', () => {
    const found = inspect(file('id\n1\n2\n3'));
    expect(found).toMatchObject({ delimiter: ',', rows: 3 });
    expect(found.columns).toHaveLength(1);
  });
});

describe('the header', () => {
  it.each([
    ['a name that is missing', 'id,,subject\n1,2,3\n', 'column 2 has no name'],
    ['a row without a name', ',,\n1,2,3\n', 'column 1 has no name'],
    ['a name that comes twice', 'id,subject,id\n1,2,3\n', 'columns 1 and 3 are both called “id”'],
    ['a number', '17,Printer broken,open\n18,No sound,closed\n', 'the name of column 1 is the number 17'],
    ['a date', 'INC1,2024-03-01 10:00,open\nINC2,2024-03-02 10:00,open\n', 'looks like data'],
    ['an address', 'INC1,ana@example.com,open\nINC2,bo@example.com,open\n', 'looks like data'],
    ['a name that cannot be kept', 'id,__proto__\n1,2\n', '__proto__'],
  ])('is refused for %s', (_name, text, words) => {
    const error = errorOf(() => inspect(file(text)));
    expect(error.code).toBe('csv_no_header');
    expect(error.message).toContain(words);
  });

  it.each([
    ['carriage returns', 'subject,id\r\r\rA,1\rB,2\r'],
    ['two carriage returns and a line feed', 'subject,id\r\r\nA,1\r\r\n"B",2\r\r\n'],
    ['those, without a quotation mark', 'subject,id\r\r\nA,1\r\r\nB,2'],
  ])('tells that lines end with %s', (_name, text) => {
    const { records, rejected } = readAll(file(text));
    expect(records.map(({ key, fields }) => [key, fields.subject])).toEqual([
      ['1', 'A'],
      ['2', 'B'],
    ]);
    expect(rejected).toEqual([]);
  });

  it.each([
    ['without a quotation mark', 'id,subject,,\r\n1,A,,\r\n,,,\r\n2,B,,\r\n3,C,,mine\r\n4,,,\r\n5,E\r\n'],
    ['with one', 'id,"subject",,\r\n1,A,,\r\n,,,\r\n2,B,"",\r\n3,C,,mine\r\n4,,,\r\n5,E\r\n'],
  ])('may be followed by empty cells, as in every row of a sheet: %s', (_name, text) => {
    const found = inspect(file(text));
    expect(found.columns.map(({ header }) => header)).toEqual(['id', 'subject']);
    expect(found.notes.join(' ')).toContain('1 row does not have as many fields as the header');
    const { records, rejected } = readAll(file(text));
    expect(records.map(({ key, fields }) => [key, fields.subject])).toEqual([
      ['1', 'A'],
      ['2', 'B'],
      ['4', ''],
      // Excel leaves empty columns out for a stretch of rows.
      ['5', 'E'],
    ]);
    expect(rejected).toMatchObject([{ line: 5, text: '3,C,,mine' }]);
  });

  it('may come after empty lines and in quotes', () => {
    expect(inspect(file('\r\n\r\n"id","sub""ject"\r\n1,2\r\n')).columns.map(({ header }) => header)).toEqual([
      'id',
      'sub"ject',
    ]);
  });

  it('alone makes a file of no rows', () => {
    expect(inspect(file('id,subject\n'))).toMatchObject({ rows: 0 });
  });
});

describe('columns', () => {
  it('are counted, sampled and listed', () => {
    const text = 'id,state,note\n1,open,a\n2,?,b\n3,open,\n4,NULL,b\n5,closed,N/A\n';
    const [id, state, note] = inspect(file(text)).columns;
    expect(id).toMatchObject({ header: 'id', index: 0, filled: 5 });
    expect(state).toMatchObject({
      filled: 3,
      distinct: [
        { value: 'open', count: 2 },
        { value: 'closed', count: 1 },
      ],
    });
    expect(note).toMatchObject({ filled: 3, samples: ['a', 'b'] });
  });

  it('with more than 50 different values have no list', () => {
    const rows = Array.from({ length: 51 }, (_, index) => `${index},v${index % 50}`);
    const found = inspect(file(`id,tag\n${rows.join('\n')}`));
    expect(found.columns.map(({ distinct }) => distinct?.length)).toEqual([undefined, 50]);
  });
});

describe('ids that come again', () => {
  it('in many rows with dates are events', () => {
    const rows = Array.from(
      { length: 30 },
      (_, index) => `${index % 10},2024-01-${String(index + 1).padStart(2, '0')}`,
    );
    const found = inspect(file(`id,updated\n${rows.join('\n')}`));
    expect(found.proposed.repeatedIds).toBe('events');
    expect(mappingWords(found)).toContain('30 rows share 10 ids');
  });

  it('in a few rows, or without a date, are mistakes', () => {
    const rows = Array.from({ length: 30 }, (_, index) => `${Math.max(index, 3)},2024-01-01`);
    expect(inspect(file(`id,updated\n${rows.join('\n')}`)).proposed.repeatedIds).toBe('reject');
    expect(inspect(file(`id,words\n${'1,a\n'.repeat(9)}`)).proposed.repeatedIds).toBe('reject');
  });
});

describe('rows of another width', () => {
  const rows = (bad: number, all: number) =>
    `id,subject\n${Array.from({ length: all }, (_, index) => (index < bad ? `${index}` : `${index},x`)).join('\n')}\n`;

  it('are a note when they are few', () => {
    const found = inspect(file(rows(5, 100)));
    expect(found.rows).toBe(100);
    expect(found.notes.join(' ')).toContain('5 rows do not have as many fields');
  });

  it('refuse the file when they are many, naming the first', () => {
    const error = errorOf(() => inspect(file(rows(6, 100))));
    expect(error.code).toBe('csv_ragged');
    expect(error.message).toContain('6 of 100 rows');
    expect(error.details?.lines).toEqual(['2', '3', '4', '5', '6']);
  });

  it('are a slip when there are one or two in a short file', () => {
    expect(inspect(file('id,subject\n1,a\n2\n3,c\n')).rows).toBe(3);
    expect(inspect(file(rows(2, 4))).rows).toBe(4);
    expect(errorOf(() => inspect(file(rows(2, 3)))).code).toBe('csv_ragged');
    expect(errorOf(() => inspect(file(rows(3, 6)))).code).toBe('csv_ragged');
  });

  it('count once where a quotation mark is the reason', () => {
    const notes = inspect(file('id,subject\n1,a\n2,"5" screen",b\n3\n4,d\n')).notes.join(' ');
    expect(notes).toMatch(/1 row does not have as many fields.*line 4/);
    expect(notes).toMatch(/quot.*line 3/i);
  });
});

it('tells how far it is, up to the end', () => {
  const path = file(
    `id,subject\n${Array.from({ length: 90_000 }, (_, index) => `${index},${'x'.repeat(20)}`).join('\n')}`,
  );
  const told: number[] = [];
  const { bytes } = inspectFile(path, (at, total) => told.push(at / total)).inspection;
  expect(bytes).toBeGreaterThan(2_000_000);
  expect(told.length).toBeGreaterThan(3);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
});
