import sql, { raw, type Sql } from 'sql-template-tag';
import type { RecordState } from '../../../src-shared/contract/records.ts';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { selectList } from '../records/select-list.ts';
import { type Table, tableOf } from '../records/table.ts';
import { all, get, prepared } from '../statement.ts';
import { cursorOf, expired, type FeedPosition, positionOf } from './cursor.ts';

/** Journal entries that are looked at in one go. */
const entriesAtOnce = 200;
/** Of the records' texts as they stand; as JSON they may take twice as much, and whoever reads a page takes 8 MiB at most. */
const maxPageBytes = 3 << 20;

export interface ChangesPage {
  readonly records: RecordState[];
  readonly cursor: string;
  /** Nothing is left to be told now. */
  readonly isEnd: boolean;
}

/**
 * The next records of a collection that somebody who keeps copies does not know, each once and as it is now: from no
 * cursor all live ones, later what operations changed. A record that is written while the walk is under way comes again
 * from the journal, so none is missed. What is itself a copy is not told, nor, to the workspace `by`, what it left here as
 * a remote that was removed. A page may end before `limit`, where its records are long. Throws `cursor_expired` where the
 * items of an operation in between are not kept.
 */
export function readChanges(
  db: Db,
  args: { collection: string; cursor: string | null; limit: number; by: string | null },
): ChangesPage {
  const table = tableOf(args.collection);

  function pageOf(start: FeedPosition, isTold: Sql, limit: number): ChangesPage {
    const walked = start.walkedTo === null ? nothing : walk(db, table, isTold, start.walkedTo, limit);
    if (walked.isCut || walked.records.length === limit) {
      const position = { ...start, walkedTo: walked.records.at(-1)?.id ?? 0 };
      return { records: walked.records, cursor: cursorOf(db, position), isEnd: false };
    }
    const told = new Set(walked.records.map(({ id }) => id));
    const { position, isEnd } = readJournal(db, { ...start, walkedTo: null }, isTold, told, limit);
    const ids = [...told].slice(walked.records.length);
    const { records, isCut } = upToBytes(db, statesOf(table, ids), walked);
    // Where it is cut, the page is the one that ends there.
    return isCut ? pageOf(start, isTold, records.length) : { records, cursor: cursorOf(db, position), isEnd };
  }

  return db.transaction(() => {
    const start = args.cursor === null ? beginning(db, table) : positionOf(db, table.name, args.cursor);
    return pageOf(start, isToldTo(table.name, leftBy(db, args.by)), args.limit);
  })();
}

/** Records by id as they are now, deleted ones too, in the order of the ids. */
export function readStates(db: Db, args: { collection: string; ids: readonly number[] }): RecordState[] {
  return all<Row>(db, statesOf(tableOf(args.collection), args.ids)).map(toState);
}

function statesOf(table: Table, ids: readonly number[]): Sql {
  return sql`SELECT ${selectList(table)} FROM json_each(${JSON.stringify(ids)}) wanted
    JOIN ${raw(table.name)} t ON t.id = wanted.value ORDER BY wanted.key`;
}

interface Cut {
  readonly records: RecordState[];
  readonly bytes: number;
  /** There are more, for which there was no room. */
  readonly isCut: boolean;
}

const nothing: Cut = { records: [], bytes: 0, isCut: false };

/** Goes on with the first records of a query, as many as a page has room for, but one at least. */
function upToBytes(db: Db, query: Sql, before = nothing): Cut {
  const records = [...before.records];
  let { bytes } = before;
  for (const row of prepared(db, query.sql).iterate(...query.values) as IterableIterator<Row>) {
    for (const value of Object.values(row)) if (typeof value === 'string') bytes += Buffer.byteLength(value);
    if (bytes > maxPageBytes && records.length > 0) return { records, bytes, isCut: true };
    records.push(toState(row));
  }
  return { records, bytes, isCut: false };
}

type Row = { id: number; version: number; deletedAt: number | null } & Record<string, FieldValue>;

function toState({ id, version, deletedAt, ...fields }: Row): RecordState {
  return { id, version, isDeleted: deletedAt !== null, fields };
}

function beginning(db: Db, table: Table): FeedPosition {
  return { collection: table.name, walkedTo: 0, since: lastEntry(db), item: 0 };
}

