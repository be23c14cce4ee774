import { describe, expect, it } from 'vitest';
import { openFile } from '../../../src-main/files/dry-run.ts';
import { importedAt, inspect, readAll } from './read-all.ts';
import { errorOf, fileMaker, tempFolder } from './temp-files.ts';

const file = fileMaker(tempFolder());
const header = 'id,subject,status,priority,assignee,created,updated,tag';
const sound = '1,One,Open,Low,Ana,2024-01-01 10:00,2024-01-02 11:00,x';
const rejectedOf = (...rows: string[]) => readAll(file([header, sound, ...rows, ''].join('\n'))).rejected;

it('makes a record of a row, foreign columns and all', () => {
  const { records, rejected, isEnd, opened } = readAll(
    file(`${header}\n${sound}\n2,"Two, ""too""\nlong",Closed,High,?,2024-01-01,,\n`),
  );
  expect(opened).toMatchObject({ header });
  expect(isEnd).toBe(true);
  expect(rejected).toEqual([]);
  expect(records).toEqual([
    {
      line: 2,
      key: '1',
      fields: {
        subject: 'One',
        description: '',
        status: 'open',
        priority: 'low',
        category: null,
        assignee: 'Ana',
        requester: null,
        channel: null,
        product: null,
        createdAt: Date.UTC(2024, 0, 1, 10),
        updatedAt: Date.UTC(2024, 0, 2, 11),
      },
      extra: { tag: 'x' },
      events: [],
    },
    {
      line: 3,
      key: '2',
      fields: {
        subject: 'Two, "too"\nlong',
        description: '',
        status: 'closed',
        priority: 'high',
        category: null,
        assignee: null,
        requester: null,
        channel: null,
        product: null,
        createdAt: Date.UTC(2024, 0, 1),
        updatedAt: Date.UTC(2024, 0, 1),
      },
      extra: {},
      events: [],
    },
  ]);
});

it('takes a mark for nothing with spaces on either side of it', () => {
  const marks = ['?', ' ?', '? ', '?  ', ' N/A', 'N/A ', 'NULL ', 'NULL\u00a0', '? ?', 'Nil ', '?!'];
  const rows = marks.map((mark, at) => `${at},x,Open,Low,${mark},2024-01-01,,`);
  const { records } = readAll(file([header, ...rows, ''].join('\n')));
  const nobody = Array.from({ length: 8 }, () => null);
  expect(records.map(({ fields }) => fields.assignee)).toEqual([...nobody, '? ?', 'Nil', '?!']);
});

it('keeps foreign values to the last character', () => {
  const values = [
    'it"s',
    '\\n',
    'two\nlines',
    'a\tb',
    'bell \u0007',
    '😀',
    '\ud7ff\ue000\u2028',
    '日本',
    '~\u007f',
  ];
  const rows = values.map((tag, at) => `${at},s,Open,Low,Ana,2024-01-01,,"${tag.replace('"', '""')}"`);
  const { records } = readAll(file([header, ...rows, ''].join('\n')));
  expect(records.map(({ extra }) => extra['tag'])).toEqual(values);
});

it('invents nothing but what the inspection announced', () => {
  const { records } = readAll(file('id,words\n7,hello\n'));
  expect(records[0]?.fields).toMatchObject({
    subject: '',
    status: 'open',
    priority: 'medium',
    createdAt: importedAt,
    updatedAt: importedAt,
  });
  expect(records[0]?.extra).toEqual({ words: 'hello' });
});

it('cuts nothing', () => {
  const long = 'wörd '.repeat(200_000);
  const { records } = readAll(file(`id,subject,description\n1,${'s'.repeat(5000)},${long}\n`));
  expect(records[0]?.fields.subject).toHaveLength(5000);
  expect(records[0]?.fields.description).toBe(long);
});

it('keeps markup, right-to-left text and the word Unknown as they are', () => {
  const { records } = readAll(file('id,title,content\n1,Unknown,"<p>שלום <b>עולם</b>\u202E</p>"\n'));
  expect(records[0]?.fields).toMatchObject({
    subject: 'Unknown',
    description: '<p>שלום <b>עולם</b>\u202E</p>',
  });
});

