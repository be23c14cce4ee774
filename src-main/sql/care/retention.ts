import sql, { raw, type Sql } from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { openDeliveryStates } from '../../../src-shared/domain/delivery.ts';
import type { Db } from '../open.ts';
import { appendJournal } from '../operations/journal.ts';
import { unfinished } from '../operations/operations.ts';
import { all, get, run, statesIn } from '../statement.ts';

/** What an operation loses; its row, its counters and its journal stay. */
const partTables = ['items', 'new_records', 'rejected_rows', 'deliveries', 'batches'] as const;

const hasParts = sql`(EXISTS (SELECT 1 FROM items WHERE operation_id = o.id)
  OR EXISTS (SELECT 1 FROM new_records WHERE operation_id = o.id)
  OR EXISTS (SELECT 1 FROM rejected_rows WHERE operation_id = o.id))`;

/**
 * Something unfinished rests on the items of `o`: a draft or run made from them, a template, what a remote was not told,
 * or a conflict that was not decided.
 */
const isNeeded = sql`(EXISTS (SELECT 1 FROM operations u WHERE u.state IN ${unfinished}
    AND (u.undo_of = o.id OR u.retry_of = o.id OR u.selection ->> '$.operationId' = o.id))
  OR EXISTS (SELECT 1 FROM templates t WHERE t.selection ->> '$.operationId' = o.id)
  OR EXISTS (SELECT 1 FROM deliveries d WHERE d.operation_id = o.id
    AND d.state IN ${statesIn([...openDeliveryStates, 'unknown'])})
  OR EXISTS (SELECT 1 FROM conflicts c WHERE c.operation_id = o.id)
  OR EXISTS (SELECT 1 FROM kept_changes k WHERE k.operation_id = o.id))`;

/** `o` is pinned, or what it took back, or what took it back: what of a pinned one stands is read from its undos. */
const isPinned = sql`EXISTS (WITH RECURSIVE family (id, undo_of) AS (
    SELECT o.id, o.undo_of
    UNION SELECT p.id, p.undo_of FROM family f JOIN operations p ON p.id = f.undo_of
    UNION SELECT u.id, u.undo_of FROM family f JOIN operations u ON u.undo_of = f.id
  ) SELECT 1 FROM family f JOIN operations p ON p.id = f.id WHERE p.pinned_at IS NOT NULL)`;

function isOver(endedBefore: number): Sql {
  return sql`o.ended_at < ${endedBefore} AND ${hasParts} AND NOT ${isNeeded} AND NOT ${isPinned}`;
}

/** How many operations there are whose items may go, and how many items these have. */
export function countCleanable(db: Db, args: { endedBefore: number }): { operations: number; items: number } {
  const found = get<{ operations: number; items: number }>(
    db,
    sql`SELECT count(*) AS operations, coalesce(sum((SELECT count(*) FROM items WHERE operation_id = o.id)), 0) AS items
      FROM operations o WHERE ${isOver(args.endedBefore)}`,
  );
  return found ?? { operations: 0, items: 0 };
}

/** The next operations whose items may go, by their numbers. */
export function listCleanable(db: Db, args: { endedBefore: number; after: number; limit: number }): number[] {
  return all<{ id: number }>(
    db,
    sql`SELECT o.id FROM operations o WHERE o.id > ${args.after} AND ${isOver(args.endedBefore)}
      ORDER BY o.id LIMIT ${args.limit}`,
  ).map(({ id }) => id);
}

/**
 * Takes up to `limit` rows of each kind from operations whose items may go, one after the other. Answers how many items
 * went, and of how many operations that was all; those that may not go any more are passed over. With the first `through`
 * of the operations nothing is left to do.
 */
export function cleanOperations(
  db: Db,
  args: { ids: readonly number[]; endedBefore: number; limit: number; nowMs: number },
): { operations: number; items: number; through: number } {
  return db
    .transaction(() => {
      const sum = { operations: 0, items: 0, through: 0 };
      let room = args.limit;
      for (const id of args.ids) {
        const cleaned = cleanOperation(db, { ...args, id, limit: room });
        sum.items += cleaned?.items ?? 0;
        if (cleaned?.isDone === false) break;
        if (cleaned) sum.operations += 1;
        sum.through += 1;
        room -= cleaned?.rows ?? 0;
        if (room === 0) break;
      }
      return sum;
    })
    .immediate();
}

/**
 * The first time says so in the journal, in the same transaction: from then on nothing rests on its items any more, even
 * where a kill left some of them. Answers how many items and how many rows of any kind went at most, and whether that was
 * all, or null when they may not go any more.
 */
