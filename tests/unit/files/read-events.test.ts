import { appendFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openFile } from '../../../src-main/files/dry-run.ts';
import { inspectFile } from '../../../src-main/files/inspect.ts';
import { importedAt, readAll } from './read-all.ts';
import { fileMaker, tempFolder } from './temp-files.ts';

const file = fileMaker(tempFolder());
const header = 'number,state,assigned_to,note,sys_updated_at';
const read = (rows: string[]) =>
  readAll(file([header, ...rows, ''].join('\n')), (mapping) => ({ ...mapping, repeatedIds: 'events' }));
const at = (day: number) => Date.UTC(2024, 0, day);

it('makes one ticket of the rows of an id; the latest is its state', () => {
  const { records, rejected } = read([
    'A,New,?,first,2024-01-01',
    'A,Open,Ana,first,2024-01-02',
    'A,Closed,Ana,?,2024-01-03',
    'B,New,,,2024-01-05',
  ]);
  expect(rejected).toEqual([]);
  expect(records).toHaveLength(2);
  expect(records[0]).toMatchObject({
    line: 4,
    key: 'A',
    extra: {},
    fields: { status: 'closed', assignee: 'Ana', updatedAt: at(3) },
  });
  expect(records[0]?.events).toEqual([
    { at: at(1), changes: { state: 'New', note: 'first' } },
    { at: at(2), changes: { state: 'Open', assigned_to: 'Ana' } },
    { at: at(3), changes: { state: 'Closed', note: '' } },
  ]);
  expect(records[1]?.events).toEqual([{ at: at(5), changes: { state: 'New' } }]);
});

it('tells a foreign value at the beginning of those tickets only in which it changed', () => {
  const { records } = read([
    'A,New,,first,2024-01-01',
    'A,Open,,second,2024-01-02',
    'B,New,,same,2024-01-03',
    'B,Open,,same,2024-01-04',
  ]);
  expect(records.map(({ extra, events }) => [extra, events.map(({ changes }) => changes)])).toEqual([
    [
      { note: 'second' },
      [
        { state: 'New', note: 'first' },
        { state: 'Open', note: 'second' },
      ],
    ],
    [{ note: 'same' }, [{ state: 'New' }, { state: 'Open' }]],
  ]);
});

it('orders by time, then by line, wherever the rows stand', () => {
  const { records } = read([
    'A,Closed,,,2024-01-09',
    'B,New,,,2024-01-01',
    'A,New,,,2024-01-01',
    'B,Open,,,2024-01-01',
    'A,Open,Bo,,2024-01-05',
  ]);
  expect(records.map(({ key, line, fields }) => [key, line, fields.status])).toEqual([
    ['B', 5, 'open'],
    ['A', 2, 'closed'],
  ]);
  expect(records[1]?.events).toEqual([
    { at: at(1), changes: { state: 'New' } },
    { at: at(5), changes: { state: 'Open', assigned_to: 'Bo' } },
    { at: at(9), changes: { state: 'Closed', assigned_to: '' } },
  ]);
});

it('keeps an event whose time cannot be read in its place, with the words that stood there', () => {
  const { records } = read(['A,New,,,2024-01-01', 'A,Open,,,one day', 'A,Closed,,,2024-01-03']);
  expect(records[0]?.events.map((event) => event.at)).toEqual([at(1), null, at(3)]);
  expect(records[0]?.events[1]?.changes).toEqual({ state: 'Open', sys_updated_at: 'one day' });
});

it('checks the words of the latest row only', () => {
  const { records, rejected } = read(['A,-100,,,2024-01-01', 'A,Open,,,2024-01-02']);
  expect([records.length, rejected.length]).toEqual([1, 0]);
});

it('rejects all rows of a ticket whose latest row cannot be taken', () => {
  const { records, rejected } = read([
    'A,Open,,"a, b",2024-01-01',
    'B,Open,,,2024-01-01',
    'A,-100,,,2024-01-02',
  ]);
  expect(records.map(({ key }) => key)).toEqual(['B']);
  expect(rejected).toEqual([
    { line: 2, reason: 'The latest row of “A” (line 4) cannot be taken.', text: 'A,Open,,"a, b",2024-01-01' },
    { line: 4, reason: '“-100” in “state” is not a known status.', text: 'A,-100,,,2024-01-02' },
  ]);
});

