import sql, { empty, join } from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import {
  countsOf,
  type ExportedFile,
  isFinal,
  type OperationState,
  statesFor,
  underWayStates,
} from '../../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../../src-shared/domain/run-options.ts';
import type { StoppedBy } from '../../../src-shared/domain/stop-rule.ts';
import type { Db } from '../open.ts';
import { insertOperationKey, type OperationKey } from '../server/operation-keys.ts';
import { all, run } from '../statement.ts';
import { appendJournal } from './journal.ts';
import { getOperation, type StoredOperation } from './operations.ts';
import { assertRate, type Rate } from './rate.ts';
import { addTally } from './tallies.ts';

const stateWords: Record<OperationState, string> = {
  draft: 'a plan that cannot be started now',
  pending: 'waiting for its turn',
  in_progress: 'in progress',
  paused: 'paused',
  completed: 'completed',
  partial: 'partly done',
  failed: 'failed',
  cancelled: 'cancelled',
};

export interface Transition {
  readonly id: number;
  readonly from: readonly OperationState[];
  readonly to: OperationState;
  readonly nowMs: number;
  readonly event: string;
  /** Who asked for it; nobody where it comes by itself. */
  readonly actor?: string | undefined;
  readonly stoppedBy?: StoppedBy | undefined;
  /** How it is to run, told when it is started. */
  readonly options?: RunOptions | undefined;
  /** How often such an operation may be started, where there is a limit. */
  readonly rate?: Rate | undefined;
  /** The key under which it was asked for, told when it is started. */
  readonly key?: OperationKey | undefined;
  /** Its time in progress so far, where it is known better than in the database. */
  readonly runMs?: number | undefined;
}

/**
 * Moves an operation on if it is in a state from which that is legal; throws `wrong_state` otherwise, and
 * `rate_limited` for the start of one too many. A draft only moves while it is sealed: one that is still being filled,
 * or already being thrown away, has not all of its items.
 */
export function moveOperation(db: Db, move: Transition): StoredOperation {
  return db
    .transaction(() => {
      const { options, runMs } = move;
      const isStart = move.to === 'pending' ? sql`, started_at = coalesce(started_at, ${move.nowMs})` : empty;
      const isTold = options ? sql`, options = ${JSON.stringify(options)}` : empty;
      const isMeasured = runMs === undefined ? empty : sql`, run_ms = ${runMs}`;
      // The clock may have been set back meanwhile.
      const isEnd = isFinal(move.to) ? sql`, ended_at = max(${move.nowMs}, coalesce(started_at, 0))` : empty;
      // What is being ended keeps the reason of that.
      const changed = run(
        db,
        sql`UPDATE operations SET state = ${move.to},
          stopped_code = iif(cancel_requested_at IS NULL, ${move.stoppedBy?.code ?? null}, stopped_code),
          stopped_message = iif(cancel_requested_at IS NULL, ${move.stoppedBy?.message ?? null}, stopped_message)
          ${isStart} ${isTold} ${isMeasured} ${isEnd}
          WHERE id = ${move.id} AND state IN (${join([...move.from])}) AND (state <> 'draft' OR is_sealed = 1)`,
      );
      if (changed === 0) {
        const { operation } = getOperation(db, move);
        throw new BulkheadError(
          'wrong_state',
          `"${operation.title}" is ${stateWords[operation.state]}; nothing was changed.`,
        );
      }
      if (move.key) insertOperationKey(db, { ...move.key, operationId: move.id });
      if (move.rate) {
        const { title } = getOperation(db, move).operation;
        assertRate(db, { rate: move.rate, operationId: move.id, title, nowMs: move.nowMs });
      }
      appendJournal(db, {
        operationId: move.id,
        at: move.nowMs,
        event: move.event,
        actor: move.actor,
        detail: { ...move.stoppedBy, ...(options && { options: JSON.stringify(options) }) },
        isAsked: move.from.includes('draft'),
      });
      return getOperation(db, move);
    })
    .immediate();
}

/**
 * Records durably that an operation is to end, because somebody says so or because of what stopped it; the first word
 * counts, and asking twice is harmless. Throws `wrong_state` when it has ended.
 */
