import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineParser } from '../../../src-main/files/csv-lines.ts';
import { createRowParser, type Dialect } from '../../../src-main/files/csv-rows.ts';
import { runs } from '../../builders/property.ts';
import { errorOf } from './temp-files.ts';

interface Row {
  fields: string[];
  line: number;
  text: string;
  isBad: boolean;
}

/** Parses in pieces of a size, the way chunks come from a file. */
function rowsOf(
  text: string,
  dialect: Partial<Dialect> = {},
  size = text.length || 1,
  createParser = createRowParser,
): Row[] {
  const rows: Row[] = [];
  const parser = createParser({ delimiter: ',', newline: '\n', ...dialect }, (fields, place) => {
    rows.push({ fields, line: place.line, text: place.text(), isBad: place.hasBadQuote });
  });
  for (let at = 0; at < text.length; at += size) parser.push(text.slice(at, at + size), false);
  parser.push('', true);
  return rows;
}
const fieldsOf = (text: string, dialect: Partial<Dialect> = {}) =>
  rowsOf(text, dialect).map(({ fields }) => fields);

describe('rows', () => {
  it.each([
    ['line feeds', 'a,b\n1,2\n3,4\n', '\n'],
    ['carriage returns', 'a,b\r1,2\r3,4\r', '\r'],
    ['both', 'a,b\r\n1,2\r\n3,4\r\n', '\n'],
    ['what a program made of both that wrote them as text', 'a,b\r\r\n1,"2"\r\r\n3,4\r\r\n', '\n'],
    ['a mixture', 'a,b\r\n1,2\n3,4\r\n', '\n'],
    ['no end at the last line', 'a,b\n1,2\n3,4', '\n'],
    ['quotes around everything', '"a","b"\r\n"1","2"\r\n"3","4"\r\n', '\n'],
    ['empty lines in between', 'a,b\n\n1,2\n\r\n  \n3,4\n', '\n'],
  ] as const)('end with %s', (_name, text, newline) => {
    expect(fieldsOf(text, { newline })).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('count the lines as an editor does', () => {
    const rows = rowsOf('id,text\r\n1,"one\r\ntwo\r\nthree"\r\n\r\n2,x\r\n3,"a\nb"\n4,y');
    expect(rows.map(({ line, fields }) => [line, fields[0]])).toEqual([
      [1, 'id'],
      [2, '1'],
      [6, '2'],
      [7, '3'],
      [9, '4'],
    ]);
  });

  it('keep their text as it stands in the file', () => {
    const rows = rowsOf('id,text\n1,"a ""b"" c\nd" \n2, x \r\n');
    expect(rows.map(({ text }) => text)).toEqual(['id,text', '1,"a ""b"" c\nd" ', '2, x ']);
    expect(rows[1]?.fields).toEqual(['1', 'a "b" c\nd']);
  });

  it('keep a carriage return that stands inside quotes', () => {
    expect(fieldsOf('1,"a\r"\r\n2,b\r\n')).toEqual([
      ['1', 'a\r'],
      ['2', 'b'],
    ]);
    expect(fieldsOf('1,"""\r"\r\n2,"\r"\n"\r"\r\n')).toEqual(
      [['1', '"\r'], ['2', '\r'], ['\r']].filter((row) => row[0] !== '\r'),
    );
  });

  it.each([';', '\t', '|'] as const)('are cut at %j', (delimiter) => {
    const text = ['a', '"b,c"', '"d""e"'].join(delimiter);
    expect(fieldsOf(text, { delimiter })).toEqual([['a', 'b,c', 'd"e']]);
  });
});

describe.each([
  ['a row', createRowParser, 'x'.repeat(8_000_000)],
  ['a row in quotes', createRowParser, `"${'x'.repeat(99)}\n`.padEnd(8_000_000, 'x\n').concat('"')],
  ['a line', createLineParser, 'x'.repeat(8_000_000)],
] as const)('%s of eight million characters', (_name, createParser, field) => {
  it('costs little more in small chunks than at once', () => {
    const text = `id,text\n1,${field}\n2,b\n`;
    const costOf = (size: number): number => {
      const before = process.cpuUsage();
      expect(rowsOf(text, {}, size, createParser).length).toBe(3);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const atOnce = costOf(text.length);
    // What a machine does besides is not measured.
    expect(costOf(65_536) / Math.max(atOnce, 20_000)).toBeLessThan(4);
  });
});

describe('quotation marks', () => {
  it('that are never closed are told by their line', () => {
    const text = 'id,text\n1,"fine\nfine"\n2,ok\n3,"open\n4,x\n5,y\n';
    for (const size of [1, 7, text.length]) {
      expect(errorOf(() => rowsOf(text, {}, size))).toMatchObject({
        code: 'csv_open_quote',
        details: { line: 5 },
      });
    }
  });

  it('that swallow other rows before they close are told by their line', () => {
    const text = 'id,text,state\n1,"open,new\n2,"x",open\n3,"y",open\n';
    expect(errorOf(() => rowsOf(text))).toMatchObject({ code: 'csv_open_quote', details: { line: 2 } });
  });

  it('in the middle of a quoted field cost the row and nothing else', () => {
    const rows = rowsOf('id,text\n1,"5" monitor"\n2,ok\n3,"a\nb","c" d"\n4,ok\n');
    expect(rows.map(({ isBad, line }) => [line, isBad])).toEqual([
      [1, false],
      [2, true],
      [3, false],
      [4, true],
      [6, false],
    ]);
  });

  it('in an unquoted field are text', () => {
    expect(fieldsOf('1,5" monitor\n2,it"s\n')).toEqual([
      ['1', '5" monitor'],
      ['2', 'it"s'],
    ]);
  });

  it('that stay open for too long are not searched for without end', () => {
    const parser = createRowParser({ delimiter: ',', newline: '\n' }, () => {});
    parser.push('id,text\n1,"open\n', false);
    const chunk = 'x'.repeat(1_000_000);
    const error = errorOf(() => {
      for (let count = 0; count < 20; count++) parser.push(chunk, false);
    });
    expect(error).toMatchObject({ code: 'csv_open_quote', details: { line: 2 } });
  });
});

describe('without a quotation mark', () => {
  it.each([createLineParser, createRowParser])(
    'a row is not collected without end, and told by its line: %o',
    (create) => {
      const parser = create({ delimiter: ',', newline: '\n' }, () => {});
      parser.push('id,text\n1,', false);
      const chunk = 'x'.repeat(4_000_000);
      const error = errorOf(() => {
        for (let count = 0; count < 5; count++) parser.push(chunk, false);
      });
      expect(error).toMatchObject({ code: 'csv_long_line', details: { line: 2 } });
    },
  );

  it('are the same when they are cut line by line', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ',', ',', '\n', '\n', '\r\n', '\r\r\n', ' '),
      maxLength: 60,
    });
    const same = fc.property(text, fc.constantFrom('\n', '\r'), fc.nat(20), (lines, newline, size) => {
      const log = newline === '\r' ? lines.replace(/\r*\n/g, '\r') : lines;
      expect(rowsOf(log, { newline }, size + 1, createLineParser)).toEqual(
        rowsOf(log, { newline }, size + 1),
      );
    });
    fc.assert(same, runs(2000));
  });

  it('repeat the very text of the row before where nothing changed', () => {
    const fields: string[][] = [];
    const parser = createLineParser({ delimiter: ',', newline: '\n' }, (row) => void fields.push(row));
    parser.push('1,the same,x,\n2,the s', false);
    parser.push('ame,xy,\n3,the,xy\n', true);
    expect(fields).toEqual([
      ['1', 'the same', 'x', ''],
      ['2', 'the same', 'xy', ''],
      ['3', 'the', 'xy'],
    ]);
  });
});