describe('a row is rejected, with its line and text,', () => {
  it.each([
    ['without an id', ',Two,Open,Low,,2024-01-01,,', 'It has no id in “id”.'],
    ['with an id twice', '1,Two,Open,Low,,2024-01-01,,', 'The id “1” is already used on line 2.'],
    [
      'with an id of 201 characters',
      `${'9'.repeat(201)},Two,Open,Low,,2024-01-01,,`,
      'Its id is 201 characters long; at most 200 are allowed.',
    ],
    ['without a status', '2,Two,?,Low,,2024-01-01,,', 'It has no status in “status”.'],
    [
      'with an unknown status',
      '2,Two,Sleeping,Low,,2024-01-01,,',
      '“Sleeping” in “status” is not a known status.',
    ],
    ['without a priority', '2,Two,Open,,,2024-01-01,,', 'It has no priority in “priority”.'],
    [
      'with an unknown priority',
      '2,Two,Open,Purple,,2024-01-01,,',
      '“Purple” in “priority” is not a known priority.',
    ],
    [
      'with a bad date',
      '2,Two,Open,Low,,2024-02-30,,',
      '“2024-02-30” in “created” is not a date written like the others.',
    ],
    [
      'with a date in another order',
      '2,Two,Open,Low,,2024-01-01,1/2/2024,',
      '“1/2/2024” in “updated” is not a date written like the others.',
    ],
    ['without any date', '2,Two,Open,Low,,,,', 'It has no date.'],
    ['with too few fields', '2,Two,Open', 'It has 3 fields where the header has 8.'],
    ['with too many fields', '2,Two,Open,Low,,2024-01-01,,,', 'It has 9 fields where the header has 8.'],
    [
      'with a stray quotation mark',
      '2,"5" screen",Open,Low,,2024-01-01,,',
      'There is a quotation mark in the middle of a quoted field.',
    ],
    ['with a NUL', '2,T\0o,Open,Low,,2024-01-01,,', 'Column 2 holds a NUL character, which is not text.'],
  ])('%s', (_name, row, reason) => {
    expect(rejectedOf(row)).toEqual([{ line: 3, reason, text: row }]);
  });
});

it('reads a column alike wherever it stands', () => {
  const lines = [header, sound, '2,Two,Closed,High,Bo,2024-01-03 10:00,2024-01-04 11:00,y'].map((line) =>
    line.split(','),
  );
  const turned = (by: number) =>
    lines.map((fields) => [...fields.slice(by), ...fields.slice(0, by)].join(',')).join('\n');
  const read = (by: number) => readAll(file(`${turned(by)}\n`)).records;
  for (const by of lines[0]?.keys() ?? []) expect(read(by), `turned by ${by}`).toEqual(read(0));
});

it('rejects a row without a date also where that is the first column', () => {
  const { rejected } = readAll(file('created,id,subject\n2024-01-01,1,a\n,2,b\n'));
  expect(rejected).toEqual([{ line: 3, reason: 'It has no date.', text: ',2,b' }]);
});

it('takes no header for a ticket where files were put together, each with its mark', () => {
  const one = '\ufeffid,subject,created\n1,a,2024-01-13\n';
  const other = '\ufeffid, subject ,created\n2,b,2024-01-14\n';
  const path = file(one + other);
  const { records, rejected } = readAll(path);
  expect(records.map(({ key }) => key)).toEqual(['1', '2']);
  const text = '\ufeffid, subject ,created';
  expect(rejected).toEqual([{ line: 3, reason: 'It is the header again, not a ticket.', text }]);
  const { notes, rows } = inspect(path);
  expect([rows, notes[0]]).toEqual([3, '1 row is the header again and will be rejected (line 3).']);
  expect(notes.join(' ')).not.toMatch(/no id|could not be read|not a date/);
});

it('passes over rows without a single value', () => {
  const { records, rejected } = readAll(file('id,subject\n1,a\n,\n\n2,b\n'));
  expect([records.length, rejected.length]).toEqual([2, 0]);
});

it('takes off the guard of our own exports and of no others', () => {
  const own = readAll(file("id,key,subject,version\n5,K1,'=1+1,3\n6,K2,it's,1\n7,K3,''=x,1\n"));
  expect(own.records.map(({ key, fields }) => [key, fields.subject])).toEqual([
    ['K1', '=1+1'],
    ['K2', "it's"],
    ['K3', "'=x"],
  ]);
  const foreign = readAll(file("id,subject\n1,'=1+1\n"));
  expect(foreign.records[0]?.fields.subject).toBe("'=1+1");
});

describe('a mapping', () => {
  const path = file(`${header}\n${sound}\n`);
  const { proposed } = inspect(path);
  const open = (change: Partial<typeof proposed>) =>
    errorOf(() => openFile(path, { ...proposed, ...change }, importedAt));

  it('must say which column holds the id', () => {
    expect(open({ columns: [{ column: 1, field: 'subject' }] }).code).toBe('mapping_incomplete');
  });
  it('fits the file', () => {
    expect(
      open({
        columns: [
          { column: 0, field: 'key' },
          { column: 30, field: 'subject' },
        ],
      }).code,
    ).toBe('file_changed');
  });
  it('names fields that a file can fill, once each', () => {
    expect(open({ columns: [{ column: 0, field: 'version' }] }).code).toBe('invalid_request');
    expect(
      open({
        columns: [
          { column: 0, field: 'key' },
          { column: 1, field: 'key' },
        ],
      }).code,
    ).toBe('invalid_request');
    expect(
      open({
        columns: [
          { column: 0, field: 'key' },
          { column: 0, field: 'subject' },
        ],
      }).code,
    ).toBe('invalid_request');
  });
  it('gives words a legal meaning', () => {
    expect(open({ values: { status: { Open: 'sleeping' } } }).code).toBe('invalid_request');
  });
});