export function requestCancel(
  db: Db,
  args: { id: number; nowMs: number; actor?: string | undefined; stoppedBy?: StoppedBy | undefined },
): StoredOperation {
  const { id, nowMs, actor, stoppedBy } = args;
  return db
    .transaction(() => {
      const changed = run(
        db,
        sql`UPDATE operations SET cancel_requested_at = ${nowMs}, stopped_code = ${stoppedBy?.code ?? null},
          stopped_message = ${stoppedBy?.message ?? null}
          WHERE id = ${id} AND state IN (${join(statesFor('cancel'))}) AND cancel_requested_at IS NULL`,
      );
      const event = stoppedBy ? 'stopped' : 'cancel_requested';
      if (changed === 1)
        appendJournal(db, { operationId: id, at: nowMs, event, actor, detail: { ...stoppedBy } });
      const stored = getOperation(db, args);
      if (stored.operation.endedAt !== null || stored.operation.state === 'draft') {
        throw new BulkheadError(
          'wrong_state',
          `"${stored.operation.title}" is not under way; nothing was cancelled.`,
        );
      }
      return stored;
    })
    .immediate();
}

/**
 * Takes up to `limit` operations of somebody that have ended off the rail, after the one with the id `after`. Answers where
 * to go on; null at the end.
 */
export function dismissEnded(
  db: Db,
  { actor, after, limit, nowMs }: { actor: string; after: number; limit: number; nowMs: number },
): number | null {
  return db
    .transaction(() => {
      const ended = all<{ id: number }>(
        db,
        sql`SELECT id FROM operations NOT INDEXED WHERE id > ${after} AND actor = ${actor} AND ended_at IS NOT NULL
          AND dismissed_at IS NULL ORDER BY id LIMIT ${limit}`,
      );
      for (const { id } of ended) dismissOperation(db, { id, actor, nowMs });
      return ended.length < limit ? null : (ended.at(-1)?.id ?? null);
    })
    .immediate();
}

/** Takes an operation that has ended off the rail; asking twice is harmless. Throws `wrong_state` before its end. */
export function dismissOperation(
  db: Db,
  args: { id: number; actor: string; nowMs: number },
): StoredOperation {
  return db
    .transaction(() => {
      const changed = run(
        db,
        sql`UPDATE operations SET dismissed_at = ${args.nowMs}
          WHERE id = ${args.id} AND ended_at IS NOT NULL AND dismissed_at IS NULL`,
      );
      if (changed === 1)
        appendJournal(db, { operationId: args.id, at: args.nowMs, event: 'dismissed', actor: args.actor });
      const stored = getOperation(db, args);
      if (!stored.operation.isDismissed) {
        throw new BulkheadError(
          'wrong_state',
          `"${stored.operation.title}" has not ended yet; it stays where it is.`,
        );
      }
      return stored;
    })
    .immediate();
}

/** Keeps an operation from retention, or no longer. Throws `not_found`. */
export function pinOperation(
  db: Db,
  args: { id: number; isPinned: boolean; actor: string; nowMs: number },
): StoredOperation {
  return db
    .transaction(() => {
      const changed = run(
        db,
        sql`UPDATE operations SET pinned_at = ${args.isPinned ? args.nowMs : null}
          WHERE id = ${args.id} AND (pinned_at IS NULL) = ${args.isPinned ? 1 : 0}`,
      );
      const stored = getOperation(db, args);
      const event = args.isPinned ? 'pinned' : 'unpinned';
      // A draft is no history yet: its start vouches for what it is by then.
      if (changed === 1 && stored.operation.state !== 'draft')
        appendJournal(db, { operationId: args.id, at: args.nowMs, event, actor: args.actor });
      return stored;
    })
    .immediate();
}

/** Writes down what an export wrote. Records that were gone by then are skipped as not found. */
export function finishExport(
  db: Db,
  args: { id: number; file: ExportedFile; runMs: number; nowMs: number },
): StoredOperation {
  return db
    .transaction(() => {
      run(
        db,
        sql`UPDATE operations SET file = ${JSON.stringify(args.file)}, run_ms = run_ms + ${args.runMs} WHERE id = ${args.id}`,
      );
      const { planned } = countsOf(getOperation(db, args).operation.tallies);
      addTally(db, args.id, { state: 'planned', reason: null, count: -planned });
      addTally(db, args.id, { state: 'done', reason: null, count: args.file.rows });
      addTally(db, args.id, {
        state: 'skipped',
        reason: 'not_found',
        count: Math.max(0, planned - args.file.rows),
      });
      return moveOperation(db, {
        id: args.id,
        // The file is there, even if a pause came in the same moment, and a resume after it.
        from: underWayStates,
        to: 'completed',
        nowMs: args.nowMs,
        event: 'completed',
      });
    })
    .immediate();
}
