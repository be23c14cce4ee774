import sql from 'sql-template-tag';
import { countsOnBothSides } from '../../../src-shared/domain/delivery.ts';
import type { Reason } from '../../../src-shared/domain/item.ts';
import { countsOf, finalStateOf, underWayStates } from '../../../src-shared/domain/operation.ts';
import { errorCode } from '../../platform/error-code.ts';
import { countDeliveries, noteDelivered, queueDeliveries } from '../delivery/deliveries.ts';
import type { Db } from '../open.ts';
import { lastInReach } from '../records/reach.ts';
import { run } from '../statement.ts';
import { applyEffect, type Chunk, doneIn, failItems, plannedIn } from './effects.ts';
import { erasesFiles, removeFiles, settleRemovals } from './file-removals.ts';
import { appendJournal } from './journal.ts';
import { moveOperation } from './operation-changes.ts';
import { getOperation, type StoredOperation } from './operations.ts';
import { assertWithinRules, lastOfCanary, pauseAfterCanary, RuleBroken } from './stop-rules.ts';
import { addTally, countItems } from './tallies.ts';

/**
 * Applies the next items of an operation: records, items, counters and journal in one transaction, so that after a kill
 * either all of it is there or nothing. If the database refuses the chunk, its items are tried one at a time within one
 * transaction, so that a bad record costs one record. If a stop rule is broken, the chunk ends with the item that broke
 * it. Does nothing unless the operation is in progress. `runMs` is its time in progress so far; changes of records that
 * belong to one of `remotes`, or of the workspace's own remotes, get a delivery.
 */
export function applyChunk(
  db: Db,
  args: { operationId: number; limit: number; nowMs: number; runMs: number; remotes: readonly string[] },
): StoredOperation {
  const stored = getOperation(db, { id: args.operationId });
  const { state, isCancelling } = stored.operation;
  if (state !== 'in_progress' || isCancelling) return stored;
  const chunk = chunkOf(db, stored, args);
  if (chunk.fromSeq > chunk.toSeq) return stored;
  applyWithinRules(db, { ...stored, runMs: args.runMs }, chunk, args.remotes);
  return getOperation(db, { id: args.operationId });
}

/** The next items of an operation, up to `limit` of them; empty when none is left. */
export function chunkOf(db: Db, stored: StoredOperation, args: { limit: number; nowMs: number }): Chunk {
  const { operation, nextSeq, lastSeq } = stored;
  const mostSeq = Math.min(nextSeq + args.limit - 1, lastSeq, lastOfCanary(db, stored) ?? lastSeq);
  const toSeq = lastInReach(db, stored, nextSeq, mostSeq);
  return { operationId: operation.id, fromSeq: nextSeq, toSeq, nowMs: args.nowMs };
}

function applyWithinRules(db: Db, stored: StoredOperation, chunk: Chunk, remotes: readonly string[]): void {
  try {
    applyOrTryEach(db, stored, chunk, remotes);
  } catch (error) {
    if (!(error instanceof RuleBroken)) throw error;
    applyOrTryEach(db, stored, { ...chunk, toSeq: error.seq }, remotes);
  }
}

function applyOrTryEach(db: Db, stored: StoredOperation, chunk: Chunk, remotes: readonly string[]): void {
  try {
    applyAtOnce(db, stored, chunk, remotes, applyItems);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    applyAtOnce(db, stored, chunk, remotes, applyOneByOne);
  }
}

function applyAtOnce(
  db: Db,
  stored: StoredOperation,
  chunk: Chunk,
  remotes: readonly string[],
  apply: typeof applyItems,
): void {
  const startedMs = performance.now();
  const stuck = erasesFiles(stored.effect) ? removeFiles(db, chunk) : null;
  db.transaction(() => {
    if (stuck) settleRemovals(db, chunk, stuck);
    apply(db, stored, chunk);
    assertWithinRules(db, stored.operation, chunk);
    queueDeliveries(db, stored, chunk, remotes);
    moveOn(db, stored, chunk, Math.round(performance.now() - startedMs));
    pauseAfterCanary(db, stored.operation, chunk.nowMs);
  }).immediate();
}

function applyItems(db: Db, stored: StoredOperation, chunk: Chunk): void {
  applyEffect(db, stored, chunk);
  run(db, sql`UPDATE items AS i SET ${doneIn(chunk)} WHERE ${plannedIn(chunk)}`);
}

