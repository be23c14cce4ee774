import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import { jsonText } from '../json-text.ts';
import type { Db } from '../open.ts';
import { insertRecords } from '../records/insert.ts';
import { packArchived, readableValue } from '../records/packed.ts';
import { renewPieces } from '../records/pieces.ts';
import { type Table, tableOf } from '../records/table.ts';
import { prepared, run } from '../statement.ts';

/** The copy of one collection of one remote. */
export interface MirrorRef {
  readonly remoteId: number;
  /** The remote's name, which is the source of its records. */
  readonly name: string;
  readonly collection: CollectionName;
}

/** The fields that a remote fills, with their columns. */
function filledColumns(collection: CollectionName): Filled[] {
  return Object.entries(tableOf(collection).created)
    .filter(([field]) => field !== 'key' && field !== 'source')
    .map(([field, column]) => ({ field, column }));
}

/** Creates where records wait to be written; it lives in memory, with the connection. */
const createIncoming = `CREATE TEMP TABLE IF NOT EXISTS incoming (
  key TEXT PRIMARY KEY, seq INTEGER NOT NULL, version INTEGER NOT NULL, is_deleted INTEGER NOT NULL, fields BLOB NOT NULL, extra TEXT,
  record_id INTEGER, known INTEGER, is_stale INTEGER, is_awaited INTEGER, how TEXT
) STRICT, WITHOUT ROWID`;

/**
 * Fills `incoming` with records, replacing what was there, and finds which records of the workspace they are: those
 * known to be copies of them, or, if there is none or it is deleted here, a live one of the same source and key. If a
 * record is named twice the last one counts.
 */
export function layOut(db: Db, mirror: MirrorRef, records: readonly RemoteRecord[]): void {
  prepared(db, createIncoming).run();
  run(db, sql`DELETE FROM incoming`);
  const rows = records.map((record) => ({ ...record, extra: extraOf(mirror.collection, record) }));
  run(
    db,
    sql`INSERT OR REPLACE INTO incoming (key, seq, version, is_deleted, fields, extra)
      SELECT value ->> '$.key', key, value ->> '$.version', value ->> '$.isDeleted', jsonb_extract(value, '$.fields'), value ->> '$.extra'
      FROM jsonb_each(${jsonText(rows)})`,
  );
  run(
    db,
    sql`UPDATE incoming AS n SET (record_id, known, is_stale, is_awaited) =
        (SELECT m.record_id, m.version, m.is_stale, m.is_awaited FROM mirror_records m
          WHERE m.remote_id = ${mirror.remoteId} AND m.collection = ${mirror.collection} AND m.key = n.key)`,
  );
  run(
    db,
    sql`UPDATE incoming AS n SET record_id = coalesce(${liveRecord(mirror)}, record_id)
      WHERE record_id IS NULL
        OR (SELECT t.deleted_at IS NOT NULL FROM ${raw(mirror.collection)} t WHERE t.id = n.record_id)`,
  );
}

/** The number of the live record that `n` names, as a value. */
function liveRecord({ name, collection }: MirrorRef): Sql {
  return sql`(SELECT t.id FROM ${raw(collection)} t
    WHERE t.source = ${name} AND t.external_id = n.key COLLATE BINARY AND t.deleted_at IS NULL)`;
}

/** What they call a record and where they have it from: here it is called by its number there. */
const theirNames: readonly string[] = ['key', 'source'];

/** What no field holds, as the texts that the workspace keeps of it; null where the remote tells nothing of the record. */
function extraOf(collection: CollectionName, { fields }: RemoteRecord): string | null {
  const known = Object.keys(fields);
  if (known.length === 0) return null;
  const { columns } = tableOf(collection);
  const foreign = known.filter(
    (name) => fields[name] !== null && (!Object.hasOwn(columns, name) || theirNames.includes(name)),
  );
  return jsonText(Object.fromEntries(foreign.map((name) => [name, String(fields[name])])));
}

/** True of those in `incoming` that were written. */
export const isTaken = sql`how IN ('new', 'changed', 'echo')`;

/**
 * Writes those of `incoming` that are to be created (`new`) or taken as they are (`changed`), and notes their versions.
 * Where something else than their times changes, their version here moves on, so that nothing that was planned before
 * overwrites it.
 */
