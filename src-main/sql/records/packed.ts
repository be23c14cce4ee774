import { deflateRawSync, inflateRawSync } from 'node:zlib';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../open.ts';
import { run } from '../statement.ts';
import { columnOf, type Table } from './table.ts';

/** The transcripts of sessions that were archived here are compressed: a BLOB stands where there is text otherwise. */
const packed = { table: 'sessions', field: 'payload', column: 'payload' } as const;

/** Teaches a connection to pack texts and to read packed ones. */
export function addPacking(db: Db): void {
  db.function('pack', { deterministic: true }, (text) => deflateRawSync(Buffer.from(String(text))));
  db.function('unpack', { deterministic: true }, (bytes: unknown) =>
    bytes instanceof Uint8Array ? inflateRawSync(bytes).toString('utf8') : null,
  );
}

/** The value of a field over alias `t` as it is read: text, whether it is packed or not. */
export function readableValue(table: Table, field: string): string {
  const column = `t.${columnOf(table, field)}`;
  return table.name === packed.table && field === packed.field
    ? `iif(typeof(${column}) = 'blob', unpack(${column}), ${column})`
    : column;
}

/**
 * Packs what is archived of these records and unpacks what no longer is, to the byte as it was. It follows from the
 * status alone, so the undo of an archiving needs nothing else. `ids` is a query of their numbers.
 */
export function packArchived(db: Db, table: Table, ids: Sql): void {
  if (table.name !== packed.table) return;
  const name = raw(packed.table);
  const column = raw(packed.column);
  run(
    db,
    sql`UPDATE ${name} SET ${column} = pack(${column})
      WHERE id IN (${ids}) AND status = 'archived' AND typeof(${column}) = 'text' AND ${column} <> ''`,
  );
  run(
    db,
    sql`UPDATE ${name} SET ${column} = unpack(${column})
      WHERE id IN (${ids}) AND status <> 'archived' AND typeof(${column}) = 'blob'`,
  );
}
