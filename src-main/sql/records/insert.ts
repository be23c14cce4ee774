import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../open.ts';
import { get, run } from '../statement.ts';
import type { Table } from './table.ts';

interface NewRecords {
  readonly columns: string;
  readonly values: Sql;
  /** `FROM` and `WHERE` of the rows that new records are made of. */
  readonly from: Sql;
  readonly order: Sql;
  /** What their source calls the record of such a row. */
  readonly key: Sql;
  /** Whether `o` is the record that such a row has become. */
  readonly isMade: Sql;
}

/**
 * Writes new records. Each keeps the number that it came with, where that is one and no record has it; those that have
 * none get theirs afterwards, lest they take one that another comes with.
 */
export function insertRecords(db: Db, table: Table, records: NewRecords): void {
  const { values, from, order, key, isMade } = records;
  const name = raw(table.name);
  const columns = raw(records.columns);
  const kept = run(
    db,
    sql`INSERT INTO ${name} (id, ${columns}) SELECT CAST(${key} AS INTEGER), ${values} ${from}
      AND ${key} GLOB '[1-9]*' AND NOT ${key} GLOB '*[^0-9]*' AND length(${key}) <= 15
      ORDER BY ${order} ON CONFLICT (id) DO NOTHING`,
  );
  const rows = get<{ count: number }>(db, sql`SELECT count(*) AS count ${from}`);
  if (rows?.count === kept) return;
  run(
    db,
    sql`INSERT INTO ${name} (${columns}) SELECT ${values} ${from}
      AND NOT EXISTS (SELECT 1 FROM ${name} o WHERE ${isMade}) ORDER BY ${order}`,
  );
}
