import { createHash } from 'node:crypto';
import sql, { empty, raw } from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import {
  countDeliveryStates,
  type DeliveryCounts,
  type DeliveryState,
} from '../../../src-shared/domain/delivery.ts';
import { canSettleUnknown } from '../../../src-shared/domain/operation.ts';
import { listOf } from '../json-text.ts';
import { isInUse } from '../mirror/remotes.ts';
import type { Db } from '../open.ts';
import type { Chunk } from '../operations/effects.ts';
import { appendJournal, wasRestoredAfter } from '../operations/journal.ts';
import { getOperation, type StoredOperation } from '../operations/operations.ts';
import { tableOf } from '../records/table.ts';
import { all, get, run } from '../statement.ts';
import type { Moments } from './settling.ts';

/** Those that are not settled, for statements that say so in their WHERE: the key would lead through all the others. */
export const openDeliveries = raw('deliveries INDEXED BY deliveries_open');

/** True where `e` and `d` are deliveries of one record: every collection counts its records from 1. */
export const isOfOneRecord = sql`(e.record_id = d.record_id
  AND (SELECT collection FROM operations WHERE id = e.operation_id) = (SELECT collection FROM operations WHERE id = d.operation_id))`;

/**
 * Adds deliveries of a chunk's done items to the remotes of the workspace, and to those with these names; part of the
 * transaction that changes the records. What an import brought in from a remote is not created there, nor deleted there
 * when the import is undone.
 */
export function queueDeliveries(
  db: Db,
  stored: StoredOperation,
  chunk: Chunk,
  remotes: readonly string[],
): void {
  const names = namesOf(db, remotes);
  if (names.length === 0 || !isToldToRemotes(db, stored)) return;
  // What a backup that was restored held may have been done before.
  const begun = sql`(SELECT min(seq) FROM journal WHERE operation_id = ${chunk.operationId})`;
  const doubtAt = wasRestoredAfter(db, begun) ? stored.operation.startedAt : null;
  const keyOfOperation = sql`i.operation_id || ':' || i.seq || ':' || ${hashOf(stored)}`;
  run(
    db,
    sql`INSERT INTO deliveries (operation_id, seq, record_id, version, remote, state, idempotency_key, doubt_at)
      SELECT i.operation_id, i.seq, i.record_id, t.version, r.value, ${doubtAt === null ? 'waiting' : 'checking'},
        ${keyOfOperation}, ${doubtAt}
      FROM items i JOIN ${raw(tableOf(stored.operation.collection).name)} t ON t.id = i.record_id JOIN json_each(${JSON.stringify(names)}) r ON t.source = r.value
      WHERE i.operation_id = ${chunk.operationId} AND i.seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq} AND i.state = 'done'`,
  );
}

function namesOf(db: Db, remotes: readonly string[]): string[] {
  const own = all<{ name: string; isOpen: number }>(
    db,
    sql`SELECT r.name, ${isInUse} AS isOpen FROM remotes r`,
  );
  const names = new Set([...remotes, ...own.map(({ name }) => name)]);
  // One that was removed a moment ago may still be among those that were named.
  for (const { name, isOpen } of own) if (isOpen === 0) names.delete(name);
  return [...names];
}

/**
 * Open deliveries in a backup that is being restored may have been sent since it was made, in the same batch or in
 * another, and by another user: all of them are asked about, when nothing that was sent a moment ago can still take
 * effect.
 */
export function doubtDeliveries(db: Db): void {
  run(
    db,
    sql`UPDATE deliveries SET doubt_at = coalesce(doubt_at, (SELECT started_at FROM operations WHERE id = operation_id)),
        state = 'checking', fence = NULL, retry_at = 0, retry_ms = NULL
      WHERE settled_at IS NULL`,
  );
}

function isToldToRemotes(db: Db, { effect, operation }: StoredOperation): boolean {
  if (effect.kind === 'create' || effect.kind === 'export') return false;
  return operation.undoOf === null || isToldToRemotes(db, getOperation(db, { id: operation.undoOf }));
}

/**
 * What makes an idempotency key that of this action, and of no other operation that may have had the same number (in
 * another workspace, or before a backup was restored).
 */
function hashOf({ operation, effect }: StoredOperation): string {
  const action = JSON.stringify([operation.action, effect, operation.createdAt]);
  return createHash('sha256').update(action).digest('hex').slice(0, 16);
}

/** True while an operation has deliveries that are not settled, to any remote or to this one. */
export function hasOpenDeliveries(db: Db, operationId: number, remote: string | null = null): boolean {
  const open = sql`SELECT 1 FROM ${openDeliveries} WHERE operation_id = ${operationId} AND settled_at IS NULL
    AND (${remote} IS NULL OR remote = ${remote})`;
  return get<{ found: number }>(db, sql`SELECT EXISTS (${open}) AS found`)?.found === 1;
}