/** Each item in a savepoint of its own; what the database refuses of one is undone and that item fails. */
function applyOneByOne(db: Db, stored: StoredOperation, chunk: Chunk): void {
  for (let seq = chunk.fromSeq; seq <= chunk.toSeq; seq += 1) {
    const one = { ...chunk, fromSeq: seq, toSeq: seq };
    try {
      db.transaction(() => applyItems(db, stored, one))();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      failItems(db, one, refusalReason(error));
    }
  }
}

/** True for an error that the data caused; a full or failing disk is nobody's data. */
function isRefusal(error: unknown): boolean {
  const code = errorCode(error);
  return code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_ERROR' || code === 'SQLITE_MISMATCH';
}

function refusalReason(error: unknown): Reason {
  return errorCode(error) === 'SQLITE_CONSTRAINT_UNIQUE' ? 'duplicate' : 'storage_error';
}

/** Counters, position and journal of a chunk whose items are settled; part of the transaction that settled them. */
export function moveOn(db: Db, { runMs }: StoredOperation, chunk: Chunk, tookMs: number): void {
  const tallies = countItems(db, chunk.operationId, chunk.fromSeq, chunk.toSeq).filter(
    ({ state }) => state === 'done' || state === 'failed',
  );
  const processed = tallies.reduce((sum, { count }) => sum + count, 0);
  addTally(db, chunk.operationId, { state: 'planned', reason: null, count: -processed });
  for (const tally of tallies) addTally(db, chunk.operationId, tally);
  run(
    db,
    sql`UPDATE operations SET next_seq = ${chunk.toSeq + 1}, run_ms = ${runMs + tookMs} WHERE id = ${chunk.operationId}`,
  );
  const done = tallies.filter(({ state }) => state === 'done').reduce((sum, { count }) => sum + count, 0);
  appendJournal(db, {
    operationId: chunk.operationId,
    at: chunk.nowMs,
    event: 'chunk',
    detail: { fromSeq: chunk.fromSeq, toSeq: chunk.toSeq, done, failed: processed - done, tookMs },
    items: { fromSeq: chunk.fromSeq, toSeq: chunk.toSeq },
  });
}

/**
 * Marks up to `limit` items that were not started as cancelled; answers whether more are left. An export has only
 * counters: all of it counts as not started, since no file is left behind.
 */
export function cancelRest(db: Db, args: { operationId: number; limit: number; nowMs: number }): boolean {
  return db
    .transaction(() => {
      const { nextSeq, lastSeq, effect, operation } = getOperation(db, { id: args.operationId });
      const entry = { operationId: args.operationId, at: args.nowMs, event: 'not_started' };
      if (effect.kind === 'export') {
        const { planned } = countsOf(operation.tallies);
        if (planned === 0) return false;
        addTally(db, args.operationId, { state: 'planned', reason: null, count: -planned });
        addTally(db, args.operationId, { state: 'cancelled', reason: null, count: planned });
        appendJournal(db, { ...entry, detail: { cancelled: planned } });
        return false;
      }
      const toSeq = Math.min(nextSeq + args.limit - 1, lastSeq);
      if (toSeq < nextSeq) return false;
      const chunk = { operationId: args.operationId, fromSeq: nextSeq, toSeq, nowMs: args.nowMs };
      const count = run(
        db,
        sql`UPDATE items AS i SET state = 'cancelled', finished_at = ${args.nowMs} WHERE ${plannedIn(chunk)}`,
      );
      addTally(db, args.operationId, { state: 'planned', reason: null, count: -count });
      addTally(db, args.operationId, { state: 'cancelled', reason: null, count });
      run(db, sql`UPDATE operations SET next_seq = ${toSeq + 1} WHERE id = ${args.operationId}`);
      const items = { fromSeq: nextSeq, toSeq };
      appendJournal(db, { ...entry, detail: { ...items, cancelled: count }, items });
      return toSeq < lastSeq;
    })
    .immediate();
}

/**
 * Ends an operation of which no item is left: the state follows from the counters, from what its remotes said, and from
 * what stopped it. Does nothing while something is still to be told to a remote.
 */
export function finishOperation(db: Db, args: { operationId: number; nowMs: number }): StoredOperation {
  return db
    .transaction(() => {
      const stored = getOperation(db, { id: args.operationId });
      if (stored.undelivered > 0) return stored;
      const deliveries = countDeliveries(db, args);
      noteDelivered(db, deliveries, args);
      const { tallies, stoppedBy } = stored.operation;
      const counts = countsOnBothSides(countsOf(tallies), deliveries);
      const to = finalStateOf(counts, stoppedBy !== null);
      return moveOperation(db, {
        id: args.operationId,
        from: underWayStates,
        to,
        nowMs: args.nowMs,
        event: to,
        stoppedBy: stoppedBy ?? undefined,
      });
    })
    .immediate();
}
