import type { Choice, Field } from './field.ts';

/** What can be done with a field: nothing but reading, sorting by it, filtering by it too, and counting its values as well. */
export const plain = { isSortable: false, isFilterable: false, isFacet: false } as const;
export const sortable = { isSortable: true, isFilterable: false, isFacet: false } as const;
export const filterable = { isSortable: true, isFilterable: true, isFacet: false } as const;
export const facet = { isSortable: true, isFilterable: true, isFacet: true } as const;

/** Stored values with their words, in their natural order. */
export function choicesOf<T extends string>(labels: Readonly<Record<T, string>>): readonly Choice[] {
  return Object.entries<string>(labels).map(([value, label]) => ({ value, label }));
}

export const yesOrNo = choicesOf({ yes: 'Yes', no: 'No' });

/** The fields that every collection begins with; the key is called after what one record is. */
export function firstFields(one: string): readonly Field[] {
  return [
    { name: 'id', label: 'Number', kind: 'number', ...sortable },
    { name: 'key', label: one, kind: 'key', isSortable: false, isFilterable: true, isFacet: false },
  ];
}

/** The fields that every collection ends with. */
export const lastFields: readonly Field[] = [
  { name: 'source', label: 'Source', kind: 'text', isSortable: false, isFilterable: true, isFacet: false },
  { name: 'createdAt', label: 'Created', kind: 'time', ...filterable },
  { name: 'updatedAt', label: 'Updated', kind: 'time', ...filterable },
  { name: 'deletedAt', label: 'Deleted', kind: 'time', ...plain },
  { name: 'version', label: 'Version', kind: 'number', ...plain },
];