it('takes a ticket of which one row cannot be read, and lists that row', () => {
  const filler = Array.from({ length: 30 }, (_, index) => `F${index},Open,,,2024-01-01`);
  const { records, rejected } = read(['A,New,,,2024-01-01', 'A,Open', 'A,Closed,,,2024-01-03', ...filler]);
  expect(records.find(({ key }) => key === 'A')?.events).toHaveLength(2);
  expect(rejected).toMatchObject([{ line: 3, text: 'A,Open' }]);
});

it('gathers rows across the whole file, quoted or not', () => {
  for (const quote of ['', '"']) {
    const rows = Array.from({ length: 60_000 }, (_, index) => {
      const note = `${quote}a note long enough to be cut out of its chunk, ${''}${index % 7}${quote}`.replace(
        ',',
        quote ? ',' : ';',
      );
      return `T-0000-0000-${index % 4000},Open,Agent ${index % 13},${note},2024-01-${String(1 + Math.floor(index / 4000)).padStart(2, '0')}`;
    });
    const { records, rejected } = read(rows);
    expect([records.length, rejected.length]).toEqual([4000, 0]);
    expect(records.every(({ events }) => events.length === 15)).toBe(true);
    const last = records.at(-1);
    expect(last?.line).toBe(60_001);
    expect(last?.events.map((event) => event.at)).toEqual(
      Array.from({ length: 15 }, (_, day) => at(day + 1)),
    );
    expect(last?.events[1]?.changes.assigned_to).toBe(`Agent ${(3999 + 4000) % 13}`);
  }
});

it('rejected rows of our own export keep the guard that was taken off to read them', () => {
  const rows = ["1,K,'=1+1,open,1", "2,K,''=1+1,open,2", '3,K,"a ""b"",\n c",asleep,3'];
  const others = ['4,L,x,open,4', '5,L,y,open,5', '6,L,z,open,6'];
  const text = ['id,key,subject,status,updatedAt', ...rows, ...others].map((row) =>
    row.replace(/,(\d)$/, ',2026-01-0$1'),
  );
  const { records, rejected } = readAll(file(text.join('\n')));
  expect(records.map(({ key }) => key)).toEqual(['L']);
  expect(rejected.map((row) => row.text)).toEqual(text.slice(1, 4));
});

it('reads a file whose inspection is at hand as one whose is not, and none that was changed since', () => {
  const ids = ['A', 'B', 'A', ' A', 'C', '?', '', 'B ', 'A', 'B', 'D', 'C'];
  const rows = ids.map((id, index) => `${id},Open,,note ${index},2024-01-${10 + index}`);
  const path = file([header, ...rows.slice(0, 6), 'A,Open,ragged', ...rows.slice(6), ''].join('\n'));
  const inspected = inspectFile(path, () => {});
  const { proposed } = inspected.inspection;
  const readAgain = (known?: typeof inspected) =>
    [...openFile(path, proposed, importedAt, known).batches].flatMap(({ records }) => records);
  expect(inspected.keys?.counts).toEqual(
    new Map([
      ['A', 4],
      ['B', 3],
      ['C', 2],
      ['D', 1],
    ]),
  );
  const before = readAgain(inspected);
  expect(before.map(({ key }) => key)).toEqual(['A', 'B', 'D', 'C']);
  // Without the inspection a row that cannot be read is waited for.
  expect(readAgain()).toEqual(['B', 'D', 'C', 'A'].map((id) => before.find(({ key }) => key === id)));
  appendFileSync(path, 'A,Closed,,late,2024-01-30\nE,Open,,,2024-01-30\n');
  for (const known of [inspected, undefined])
    expect(() => readAgain(known)).toThrow(expect.objectContaining({ code: 'file_changed' }));
});