describe('as csv-parse reads them', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r', "'", ' ', 'a', 'é', '日', '😀'),
      maxLength: 8,
    }),
  );
  const tables = fc.integer({ min: 2, max: 5 }).chain((width) => {
    return fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 });
  });

  /** An independent writer: quotes whatever it likes beyond what it must. */
  function write(table: string[][], delimiter: string, newline: string, taste: () => boolean): string {
    const field = (text: string) => {
      const must = /["\r\n]/.test(text) || text.includes(delimiter) || text !== text.trim();
      return must || taste() ? `"${text.split('"').join('""')}"` : text;
    };
    return table.map((row) => row.map(field).join(delimiter)).join(newline);
  }

  it('whatever the table, the separator, the line end and the chunks', () => {
    const property = fc.property(
      tables,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 40 }),
      fc.infiniteStream(fc.boolean()),
      (table, delimiter, newline, size, taste) => {
        const text = write(table, delimiter, newline, () => taste.next().value);
        const oracle: string[][] = parse(text, { delimiter, relax_column_count: true });
        expect(oracle).toEqual(table);
        const rows = rowsOf(text, { delimiter }, size);
        expect(rows.map(({ fields }) => fields)).toEqual(oracle);
        const texts = rows.map((row) => parse(row.text, { delimiter })[0]);
        expect(texts).toEqual(oracle);
      },
    );
    // A failure prints its seed, which makes it happen again.
    fc.assert(property, { numRuns: 400 });
  });
});