function walk(db: Db, table: Table, isTold: Sql, walkedTo: number, limit: number): Cut {
  return upToBytes(
    db,
    sql`SELECT ${selectList(table)} FROM ${raw(table.name)} t
      WHERE t.deleted_at IS NULL AND t.id > ${walkedTo} AND ${isTold}
      ORDER BY t.id LIMIT ${limit}`,
  );
}

/**
 * True for a record `t` that is no copy of one of a remote, and was none of `left`. Two workspaces that copy each other
 * would copy their own copies, without an end where each grows while it is read; and what a pull changes, no entry of the
 * journal tells.
 */
function isToldTo(collection: string, left: readonly string[]): Sql {
  return sql`(NOT EXISTS (SELECT 1 FROM mirror_records c JOIN mirrors USING (remote_id, collection)
    WHERE c.collection = ${collection} AND c.record_id = t.id) AND t.source NOT IN ${listOf(left)})`;
}

/** What a workspace was called here as a remote, before it was removed. */
function leftBy(db: Db, workspace: string | null): string[] {
  if (workspace === null) return [];
  return all<{ name: string }>(
    db,
    sql`SELECT DISTINCT detail ->> '$.name' AS name FROM journal
      WHERE operation_id IS NULL AND event = 'remote_removed' AND detail ->> '$.workspace' = ${workspace}`,
  ).map(({ name }) => name);
}

function lastEntry(db: Db): number {
  return get<{ seq: number | null }>(db, sql`SELECT max(seq) AS seq FROM journal`)?.seq ?? 0;
}

interface Chunk {
  readonly seq: number;
  readonly operationId: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly isCleaned: number;
}

/** Adds ids of records that the journal tells of to `told`, until there are `limit` or it is at its end. */
function readJournal(
  db: Db,
  start: FeedPosition,
  isTold: Sql,
  told: Set<number>,
  limit: number,
): { position: FeedPosition; isEnd: boolean } {
  let { since, item } = start;
  for (;;) {
    const chunks = chunksAfter(db, start.collection, since);
    for (const chunk of chunks) {
      if (chunk.isCleaned === 1) throw expired('What an operation did to each record is not kept any more.');
      item = addRecords(db, start.collection, isTold, chunk, Math.max(item, chunk.fromSeq - 1), told, limit);
      if (item < chunk.toSeq) return { position: { ...start, since, item }, isEnd: false };
      since = chunk.seq;
      item = 0;
    }
    if (chunks.length < entriesAtOnce) {
      const position = { ...start, since: lastEntry(db), item: 0 };
      return { position, isEnd: true };
    }
  }
}

function chunksAfter(db: Db, collection: string, since: number): Chunk[] {
  return all<Chunk>(
    db,
    sql`SELECT j.seq, j.operation_id AS operationId, j.detail ->> '$.fromSeq' AS fromSeq, j.detail ->> '$.toSeq' AS toSeq,
        o.cleaned_at IS NOT NULL AS isCleaned
      FROM journal j CROSS JOIN operations o ON o.id = j.operation_id
      WHERE j.seq > ${since} AND j.event = 'chunk' AND o.collection = ${collection}
      ORDER BY j.seq LIMIT ${entriesAtOnce}`,
  );
}

/** Answers the item up to which all is told: the chunk's last one unless `told` became full before. */
function addRecords(
  db: Db,
  collection: string,
  isTold: Sql,
  chunk: Chunk,
  after: number,
  told: Set<number>,
  limit: number,
): number {
  for (let item = after; item < chunk.toSeq; ) {
    const room = limit - told.size;
    if (room === 0) return item;
    const found = all<{ seq: number; recordId: number }>(
      db,
      sql`SELECT seq, i.record_id AS recordId FROM items i CROSS JOIN ${raw(tableOf(collection).name)} t ON t.id = i.record_id
        WHERE operation_id = ${chunk.operationId} AND seq > ${item} AND seq <= ${chunk.toSeq}
          AND state = 'done' AND ${isTold}
        ORDER BY seq LIMIT ${room}`,
    );
    for (const { recordId } of found) told.add(recordId);
    item = found.length < room ? chunk.toSeq : (found.at(-1)?.seq ?? chunk.toSeq);
  }
  return chunk.toSeq;
}
