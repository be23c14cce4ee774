import { describe, expect, test } from 'vitest';
import {
  columnFor,
  mappableFields,
  readsTimes,
  stillHolds,
  withColumn,
  withReading,
  withValue,
  wordsOf,
} from '../../../src-renderer/screens/import/mapping-edit.ts';
import type { ImportInspection } from '../../../src-shared/domain/import.ts';

const words = (...values: string[]) => values.map((value) => ({ value, count: 1 }));
const inspection: ImportInspection = {
  name: 'tickets.csv',
  bytes: 100,
  encoding: 'utf-8',
  delimiter: ',',
  rows: 3,
  columns: [
    { index: 0, header: 'Id', filled: 3, samples: ['1', '2'], distinct: null },
    { index: 1, header: 'State', filled: 3, samples: [], distinct: words('OPEN', 'On-Hold', '-100', '?') },
    { index: 2, header: 'Urgency', filled: 3, samples: [], distinct: words('High', 'Low') },
    { index: 3, header: 'Made', filled: 3, samples: ['1/2/2026'], distinct: null },
  ],
  proposed: {
    file: { bytes: 90, modifiedAt: 1 },
    columns: [
      { column: 0, field: 'key' },
      { column: 1, field: 'status' },
      { column: 2, field: null },
      { column: 3, field: null },
    ],
    values: { status: { OPEN: 'open' } },
    dateOrder: 'dmy',
    repeatedIds: 'reject',
    source: 'tickets.csv',
  },
  exportOf: [],
  notes: [],
  mappingNotes: [],
};
const mapping = inspection.proposed;

describe('withColumn', () => {
  test('a column takes a field and its words are matched to the values of that field', () => {
    const next = withColumn(mapping, inspection, 2, 'priority');
    expect(next.columns[2]).toEqual({ column: 2, field: 'priority' });
    expect(next.values).toEqual({ status: { OPEN: 'open' }, priority: { High: 'high', Low: 'low' } });
  });

  test('a field moves from one column to another: never two columns for one field', () => {
    const next = withColumn(mapping, inspection, 2, 'key');
    expect(next.columns.filter(({ field }) => field === 'key')).toEqual([{ column: 2, field: 'key' }]);
    expect(next.columns[0]).toEqual({ column: 0, field: null });
  });

  test('moving a choice field drops the words of the column that filled it before', () => {
    const next = withColumn(mapping, inspection, 2, 'status');
    expect(next.values).toEqual({ status: {} });
  });

  test('keeping a column as an extra field forgets what its words meant', () => {
    expect(withColumn(mapping, inspection, 1, null).values).toEqual({});
  });

  test('words are matched without regard to case and signs, and unknown ones are left to the user', () => {
    const cleared = withColumn(mapping, inspection, 1, null);
    expect(withColumn(cleared, inspection, 1, 'status').values).toEqual({
      status: { OPEN: 'open', 'On-Hold': 'on_hold' },
    });
  });

  test('choosing what it is already keeps the words that the user set', () => {
    const set = withValue(mapping, 'status', '-100', 'closed');
    expect(withColumn(set, inspection, 1, 'status')).toBe(set);
  });

  test('the mapping that was given stays as it was', () => {
    const before = structuredClone(mapping);
    withColumn(mapping, inspection, 1, 'priority');
    withValue(mapping, 'status', '-100', 'closed');
    expect(mapping).toEqual(before);
  });
});

describe('withValue', () => {
  test('sets and takes back the meaning of a word', () => {
    const set = withValue(mapping, 'status', '-100', 'closed');
    expect(set.values['status']).toEqual({ OPEN: 'open', '-100': 'closed' });
    expect(withValue(set, 'status', '-100', null).values).toEqual(mapping.values);
  });

  test('a word that is the name of an object part is a word like any other', () => {
    const set = withValue(mapping, 'status', '__proto__', 'closed');
    expect(Object.entries(set.values['status'] ?? {})).toContainEqual(['__proto__', 'closed']);
  });
});

test('words that mean "nothing here" need no value', () => {
  const column = columnFor(mapping, inspection, 'status');
  expect(column && wordsOf(column).map(({ value }) => value)).toEqual(['OPEN', 'On-Hold', '-100']);
});

test('dates matter only where a column fills a time', () => {
  expect(readsTimes(mapping)).toBe(false);
  expect(readsTimes(withColumn(mapping, inspection, 3, 'createdAt'))).toBe(true);
});

test('fields that Bulkhead fills itself are not offered', () => {
  const names = mappableFields.map(({ name }) => name);
  expect(names).toContain('key');
  expect(names).not.toContain('id');
  expect(names).not.toContain('version');
});

describe('stillHolds', () => {
  const holds = (about: string[], now: typeof mapping) => stillHolds({ text: '', about }, now, inspection);

  test('a note on a field holds while that is filled as it was proposed', () => {
    const moved = withColumn(mapping, inspection, 2, 'key');
    expect([holds(['key'], moved), holds(['status'], moved), holds([], moved)]).toEqual([false, true, true]);
    expect(holds(['createdAt', 'updatedAt'], withColumn(mapping, inspection, 3, 'createdAt'))).toBe(false);
  });

  test('one on unknown words holds until one of them is known', () => {
    const other = withValue(withValue(mapping, 'status', 'OPEN', 'new'), 'status', 'OPEN', 'open');
    expect(holds(['status'], other)).toBe(true);
    expect(holds(['status'], withValue(mapping, 'status', '-100', 'closed'))).toBe(false);
  });

  test('one on a way of reading holds while the file is read so', () => {
    const read = withReading(mapping, { dateOrder: 'mdy' });
    expect([holds(['dateOrder'], read), holds(['repeatedIds'], read)]).toEqual([false, true]);
  });
});
