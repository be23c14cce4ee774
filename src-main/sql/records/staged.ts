import { raw, type Sql } from 'sql-template-tag';
import { columnOf, type Table } from './table.ts';

/** True where what an import read waits in `new_records`, as tickets do; other records to be wait in their items. */
export function isStaged(table: Table): boolean {
  return table.name === 'tickets';
}

/** A field of what is to become the record of an item: over `new_records` as `n`, or in what the item has as `after`. */
export function stagedValue(table: Table, field: string, item: 'i' | 's' = 'i'): Sql {
  const column = columnOf(table, field);
  return raw(isStaged(table) ? `n.${column}` : `(${item}.after ->> '$.${field}')`);
}
