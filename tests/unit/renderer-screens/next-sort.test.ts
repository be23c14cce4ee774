import { expect, test } from 'vitest';
import { nextSort } from '../../../src-renderer/screens/records/next-sort.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import type { Sort } from '../../../src-shared/domain/filter.ts';

/** What clicks on the name of a column lead to, one after another. */
function clicks(name: string, count: number): readonly Sort[] {
  const field = tickets.fields.find((one) => one.name === name);
  if (!field) throw new Error(`There is no field ${name}.`);
  const sorts: Sort[] = [tickets.defaultSort];
  for (let click = 0; click < count; click += 1) {
    sorts.push(nextSort(sorts.at(-1) ?? tickets.defaultSort, field, tickets));
  }
  return sorts.slice(1);
}

test('a column is sorted, sorted the other way round, and left alone again', () => {
  const { defaultSort } = tickets;
  expect(clicks('assignee', 4)).toEqual([
    { field: 'assignee', direction: 'asc' },
    { field: 'assignee', direction: 'desc' },
    defaultSort,
    { field: 'assignee', direction: 'asc' },
  ]);
  expect(clicks('priority', 3)).toEqual([
    { field: 'priority', direction: 'desc' },
    { field: 'priority', direction: 'asc' },
    defaultSort,
  ]);
});

test('the column that sorts from the start goes to and fro', () => {
  expect(clicks(tickets.defaultSort.field, 3).map(({ direction }) => direction)).toEqual([
    'asc',
    'desc',
    'asc',
  ]);
});
