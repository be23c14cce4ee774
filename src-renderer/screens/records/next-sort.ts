import type { Collection, Field } from '../../../src-shared/collections/field.ts';
import type { Sort } from '../../../src-shared/domain/filter.ts';

/** What a click on a column's name asks for: its order, then the other way round, then the order one came from. */
export function nextSort(sort: Sort, field: Field, { defaultSort }: Pick<Collection, 'defaultSort'>): Sort {
  const first = firstDirection(field);
  if (sort.field !== field.name) return { field: field.name, direction: first };
  if (sort.direction === first || defaultSort.field === field.name)
    return { field: field.name, direction: sort.direction === 'asc' ? 'desc' : 'asc' };
  return defaultSort;
}

/** Latest and highest first; names from A on. */
function firstDirection({ kind, name }: Field): Sort['direction'] {
  return kind === 'time' || kind === 'number' || name === 'priority' ? 'desc' : 'asc';
}
