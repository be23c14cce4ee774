import type { Collection } from '../../../src-shared/collections/field.ts';
import type { Item } from '../../../src-shared/domain/item.ts';
import { unlistedFields } from '../../format/values.ts';

/** The fields that any of the items makes another value of, in the collection's order, foreign ones last; those known before among them. */
export function changedFields(
  items: readonly Item[],
  collection: Collection,
  known: readonly string[] = [],
): readonly string[] {
  const names = new Set(known);
  const unlisted = unlistedFields(collection);
  for (const item of items) {
    const { before, after } = item;
    for (const name of Object.keys({ ...before, ...after })) {
      const isSame = before?.[name] !== undefined && before[name] === after?.[name];
      if (!isSame && !(before === null && unlisted.includes(name))) names.add(name);
    }
  }
  if (names.size === known.length) return known;
  const place = (name: string) => {
    const at = collection.fields.findIndex((field) => field.name === name);
    return at < 0 ? collection.fields.length : at;
  };
  return [...names].sort((a, b) => place(a) - place(b));
}
