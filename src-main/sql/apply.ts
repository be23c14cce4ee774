import sql, { join, raw, type Sql } from 'sql-template-tag';
import { assertNever } from '../../src-shared/domain/assert-never.ts';
import { countsOf, finalStateOf } from '../../src-shared/domain/operation.ts';
import { createTickets } from './create-tickets.ts';
import { appendJournal } from './journal.ts';
import type { Db } from './open.ts';
import { getOperation, moveOperation, type StoredOperation } from './operations.ts';
import { get, run } from './statement.ts';
import { addTally, countItems } from './tallies.ts';
import { columnOf } from './tickets.ts';

export interface Chunk {
  readonly operationId: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly nowMs: number;
}

/** The planned items of a chunk, as a condition on `i`. */
function plannedIn(chunk: Chunk): Sql {
  return sql`i.operation_id = ${chunk.operationId} AND i.seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq} AND i.state = 'planned'`;
}

/**
 * Applies the next items of an operation: records, items, counters and journal in one transaction, so that a kill
 * leaves either all or nothing of it. If the database refuses the chunk, its items are tried one at a time, so that
 * a bad record costs one record. Does nothing unless the operation is in progress.
 */
export function applyChunk(
  db: Db,
  args: { operationId: number; limit: number; nowMs: number },
): StoredOperation {
  const stored = getOperation(db, { id: args.operationId });
  if (stored.operation.state !== 'in_progress' || stored.operation.isCancelling) return stored;
  const { nextSeq, lastSeq } = stored;
  const chunk = {
    operationId: args.operationId,
    fromSeq: nextSeq,
    toSeq: Math.min(nextSeq + args.limit - 1, lastSeq),
    nowMs: args.nowMs,
  };
  if (chunk.fromSeq > chunk.toSeq) return stored;
  const startedMs = performance.now();
  try {
    applyRange(db, stored, chunk, startedMs);
  } catch (error) {
    if (chunk.fromSeq === chunk.toSeq || !isRefusal(error)) throw error;
    for (let seq = chunk.fromSeq; seq <= chunk.toSeq; seq += 1)
      applyOne(db, stored, { ...chunk, fromSeq: seq, toSeq: seq });
  }
  return getOperation(db, { id: args.operationId });
}

function applyOne(db: Db, stored: StoredOperation, chunk: Chunk): void {
  try {
    applyRange(db, stored, chunk, performance.now());
  } catch (error) {
    if (!isRefusal(error)) throw error;
    db.transaction(() => {
      run(
        db,
        sql`UPDATE items AS i SET state = 'failed', reason = 'storage_error', attempts = attempts + 1,
          finished_at = ${chunk.nowMs} WHERE ${plannedIn(chunk)}`,
      );
      moveOn(db, chunk, [{ state: 'failed', reason: 'storage_error', count: 1 }], 0);
    }).immediate();
  }
}

/** True for an error that the data caused; a full or failing disk is nobody's data. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return (
    typeof code === 'string' &&
    (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_ERROR' || code === 'SQLITE_MISMATCH')
  );
}

function applyRange(db: Db, stored: StoredOperation, chunk: Chunk, startedMs: number): void {
  db.transaction(() => {
    if (stored.effect.kind === 'create') {
      createTickets(db, chunk);
    } else {
      failChanged(db, chunk);
      applyEffect(db, stored, chunk);
      run(
        db,
        sql`UPDATE items AS i SET state = 'done', attempts = attempts + 1, finished_at = ${chunk.nowMs} WHERE ${plannedIn(chunk)}`,
      );
    }
    const tallies = countItems(db, chunk.operationId, chunk.fromSeq, chunk.toSeq).filter(
      ({ state }) => state === 'done' || state === 'failed',
    );
    moveOn(db, chunk, tallies, Math.round(performance.now() - startedMs));
  }).immediate();
}

/** Counters, position and journal of a chunk that was applied. */
function moveOn(
  db: Db,
  chunk: Chunk,
  tallies: readonly { state: string; reason: string | null; count: number }[],
  tookMs: number,
): void {
  const processed = tallies.reduce((sum, { count }) => sum + count, 0);
  addTally(db, chunk.operationId, { state: 'planned', reason: null, count: -processed });
  for (const tally of tallies) addTally(db, chunk.operationId, tally);
  run(
    db,
    sql`UPDATE operations SET next_seq = ${chunk.toSeq + 1}, run_ms = run_ms + ${tookMs} WHERE id = ${chunk.operationId}`,
  );
  const done = tallies.filter(({ state }) => state === 'done').reduce((sum, { count }) => sum + count, 0);
  appendJournal(db, {
    operationId: chunk.operationId,
    at: chunk.nowMs,
    event: 'chunk',
    detail: { fromSeq: chunk.fromSeq, toSeq: chunk.toSeq, done, failed: processed - done, tookMs },
  });
}

