import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sniffEncoding } from '../../../src-main/files/encoding.ts';
import { inspect, readAll } from './read-all.ts';
import { errorOf, fileMaker, tempFolder } from './temp-files.ts';

const folder = tempFolder();
const file = fileMaker(folder);
const table = 'id,subject,requester\n1,Größe – naïve 日本,Zoë\n2,plain,Ana\n';

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(table), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${table}`), 'utf-8'],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${table}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 LE without', Buffer.from(table, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE with a mark', utf16be(`\uFEFF${table}`), 'utf-16be'],
    ['UTF-16 BE without', utf16be(table), 'utf-16be'],
  ])('reads %s', (_name, bytes, encoding) => {
    const path = file(bytes);
    expect(inspect(path)).toMatchObject({ encoding, rows: 2, delimiter: ',' });
    const { records } = readAll(path);
    expect(records.map(({ key, fields }) => [key, fields.subject, fields.requester])).toEqual([
      ['1', 'Größe – naïve 日本', 'Zoë'],
      ['2', 'plain', 'Ana'],
    ]);
  });

  it('reads Western European bytes and says so', () => {
    const path = file(
      Buffer.concat([Buffer.from('id,subject\n1,caf'), Buffer.from([0xe9, 0x20, 0x80]), Buffer.from('\n')]),
    );
    expect(inspect(path).encoding).toBe('windows-1252');
    expect(inspect(path).notes.join(' ')).toContain('Windows-1252');
    expect(readAll(path).records[0]?.fields.subject).toBe('café €');
  });

  it.each(['\xe9 a b c d e f g h', '\xe9\ta\r\n2,b'])(
    'takes spaces and line ends for no sign of another kind of file: %j',
    (text) => {
      expect(inspect(file(Buffer.from(`id,subject\n1,${text}\n`, 'latin1'))).encoding).toBe('windows-1252');
    },
  );

  it('takes the first half of a mark for a letter', () => {
    const path = file(Buffer.from('\xffid,subject\n1,a\n', 'latin1'));
    expect(inspect(path).encoding).toBe('windows-1252');
  });

  it('reads characters that lie across the border of two chunks', () => {
    for (const lead of ['', 'x', 'xx', 'xxx']) {
      const long = `${lead}${'日😀é'.repeat(120_000)}`;
      expect(readAll(file(`id,subject\n1,${long}\n`)).records[0]?.fields.subject).toBe(long);
      expect(
        readAll(file(Buffer.from(`\uFEFFid,subject\n1,${long}\n`, 'utf16le'))).records[0]?.fields.subject,
      ).toBe(long);
    }
  });

  it('keeps characters that were lost before and says how many', () => {
    const path = file('id,subject\n1,a\uFFFDb\uFFFD\n');
    expect(inspect(path).notes.join(' ')).toContain('2 characters were already lost');
    expect(readAll(path).records[0]?.fields.subject).toBe('a\uFFFDb\uFFFD');
  });
});

describe('what is not a text file', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61', 'hex');
  it.each([
    ['a missing file', () => join(folder, 'none.csv'), 'file_not_found', 'none.csv'],
    ['an empty file', () => file(''), 'file_empty', 'not a single byte'],
    ['a mark and nothing else', () => file('\uFEFF'), 'file_empty', 'empty lines'],
    ['empty lines', () => file('\n \r\n\n'), 'file_empty', 'empty lines'],
    ['a picture', () => file(png), 'file_not_text', 'PNG'],
    ['a workbook', () => file(Buffer.from('504b0304140006000800', 'hex')), 'file_not_text', 'workbook'],
    ['bytes', () => file(Buffer.from('00ff00fe0180ff000010ff80fe', 'hex')), 'file_not_text', 'byte 1'],
  ])('refuses %s', (_name, make, code, words) => {
    const error = errorOf(() => inspect(make()));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).toContain('Nothing was read.');
    expect(error.message).not.toContain(folder);
  });

  it('refuses a folder', () => {
    const path = join(folder, 'folder.csv');
    mkdirSync(path);
    expect(errorOf(() => inspect(path)).code).toBe('file_not_readable');
  });

  it('names the line and byte of a NUL in what is no text', () => {
    const bytes = Buffer.concat([Buffer.from('id,subject\n1,a\n2,'), Buffer.from([0, 0xff, 0xfe, 0x81])]);
    expect(errorOf(() => inspect(file(bytes))).details).toEqual({ line: 3, byte: 18 });
  });

  it('refuses UTF-8 that is broken in one place and names it', () => {
    const bytes = Buffer.concat([
      Buffer.from('id,subject\n1,äöü\n2,é'),
      Buffer.from([0xff]),
      Buffer.from('日本\n'),
    ]);
    const error = errorOf(() => inspect(file(bytes)));
    expect(error).toMatchObject({ code: 'file_encoding', details: { line: 3, byte: 25 } });
  });
});

it('takes a NUL here and there for a bad row, not for a bad file', () => {
  const path = file(`id,subject\n1,good\n2,ba\0d\n${'3,good again\n'}`);
  expect(sniffEncoding(path)).toMatchObject({ encoding: 'utf-8', mayHoldNul: true });
  const { records, rejected } = readAll(path);
  expect(records.map(({ key }) => key)).toEqual(['1', '3']);
  expect(rejected).toEqual([
    { line: 3, reason: 'Column 2 holds a NUL character, which is not text.', text: '2,ba\0d' },
  ]);
});
