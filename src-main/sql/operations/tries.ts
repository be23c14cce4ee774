import sql from 'sql-template-tag';
import type { Db } from '../open.ts';
import { all, run } from '../statement.ts';
import { chunkOf, moveOn } from './apply.ts';
import { plannedIn } from './effects.ts';
import { appendJournal } from './journal.ts';
import { getOperation, type StoredOperation } from './operations.ts';

/** So often may the writer's thread die while an item is being applied. */
const mostDeaths = 3;

/** A step of a run that failed with what passes by itself, and is about to be tried again. */
export interface FailedTry {
  readonly operationId: number;
  readonly nowMs: number;
  readonly runMs: number;
  readonly code: string;
  readonly message: string;
  /** How many tries in a row have failed. */
  readonly failures: number;
  /** The chunk that the writer's thread died of, or null when it was something else. */
  readonly chunk: { readonly fromSeq: number; readonly limit: number } | null;
}

/**
 * Writes down that something is tried again. A chunk that the thread died of is counted as an attempt of its items; an
 * item that was alone in it, and whose attempts all ended so, is set aside as failed. Does nothing when the operation
 * has moved on: the chunk was done after all.
 */
export function noteFailedTry(db: Db, args: FailedTry): StoredOperation {
  return db
    .transaction(() => {
      const stored = getOperation(db, { id: args.operationId });
      const { state } = stored.operation;
      if (state !== 'pending' && state !== 'in_progress') return stored;
      if (args.chunk && args.chunk.fromSeq !== stored.nextSeq) return stored;
      appendJournal(db, {
        operationId: args.operationId,
        at: args.nowMs,
        event: 'tried_again',
        detail: { code: args.code, message: args.message, failures: args.failures },
      });
      if (args.chunk) countDeath(db, { ...stored, runMs: args.runMs }, { ...args, ...args.chunk });
      return getOperation(db, { id: args.operationId });
    })
    .immediate();
}

function countDeath(db: Db, stored: StoredOperation, args: { limit: number; nowMs: number }): void {
  const chunk = chunkOf(db, stored, args);
  run(db, sql`UPDATE items AS i SET attempts = attempts + 1 WHERE ${plannedIn(chunk)}`);
  const planned = all<{ seq: number; recordId: number | null; attempts: number }>(
    db,
    sql`SELECT i.seq, i.record_id AS recordId, i.attempts FROM items i WHERE ${plannedIn(chunk)} ORDER BY i.seq LIMIT 2`,
  );
  const [item] = planned;
  if (!item || planned.length > 1 || item.attempts < mostDeaths) return;
  run(
    db,
    sql`UPDATE items AS i SET state = 'failed', reason = 'quarantined', finished_at = ${args.nowMs} WHERE ${plannedIn(chunk)}`,
  );
  moveOn(db, stored, chunk, 0);
  appendJournal(db, {
    operationId: chunk.operationId,
    at: args.nowMs,
    event: 'quarantined',
    detail: { item: item.seq, ticket: item.recordId },
  });
}
