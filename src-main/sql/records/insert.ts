import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { Db } from '../open.ts';
import { get, run } from '../statement.ts';
import type { Table } from './table.ts';

interface NewRecords {
  readonly columns: string;
  readonly values: Sql;
  /** `FROM` and `WHERE` of the rows that new records are made of. */
  readonly from: Sql;
  /** Of those that have no number yet. */
  readonly order: Sql;
  /** What their source calls the record of such a row. */
  readonly key: Sql;
  /** Whether `o` is the record that such a row has become. */
  readonly isMade: Sql;
  /** A record that its source calls the same is here already: such a row is left out, or the statement fails. */
  readonly whereKnown: 'leave' | 'fail';
}

/**
 * Writes new records. Each keeps the id that it came with, if it has one that no record has; those without get theirs
 * last, so that they take none that another came with. Ids ascend: FTS5 flushes what it has gathered at each that is
 * lower than the one before, which in a file with the newest first would be at every record.
 */
export function insertRecords(db: Db, table: Table, records: NewRecords): void {
  const { values, from, order, key, isMade, whereKnown } = records;
  const name = raw(table.name);
  const columns = raw(records.columns);
  const number = sql`CAST(${key} AS INTEGER)`;
  const isNumber = sql`${key} GLOB '[1-9]*' AND NOT ${key} GLOB '*[^0-9]*' AND length(${key}) <= 15`;
  const rows = get<{ count: number; numbered: number }>(
    db,
    sql`SELECT count(*) AS count, count(*) FILTER (WHERE ${isNumber}) AS numbered ${from}`,
  );
  const kept = rows?.numbered
    ? run(
        db,
        sql`INSERT INTO ${name} (id, ${columns}) SELECT ${number}, ${values} ${from} AND ${isNumber}
          ORDER BY ${number} ON CONFLICT ${whereKnown === 'fail' ? raw('(id)') : empty} DO NOTHING`,
      )
    : 0;
  if (rows?.count === kept) return;
  const isLeft = kept > 0 ? sql`AND NOT EXISTS (SELECT 1 FROM ${name} o WHERE ${isMade})` : empty;
  const orNothing = whereKnown === 'leave' ? raw('ON CONFLICT DO NOTHING') : empty;
  run(
    db,
    sql`INSERT INTO ${name} (${columns}) SELECT ${values} ${from} ${isLeft} ORDER BY ${order} ${orNothing}`,
  );
}