export function writeIncoming(db: Db, mirror: MirrorRef, nowMs: number): void {
  const { remoteId, name, collection } = mirror;
  const described = tableOf(collection);
  const table = raw(described.name);
  const filled = filledColumns(collection);
  const values = join(filled.map(({ field }) => sql`n.fields ->> ${`$.${field}`}`));
  const deletedAt = sql`iif(n.is_deleted, coalesce(n.fields ->> '$.deletedAt', ${nowMs}), NULL)`;
  insertRecords(db, described, {
    columns: ['external_id, source', ...filled.map(({ column }) => column), 'extra, version'].join(', '),
    values: sql`n.key, ${name}, ${values}, coalesce(n.extra, '{}'), 1`,
    from: raw("FROM incoming n WHERE n.how = 'new'"),
    order: raw('n.seq'),
    key: raw('n.key'),
    isMade: sql`o.id = ${liveRecord(mirror)}`,
    whereKnown: 'fail',
  });
  run(db, sql`UPDATE incoming AS n SET record_id = ${liveRecord(mirror)} WHERE n.how = 'new'`);
  const [content, times] = [filled.filter(isContent), filled.filter((one) => !isContent(one))];
  // Each side has its own time for a deletion.
  const isDifferent = sql`((t.deleted_at IS NOT NULL) <> n.is_deleted OR ${join(
    content.map((one) => differs(described, one)),
    ' OR ',
  )})`;
  const extra = sql`extra = coalesce(n.extra, t.extra)`;
  // An echo of our own change brings new times and nothing else: then the indexes of the other columns are left alone.
  run(
    db,
    sql`UPDATE incoming AS n SET how = 'echo'
      WHERE how = 'changed' AND NOT (SELECT ${isDifferent} FROM ${table} t WHERE t.id = n.record_id)`,
  );
  run(
    db,
    sql`UPDATE ${table} AS t SET ${join(times.map(setIfTold))}, ${extra}
      FROM incoming n WHERE n.how = 'echo' AND t.id = n.record_id`,
  );
  run(
    db,
    sql`UPDATE ${table} AS t SET ${join(filled.map(setIfTold))}, deleted_at = ${deletedAt}, ${extra}, version = t.version + 1
      FROM incoming n WHERE n.how = 'changed' AND t.id = n.record_id`,
  );
  const written = sql`SELECT record_id FROM incoming WHERE how IN ('new', 'changed')`;
  packArchived(db, described, written);
  renewPieces(db, described, written);
  run(
    db,
    sql`INSERT INTO mirror_records (remote_id, collection, key, record_id, version, epoch)
      SELECT m.remote_id, m.collection, n.key, n.record_id, n.version, m.epoch FROM incoming n CROSS JOIN mirrors m
      WHERE ${isTaken} AND m.remote_id = ${remoteId} AND m.collection = ${collection}
      ON CONFLICT (remote_id, collection, key) DO UPDATE
        SET record_id = excluded.record_id, version = excluded.version, is_stale = 0, is_awaited = 0, beside = NULL`,
  );
  run(
    db,
    sql`DELETE FROM refused_records AS f WHERE remote_id = ${remoteId} AND collection = ${collection}
      AND EXISTS (SELECT 1 FROM incoming n WHERE n.key = f.key AND (n.how = 'never_here' OR ${isTaken}))`,
  );
}

interface Filled {
  readonly field: string;
  readonly column: string;
}

function isContent({ field }: Filled): boolean {
  return field !== 'createdAt' && field !== 'updatedAt';
}

/**
 * What a remote does not tell, as of a deleted record, stays as it is. A record that is deleted there fills nothing that is
 * empty here: it may have been erased.
 */
function isTold(path: string, column: string): Sql {
  const isEmpty = sql`coalesce(t.${raw(column)} IN ('', 0), 0)`;
  return sql`(json_type(n.fields, ${path}) IS NOT NULL AND NOT (n.is_deleted AND ${isEmpty}))`;
}

function setIfTold({ field, column }: Filled): Sql {
  const path = `$.${field}`;
  return sql`${raw(column)} = iif(${isTold(path, column)}, n.fields ->> ${path}, t.${raw(column)})`;
}

function differs(table: Table, { field, column }: Filled): Sql {
  const path = `$.${field}`;
  return sql`(${isTold(path, column)} AND ${raw(readableValue(table, field))} IS NOT n.fields ->> ${path})`;
}
