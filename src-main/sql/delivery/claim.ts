import sql, { type Sql } from 'sql-template-tag';
import { type BulkWay, crashLimit } from '../../../src-shared/domain/delivery.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { all, get, run } from '../statement.ts';
import { bulkWayOf, getBatch, makeBatch, type StoredBatch } from './batches.ts';
import { isOfOneRecord, openDeliveries } from './deliveries.ts';
import { getHeld, type HeldBatch, type HeldDelivery } from './held-deliveries.ts';
import type { Moments } from './settling.ts';

/** What is to be done at once: deliveries to send, or to ask about what became of them. */
export interface ClaimedBatch extends HeldBatch {
  readonly purpose: 'send' | 'check';
  /** What is sent is a batch, with all that it was made of; what is asked about was sent in one batch, or in none. */
  readonly batch: (Omit<StoredBatch, 'seqs'> & { readonly members: readonly HeldDelivery[] }) | null;
  /** Nothing else may be sent while this is. */
  readonly isAlone: boolean;
}

/** What is handed out to whoever tells a remote. */
export interface ClaimArgs {
  readonly remote: string;
  readonly fence: number;
  readonly at: Moments;
  /** How many batches of how many at most. */
  readonly lanes: number;
  readonly batchMax: number;
  readonly bulk: readonly BulkWay[];
  /** True while nothing is being sent: then one that was in flight in crashes may go, alone. */
  readonly isIdle: boolean;
}

/** An operation that has not ended, and what may be done with it. */
export interface Unended {
  readonly id: number;
  readonly collection: string;
  readonly isUnderWay: boolean;
  readonly isCancelling: boolean;
}

/** In flight in so many crashes, a delivery goes alone, so that one more crash tells which one it was. */
const suspectCrashes = crashLimit - 1;

interface Wanted {
  readonly purpose: 'send' | 'check';
  readonly isAlone: boolean;
  readonly which: Sql;
}

/** Hands out the next batches of operations: first those to be asked about, then those to be sent. */
export function claim(db: Db, args: ClaimArgs, askable: readonly Unended[]): ClaimedBatch[] {
  const batches: ClaimedBatch[] = [];
  const take = ({ id }: Unended, wanted: Wanted) => {
    const batch = batches.length < args.lanes ? takeBatch(db, args, id, wanted) : null;
    if (batch) batches.push(batch);
    return batch !== null;
  };
  const sendable = askable.filter(({ isUnderWay }) => isUnderWay);
  const check: Wanted = { purpose: 'check', isAlone: false, which: sql`d.state = 'checking'` };
  const send: Wanted = {
    purpose: 'send',
    isAlone: false,
    which: sql`d.state = 'waiting' AND d.crashes < ${suspectCrashes}`,
  };
  for (const operation of askable) while (take(operation, check));
  for (const operation of sendable) while (take(operation, send));
  if (args.isIdle && batches.every(({ purpose }) => purpose === 'check')) {
    const which = sql`d.state = 'waiting' AND d.crashes >= ${suspectCrashes}`;
    sendable.some((operation) => take(operation, { purpose: 'send', isAlone: true, which }));
  }
  return batches;
}

/** Takes what waits for nothing, neither for time nor for an earlier change of its record; null when there is nothing. */
function takeBatch(
  db: Db,
  args: ClaimArgs,
  operationId: number,
  { purpose, isAlone, which }: Wanted,
): ClaimedBatch | null {
  const { remote, fence, at } = args;
  const ready = sql`d.operation_id = ${operationId} AND d.settled_at IS NULL AND d.remote = ${remote} AND d.fence IS NULL AND ${which}
    AND (d.retry_at IS NULL OR d.retry_at <= ${at.sureMs})
    AND NOT EXISTS (SELECT 1 FROM deliveries e
      WHERE ${isOfOneRecord} AND e.version < d.version AND e.settled_at IS NULL)`;
  const taken =
    purpose === 'send' ? chooseBatch(db, args, operationId, ready, isAlone) : chooseAsked(db, args, ready);
  if (!taken || taken.seqs.length === 0) return null;
  const change =
    purpose === 'send'
      ? sql`state = 'sending', attempts = attempts + 1, sent_at = ${at.nowMs}`
      : sql`reads = reads + 1`;
  run(
    db,
    sql`UPDATE deliveries SET ${change}, fence = ${fence}, retry_at = NULL, retry_ms = NULL
      WHERE operation_id = ${operationId} AND seq IN ${listOf(taken.seqs)}`,
  );
  if (taken.batch === null) return { purpose, isAlone, batch: null, ...getHeld(db, operationId, taken.seqs) };
  const { seqs, ...batch } = taken.batch;
  const held = getHeld(db, operationId, seqs);
  const open = new Set(taken.seqs);
  const deliveries = held.deliveries.filter(({ seq }) => open.has(seq));
  return { purpose, isAlone, ...held, deliveries, batch: { ...batch, members: held.deliveries } };
}