/** The remotes that an operation has still something to tell. */
export function listOpenRemotes(db: Db, args: { operationId: number }): string[] {
  return all<{ remote: string }>(
    db,
    sql`SELECT DISTINCT remote FROM ${openDeliveries} WHERE operation_id = ${args.operationId} AND settled_at IS NULL`,
  ).map(({ remote }) => remote);
}

/** How many deliveries of an operation are in each state. */
export function countDeliveries(db: Db, args: { operationId: number }): DeliveryCounts {
  return countDeliveryStates(
    all<{ state: DeliveryState; count: number }>(
      db,
      sql`SELECT state, count FROM delivery_tallies WHERE operation_id = ${args.operationId}`,
    ),
  );
}

/** Journals how many deliveries ended in which state, if there were any. */
export function noteDelivered(
  db: Db,
  deliveries: DeliveryCounts,
  { operationId, nowMs }: { operationId: number; nowMs: number },
): void {
  const detail = Object.fromEntries(Object.entries(deliveries).filter(([, count]) => count > 0));
  if (Object.keys(detail).length > 0)
    appendJournal(db, { operationId, at: nowMs, event: 'delivered', detail });
}

/**
 * Takes back up to `limit` deliveries of a cancelled operation that were not sent; answers whether more are left. What
 * was sent once without an answer may have arrived: the remote is asked when, after `settleMs`, it can have no effect
 * any more.
 */
export function cancelDeliveries(
  db: Db,
  args: { operationId: number; limit: number; at: Moments; settleMs: number },
): boolean {
  const { operationId, limit, at, settleMs } = args;
  const changed = run(
    db,
    sql`UPDATE deliveries SET state = iif(doubt_at IS NULL, 'cancelled', 'checking'),
        settled_at = iif(doubt_at IS NULL, ${at.nowMs}, NULL),
        retry_at = iif(doubt_at IS NULL, NULL, ${at.sureMs + settleMs}), retry_ms = iif(doubt_at IS NULL, NULL, ${settleMs})
      WHERE operation_id = ${operationId} AND seq IN (SELECT seq FROM ${openDeliveries}
        WHERE operation_id = ${operationId} AND settled_at IS NULL AND state = 'waiting' LIMIT ${limit})`,
  );
  return changed === limit;
}

/** Leaves as unknown what no remote can be asked about, because the console does not know `remotes` any more. */
export function giveUpDeliveries(
  db: Db,
  args: { operationId: number; remotes: readonly string[]; nowMs: number },
): void {
  run(
    db,
    sql`UPDATE ${openDeliveries} SET state = 'unknown', settled_at = ${args.nowMs}
      WHERE operation_id = ${args.operationId} AND settled_at IS NULL AND state = 'checking'
        AND remote IN ${listOf(args.remotes)}`,
  );
}

/**
 * Settles deliveries of an ended operation of which nobody knows whether they arrived, as the user decides: they did,
 * or they are to be sent again. The operation continues until that is done. Answers how many they were; one whose
 * record was changed again since is not sent again. Throws `wrong_state` if there is nothing to decide.
 */
export function settleUnknown(
  db: Db,
  args: {
    id: number;
    seqs?: readonly number[] | undefined;
    how: 'confirmed' | 'send_again';
    actor: string;
    nowMs: number;
  },
): number {
  return db
    .transaction(() => {
      const { operation } = getOperation(db, { id: args.id });
      if (!canSettleUnknown(operation)) {
        throw new BulkheadError('wrong_state', `"${operation.title}" has nothing that could be decided now.`);
      }
      const isChosen = args.seqs ? sql`AND seq IN ${listOf(args.seqs)}` : empty;
      const these = sql`operation_id = ${args.id} AND state = 'unknown' ${isChosen}`;
      const settled =
        args.how === 'confirmed'
          ? run(db, sql`UPDATE deliveries SET state = 'confirmed', settled_at = ${args.nowMs} WHERE ${these}`)
          : run(
              db,
              sql`UPDATE deliveries AS d SET state = 'waiting', settled_at = NULL, code = NULL, doubt_at = NULL,
                  batch_id = NULL,
                  attempts = 0, crashes = 0, reads = 0
                WHERE ${these} AND NOT EXISTS (SELECT 1 FROM deliveries e
                  WHERE ${isOfOneRecord} AND e.version > d.version AND e.state <> 'cancelled')`,
            );
      if (settled === 0) return 0;
      run(
        db,
        sql`UPDATE operations SET state = 'in_progress', ended_at = NULL, dismissed_at = NULL,
          cancel_requested_at = NULL WHERE id = ${args.id}`,
      );
      appendJournal(db, {
        operationId: args.id,
        at: args.nowMs,
        event: 'settled_by_user',
        actor: args.actor,
        detail: { how: args.how, count: settled },
      });
      return settled;
    })
    .immediate();
}
