import type { Collection } from '../../../src-shared/collections/field.ts';
import type { Item } from '../../../src-shared/domain/item.ts';

/** More columns than this cannot be read side by side; subject and key stand in front anyway. */
const mostFields = 6;
const shownAnyway = new Set(['id', 'key', 'subject', 'description', 'version']);

/** The fields that any of the items changes, in the collection's order, foreign ones last. */
export function changedFields(items: readonly Item[], collection: Collection): readonly string[] {
  const names = new Set<string>();
  for (const item of items) {
    const isNew = item.before === null;
    for (const name of Object.keys({ ...item.before, ...item.after })) {
      if (!(isNew && shownAnyway.has(name))) names.add(name);
    }
  }
  const place = (name: string) => {
    const at = collection.fields.findIndex((field) => field.name === name);
    return at < 0 ? collection.fields.length : at;
  };
  return [...names].sort((a, b) => place(a) - place(b)).slice(0, mostFields);
}
