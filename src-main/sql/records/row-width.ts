import sql, { join, raw } from 'sql-template-tag';
import type { Db } from '../open.ts';
import { get } from '../statement.ts';
import { readableValue } from './packed.ts';
import { tableOf } from './table.ts';

/** So many of the newest records stand for all. */
const sample = 1_000;
/** A field's separator and quotes; a moment is longer as text than as the number it is stored as. */
const besideValue = 14;

/** Bytes that a record's fields take in a file, on average, with their names as JSON repeats them. */
export function rowWidth(db: Db, args: { collection: string; fields: readonly string[] }): number {
  const table = tableOf(args.collection);
  const values = args.fields.map(
    (field) => sql`coalesce(octet_length(${raw(readableValue(table, field))}), 0)`,
  );
  const row = get<{ width: number | null }>(
    db,
    sql`SELECT avg(${join(values, ' + ')}) AS width FROM (SELECT * FROM ${raw(table.name)} ORDER BY id DESC LIMIT ${sample}) t`,
  );
  const names = args.fields.reduce((sum, field) => sum + field.length + besideValue, 0);
  return (row?.width ?? 0) + names;
}
