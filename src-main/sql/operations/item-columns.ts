import { raw, type Sql } from 'sql-template-tag';
import { isStaged, stagedValue } from '../records/staged.ts';
import { columnOf, type Table } from '../records/table.ts';

/** How the items of an operation on a collection are read: over `items` as `i`. */
interface ItemColumns {
  /** Items with their records `t`, and with what an import read for them, if that is still kept. */
  readonly tables: Sql;
  /** What the record of an item is called: its id in the system it came from. */
  readonly key: Sql;
  readonly title: Sql;
  /** What was written, or would be. */
  readonly after: Sql;
}

export function itemColumnsOf(table: Table): ItemColumns {
  const { name, collection, created } = table;
  const titleOf = `t.${columnOf(table, collection.titleField)}`;
  const records = `items i LEFT JOIN ${name} t ON t.id = i.record_id`;
  const [newKey, newTitle] = ['key', collection.titleField].map((field) => stagedValue(table, field).sql);
  if (!isStaged(table)) {
    return {
      tables: raw(records),
      key: raw(`coalesce(t.external_id, ${newKey}, i.record_id, '') || ''`),
      title: raw(`coalesce(${titleOf}, ${newTitle}, '')`),
      after: raw('i.after'),
    };
  }
  const newRecord = Object.entries(created).map(([field, column]) => `'${field}', n.${column}`);
  return {
    tables: raw(`${records}
  LEFT JOIN new_records n ON n.operation_id = i.operation_id AND n.seq = i.seq`),
    key: raw(`coalesce(t.external_id, ${newKey}, i.record_id, '') || ''`),
    title: raw(`coalesce(${titleOf}, ${newTitle}, '')`),
    after: raw(`iif(n.seq IS NULL, i.after, json_object(${newRecord.join(', ')}))`),
  };
}