function cleanOperation(
  db: Db,
  { id, endedBefore, limit, nowMs }: { id: number; endedBefore: number; limit: number; nowMs: number },
): { items: number; rows: number; isDone: boolean } | null {
  const found = get<{ items: number; rejected: number; cleanedAt: number | null }>(
    db,
    sql`SELECT o.last_seq AS items, o.rejected, o.cleaned_at AS cleanedAt FROM operations o
      WHERE o.id = ${id} AND ${isOver(endedBefore)}`,
  );
  if (!found) return null;
  const removed = partTables.map((table) =>
    run(
      db,
      sql`DELETE FROM ${raw(table)} WHERE operation_id = ${id} AND ${raw(keyOf(table))} IN
        (SELECT ${raw(keyOf(table))} FROM ${raw(table)} WHERE operation_id = ${id} ORDER BY 1 LIMIT ${limit})`,
    ),
  );
  if (found.cleanedAt === null) {
    const { items, rejected } = found;
    run(db, sql`UPDATE operations SET cleaned_at = ${nowMs} WHERE id = ${id}`);
    appendJournal(db, { operationId: id, at: nowMs, event: 'cleaned', detail: { items, rejected } });
  }
  // What rests on its items goes with them: there is never more of it.
  const left = get<{ hasParts: number }>(
    db,
    sql`SELECT ${hasParts} AS hasParts FROM operations o WHERE o.id = ${id}`,
  );
  return { items: removed[0] ?? 0, rows: Math.max(...removed), isDone: left?.hasParts === 0 };
}

/** Throws `wrong_state` for an operation whose items were removed: nothing can be made of what is left of them. */
export function assertHasItems(db: Db, operationId: number): void {
  const cleaned = get<{ title: string }>(
    db,
    sql`SELECT title FROM operations WHERE id = ${operationId} AND cleaned_at IS NOT NULL`,
  );
  if (!cleaned) return;
  throw new BulkheadError(
    'wrong_state',
    `What "${cleaned.title}" did to each record is not kept any more; only its figures are. Nothing was planned.`,
  );
}

function keyOf(table: (typeof partTables)[number]): 'seq' | 'line' | 'id' {
  if (table === 'batches') return 'id';
  return table === 'rejected_rows' ? 'line' : 'seq';
}

/** A file that an operation wrote. */
export interface WrittenFile {
  readonly id: number;
  readonly path: string;
  readonly bytes: number;
}

interface ExportRow {
  id: number;
  path: string;
  bytes: number | null;
  endedAt: number | null;
  isPinned: number;
}

/**
 * Files that ended operations wrote and that may go, and up to which operation that was looked at. At a path to which
 * several wrote stands the file of the last one; where one is still to write, none goes.
 */
export function listOldFiles(
  db: Db,
  args: { endedBefore: number },
): { files: WrittenFile[]; through: number } {
  // First, so that what is planned in between counts as later.
  const latest = get<{ id: number | null }>(db, sql`SELECT max(id) AS id FROM operations`);
  const rows = all<ExportRow>(
    db,
    sql`SELECT id, effect ->> '$.path' AS path, file ->> '$.bytes' AS bytes, ended_at AS endedAt, pinned_at IS NOT NULL AS isPinned
      FROM operations WHERE effect ->> '$.kind' = 'export' AND (file IS NOT NULL OR ended_at IS NULL)
      ORDER BY ended_at IS NULL, ended_at, id`,
  );
  const last = new Map(rows.map((row) => [row.path, row]));
  const files = [...last.values()].flatMap(({ id, path, bytes, endedAt, isPinned }) =>
    bytes !== null && endedAt !== null && endedAt < args.endedBefore && isPinned === 0
      ? [{ id, path, bytes }]
      : [],
  );
  return { files, through: latest?.id ?? 0 };
}

/**
 * Journals that the file of an operation is about to be removed. Answers false if it must not be removed any more: the
 * operation was pinned since it was listed, or one of the operations after `through` writes to the same place.
 */
export function noteFileRemoval(db: Db, args: WrittenFile & { through: number; nowMs: number }): boolean {
  const { id, path, bytes, through, nowMs } = args;
  return db
    .transaction(() => {
      const found = get<{ mayGo: number }>(
        db,
        sql`SELECT o.pinned_at IS NULL AND NOT EXISTS (SELECT 1 FROM operations n
            WHERE n.id > ${through} AND n.effect ->> '$.kind' = 'export' AND n.effect ->> '$.path' = ${path}) AS mayGo
          FROM operations o WHERE o.id = ${id}`,
      );
      if (found?.mayGo !== 1) return false;
      appendJournal(db, { operationId: id, at: nowMs, event: 'file_removed', detail: { path, bytes } });
      return true;
    })
    .immediate();
}