/** Items whose record is not at the version that was planned from fail: nobody's later edit is overwritten. */
function failChanged(db: Db, chunk: Chunk): void {
  const changed = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM items i LEFT JOIN tickets t ON t.id = i.record_id
      WHERE ${plannedIn(chunk)} AND t.version IS NOT i.base_version`,
  );
  if (!changed || changed.count === 0) return;
  run(
    db,
    sql`UPDATE items AS i SET state = 'failed', reason = 'changed_since', attempts = attempts + 1, finished_at = ${chunk.nowMs}
      WHERE ${plannedIn(chunk)} AND (SELECT t.version FROM tickets t WHERE t.id = i.record_id) IS NOT i.base_version`,
  );
}

function applyEffect(db: Db, stored: StoredOperation, chunk: Chunk): void {
  const { effect } = stored;
  switch (effect.kind) {
    case 'fields':
      return touchTickets(
        db,
        chunk,
        effect.fields.map((field) => sql`${raw(columnOf(field))} = i.after ->> ${`$.${field}`}`),
      );
    case 'comment':
      touchTickets(db, chunk, []);
      run(
        db,
        sql`INSERT INTO comments (ticket_id, body, is_internal, author, created_at, operation_id)
          SELECT i.record_id, ${effect.body}, ${effect.isInternal ? 1 : 0}, ${stored.operation.actor}, ${chunk.nowMs}, i.operation_id
          FROM items i WHERE ${plannedIn(chunk)} ORDER BY i.seq`,
      );
      return;
    case 'comment_visibility':
      touchTickets(db, chunk, []);
      run(
        db,
        sql`UPDATE comments SET hidden_at = ${effect.isVisible ? null : chunk.nowMs}
          WHERE operation_id = ${effect.of} AND ticket_id IN (SELECT i.record_id FROM items i WHERE ${plannedIn(chunk)})`,
      );
      return;
    case 'create':
    case 'export':
      throw new Error(`${effect.kind} does not go through here`);
    default:
      assertNever(effect satisfies never);
  }
}

/** Sets columns of the chunk's tickets, and that they changed. */
function touchTickets(db: Db, chunk: Chunk, settings: readonly Sql[]): void {
  const assignments = join([sql`version = version + 1`, sql`updated_at = ${chunk.nowMs}`, ...settings]);
  const touched = run(
    db,
    sql`UPDATE tickets SET ${assignments} FROM items i WHERE ${plannedIn(chunk)} AND tickets.id = i.record_id`,
  );
  const planned = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM items i WHERE ${plannedIn(chunk)}`,
  );
  if (touched !== planned?.count)
    throw new Error(`${touched} tickets changed for ${planned?.count ?? 0} items`);
}

/**
 * Marks up to `limit` items that were not started as cancelled; answers whether more are left. An export has only
 * counters: all of it counts as not started, since no file is left behind.
 */
export function cancelRest(db: Db, args: { operationId: number; limit: number; nowMs: number }): boolean {
  return db
    .transaction(() => {
      const { nextSeq, lastSeq, effect, operation } = getOperation(db, { id: args.operationId });
      if (effect.kind === 'export') {
        const { planned } = countsOf(operation.tallies);
        addTally(db, args.operationId, { state: 'planned', reason: null, count: -planned });
        addTally(db, args.operationId, { state: 'cancelled', reason: null, count: planned });
        return false;
      }
      const toSeq = Math.min(nextSeq + args.limit - 1, lastSeq);
      const chunk = { operationId: args.operationId, fromSeq: nextSeq, toSeq, nowMs: args.nowMs };
      const count = run(
        db,
        sql`UPDATE items AS i SET state = 'cancelled', finished_at = ${args.nowMs} WHERE ${plannedIn(chunk)}`,
      );
      addTally(db, args.operationId, { state: 'planned', reason: null, count: -count });
      addTally(db, args.operationId, { state: 'cancelled', reason: null, count });
      run(db, sql`UPDATE operations SET next_seq = ${toSeq + 1} WHERE id = ${args.operationId}`);
      return toSeq < lastSeq;
    })
    .immediate();
}

/** Ends an operation of which no item is left: the state follows from the counters. */
export function finishOperation(db: Db, args: { operationId: number; nowMs: number }): StoredOperation {
  return db
    .transaction(() => {
      const { operation } = getOperation(db, { id: args.operationId });
      const to = finalStateOf(countsOf(operation.tallies), operation.isCancelling);
      return moveOperation(db, {
        id: args.operationId,
        from: ['pending', 'in_progress', 'paused'],
        to,
        nowMs: args.nowMs,
        event: to,
      });
    })
    .immediate();
}