/** What is sent next, and in which batch: one that was sent before as it was, or a new one. */
function chooseBatch(
  db: Db,
  { remote, batchMax, bulk, at }: ClaimArgs,
  operationId: number,
  ready: Sql,
  isAlone: boolean,
): { batch: StoredBatch; seqs: number[] } | null {
  // A batch waits for the last of its deliveries.
  const whole = sql`(d.batch_id IS NULL OR NOT EXISTS (SELECT 1 FROM deliveries m INDEXED BY deliveries_open
    WHERE m.operation_id = ${operationId} AND m.settled_at IS NULL AND m.state = 'waiting' AND m.batch_id = d.batch_id
      AND m.retry_at > ${at.sureMs}))`;
  const first = get<{ seq: number; batchId: number | null; after: string | null }>(
    db,
    sql`SELECT d.seq, d.batch_id AS batchId, i.after FROM deliveries d INDEXED BY deliveries_open
      JOIN items i ON i.operation_id = d.operation_id AND i.seq = d.seq
      WHERE ${ready} AND ${whole} ORDER BY d.crashes, d.seq LIMIT 1`,
  );
  if (!first) return null;
  if (first.batchId !== null) {
    const batch = getBatch(db, first.batchId);
    return { batch, seqs: listSeqs(db, sql`${ready} AND d.batch_id = ${batch.batchId}`, batch.seqs.length) };
  }
  const { collection, deliveries } = getHeld(db, operationId, [first.seq]);
  const way = deliveries[0] && bulkWayOf(bulk, collection, deliveries[0].change);
  const alike = way
    ? sql`AND EXISTS (SELECT 1 FROM items i WHERE i.operation_id = d.operation_id AND i.seq = d.seq AND i.after IS ${first.after})`
    : sql``;
  const limit = isAlone ? 1 : (way?.max ?? batchMax);
  const seqs = listSeqs(db, sql`${ready} AND d.batch_id IS NULL ${alike}`, limit);
  return { batch: makeBatch(db, { operationId, remote, collection, seqs }), seqs };
}

/** What is asked about next: all that was sent in one batch, with what was written down of it, or some that were in none. */
function chooseAsked(
  db: Db,
  { batchMax }: ClaimArgs,
  ready: Sql,
): { batch: StoredBatch | null; seqs: number[] } | null {
  const first = get<{ batchId: number | null }>(
    db,
    sql`SELECT d.batch_id AS batchId FROM deliveries d INDEXED BY deliveries_open WHERE ${ready} ORDER BY d.crashes, d.seq LIMIT 1`,
  );
  if (!first) return null;
  const batch = first.batchId === null ? null : getBatch(db, first.batchId);
  const isInIt = sql`${ready} AND d.batch_id IS ${first.batchId}`;
  const seqs = listSeqs(db, isInIt, batch?.seqs.length ?? batchMax);
  return { batch: batch && { ...batch, seqs }, seqs };
}

function listSeqs(db: Db, ready: Sql, limit: number): number[] {
  return all<{ seq: number }>(
    db,
    sql`SELECT d.seq FROM deliveries d INDEXED BY deliveries_open WHERE ${ready} ORDER BY d.crashes, d.seq LIMIT ${limit}`,
  ).map(({ seq }) => seq);
}

/** How long until something else of these operations may be sent or asked about; null when nothing waits for time. */
export function nextInMs(db: Db, { remote, at }: ClaimArgs, operations: readonly Unended[]): number | null {
  const waits = operations.flatMap(
    ({ id }) =>
      get<{ next: number | null }>(
        db,
        sql`SELECT min(retry_at) AS next FROM ${openDeliveries}
          WHERE operation_id = ${id} AND settled_at IS NULL AND remote = ${remote} AND retry_at > ${at.sureMs}`,
      )?.next ?? [],
  );
  return waits.length === 0 ? null : Math.min(...waits) - at.sureMs;
}
