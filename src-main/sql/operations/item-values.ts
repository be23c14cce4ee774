import sql, { join, raw, type Sql } from 'sql-template-tag';
import { Changes } from '../../../src-shared/domain/item.ts';

/** Where the changes of an item stand: of `i`, of the item `s` of an earlier operation, or of the item `y` of an undo of that. */
export type ItemChanges = 'i.after' | 's.before' | 's.after' | 'y.before' | 'y.after';

/** A value as JSON text of one field, for `before` and `after`. */
export function jsonOf(pairs: readonly (readonly [field: string, value: Sql])[]): Sql {
  if (pairs.length === 0) return sql`NULL`;
  return sql`json_object(${join(pairs.map(([field, value]) => sql`${field}, ${value}`))})`;
}

/** What an item holds for a field; NULL as well where it does not hold it. */
export function heldValue(changes: ItemChanges, field: string): Sql {
  return sql`(${raw(changes)} ->> ${`$.${field}`})`;
}

/** True where an item holds a field, be it with nothing in it. Those of an operation that is not sparse hold all of its fields. */
export function holds(changes: ItemChanges, field: string): Sql {
  return sql`(${raw(changes)} -> ${`$.${field}`} IS NOT NULL)`;
}

/** A test of a field, which a sparse item passes that does not hold it. */
export function whereHeld(changes: ItemChanges, field: string, isSparse: boolean, test: Sql): Sql {
  return isSparse ? sql`(NOT ${holds(changes, field)} OR ${test})` : test;
}

/** Values by field as JSON; a sparse item gets only those of its own fields. */
export function jsonHeld(
  changes: ItemChanges,
  isSparse: boolean,
  pairs: readonly (readonly [field: string, value: Sql])[],
): Sql {
  if (!isSparse || pairs.length === 0) return jsonOf(pairs);
  // A path that leads nowhere removes nothing.
  const left = pairs.map(([field]) => sql`iif(${holds(changes, field)}, '$.-', ${`$.${field}`})`);
  return sql`json_remove(${jsonOf(pairs)}, ${join(left)})`;
}

/** What an item holds, as it is stored; no field where that is nothing. */
export function changesOf(json: string | null): Changes {
  return json === null ? {} : Changes.parse(JSON.parse(json));
}
