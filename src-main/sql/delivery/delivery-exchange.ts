import sql, { type Sql } from 'sql-template-tag';
import { type BulkWay, crashLimit } from '../../../src-shared/domain/delivery.ts';
import { underWayStates } from '../../../src-shared/domain/operation.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { getOperation, type StoredOperation } from '../operations/operations.ts';
import { all, get, run, statesIn } from '../statement.ts';
import { bulkWayOf, getBatch, keepCursors, makeBatch, type StoredBatch } from './batches.ts';
import { cancelDeliveries, hasOpenDeliveries, isOfOneRecord, openDeliveries } from './deliveries.ts';
import { getHeld, type HeldBatch, type HeldDelivery } from './held-deliveries.ts';
import { type Moments, type Settled, type Settlement, settleDeliveries } from './settling.ts';

/** What is to be done at once: deliveries to send, or to ask about what became of them. */
export interface ClaimedBatch extends HeldBatch {
  readonly purpose: 'send' | 'check';
  /** What is sent is a batch, with all that it was made of; what is asked about is anything. */
  readonly batch: (Omit<StoredBatch, 'seqs'> & { readonly members: readonly HeldDelivery[] }) | null;
  /** Nothing else may be sent while this is. */
  readonly isAlone: boolean;
}

export interface ExchangeArgs {
  readonly remote: string;
  readonly fence: number;
  readonly at: Moments;
  readonly settlements: readonly Settlement[];
  /** How far the remote has come with batches. */
  readonly cursors: readonly { readonly batchId: number; readonly cursor: string }[];
  /** After an exchange whose answer was lost: what its caller really holds. Whatever else it was given is taken back. */
  readonly held: readonly Pick<HeldDelivery, 'operationId' | 'seq'>[] | null;
  /** From which operations to take, in this order, and how many batches of how many at most. */
  readonly operationIds: readonly number[];
  /** Only what is of these is handed out. */
  readonly collections: readonly string[];
  readonly lanes: number;
  readonly batchMax: number;
  readonly bulk: readonly BulkWay[];
  /** How long what got no answer may still take effect there. */
  readonly settleMs: number;
  /** True while nothing is being sent: then one that was in flight in crashes may go, alone. */
  readonly isIdle: boolean;
  /** Operations of which to tell how they stand afterwards. */
  readonly tellOf: readonly number[];
  /** The same of those that have something left to tell this remote. */
  readonly tellIfOpen: readonly number[];
}

export interface ExchangeAnswer extends Settled {
  readonly batches: readonly ClaimedBatch[];
  /** Of the operations asked for: those that are paused or over, and those with nothing left to tell any remote. */
  readonly inactive: readonly number[];
  readonly settled: readonly number[];
  /** How long until something else may be sent or asked; null when nothing waits for time. */
  readonly nextInMs: number | null;
  readonly told: readonly StoredOperation[];
}

/** In flight in so many crashes, a delivery goes alone, so that one more crash tells which one it was. */
const suspectCrashes = crashLimit - 1;

/**
 * Records what became of deliveries and hands out the next ones, in one transaction: what is handed out is on record as
 * being sent before it is. A paused or cancelled operation gets nothing handed out any more.
 */
export function exchangeDeliveries(db: Db, args: ExchangeArgs): ExchangeAnswer {
  return db
    .transaction(() => {
      if (args.held) takeBack(db, args, args.held);
      const outcome = settleDeliveries(db, args);
      keepCursors(db, args.cursors);
      const operations = args.operationIds.flatMap((id) => standingOf(db, id));
      cancelReturned(db, args, operations);
      const askable = operations.filter((row) => row.isUnderWay || row.isCancelling);
      const open = askable.filter(({ collection }) => args.collections.includes(collection));
      const batches = claim(db, args, open);
      return {
        ...outcome,
        batches,
        inactive: args.operationIds.filter((id) => !askable.some((row) => row.id === id)),
        settled: askable.filter(({ id }) => !hasOpenDeliveries(db, id)).map(({ id }) => id),
        nextInMs: batches.length < args.lanes ? nextInMs(db, args, open) : null,
        told: [...args.tellOf, ...args.tellIfOpen.filter((id) => hasOpenDeliveries(db, id, args.remote))].map(
          (id) => getOperation(db, { id }),
        ),
      };
    })
    .immediate();
}

interface Standing {
  readonly id: number;
  readonly collection: string;
  readonly isUnderWay: boolean;
  readonly isCancelling: boolean;
}

/** Where an operation stands; nothing for one that has ended. */
function standingOf(db: Db, id: number): Standing[] {
  const row = get<{ state: string; collection: string; isCancelling: number }>(
    db,
    sql`SELECT state, collection, cancel_requested_at IS NOT NULL AS isCancelling FROM operations
      WHERE id = ${id} AND state IN ${statesIn(underWayStates)}`,
  );
  if (!row) return [];
  const isCancelling = row.isCancelling === 1;
  return [
    {
      id,
      collection: row.collection,
      isCancelling,
      isUnderWay: row.state === 'in_progress' && !isCancelling,
    },
  ];
}

/** What was handed out by an exchange whose answer never came was never sent. */
function takeBack(
  db: Db,
  { remote, fence, operationIds }: ExchangeArgs,
  held: readonly Pick<HeldDelivery, 'operationId' | 'seq'>[],
): void {
  for (const id of operationIds) {
    const kept = held.filter(({ operationId }) => operationId === id).map(({ seq }) => seq);
    const lost = sql`operation_id = ${id} AND remote = ${remote} AND settled_at IS NULL AND fence = ${fence}
      AND seq NOT IN ${listOf(kept)}`;
    run(
      db,
      sql`UPDATE ${openDeliveries} SET state = 'waiting', fence = NULL, attempts = attempts - 1
        WHERE ${lost} AND state = 'sending'`,
    );
    run(
      db,
      sql`UPDATE ${openDeliveries} SET fence = NULL, reads = reads - 1 WHERE ${lost} AND state = 'checking'`,
    );
  }
}

/** What comes back to be sent again though its operation is being cancelled is cancelled as well. */
function cancelReturned(
  db: Db,
  { settlements, at, settleMs }: ExchangeArgs,
  operations: readonly Standing[],
): void {
  for (const { id } of operations.filter(({ isCancelling }) => isCancelling)) {
    const limit = settlements.filter(
      ({ operationId, state }) => operationId === id && state === 'waiting',
    ).length;
    if (limit > 0) cancelDeliveries(db, { operationId: id, limit, at, settleMs });
  }
}

interface Wanted {
  readonly purpose: 'send' | 'check';
  readonly isAlone: boolean;
  readonly which: Sql;
}

function claim(db: Db, args: ExchangeArgs, askable: readonly Standing[]): ClaimedBatch[] {
  const batches: ClaimedBatch[] = [];
  const take = ({ id }: Standing, wanted: Wanted) => {
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
  args: ExchangeArgs,
  operationId: number,
  { purpose, isAlone, which }: Wanted,
): ClaimedBatch | null {
  const { remote, fence, at } = args;
  const ready = sql`d.operation_id = ${operationId} AND d.settled_at IS NULL AND d.remote = ${remote} AND d.fence IS NULL AND ${which}
    AND (d.retry_at IS NULL OR d.retry_at <= ${at.sureMs})
    AND NOT EXISTS (SELECT 1 FROM deliveries e
      WHERE ${isOfOneRecord} AND e.version < d.version AND e.settled_at IS NULL)`;
  const taken =
    purpose === 'send'
      ? chooseBatch(db, args, operationId, ready, isAlone)
      : { batch: null, seqs: listSeqs(db, ready, args.batchMax) };
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
  { remote, batchMax, bulk, at }: ExchangeArgs,
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

function listSeqs(db: Db, ready: Sql, limit: number): number[] {
  return all<{ seq: number }>(
    db,
    sql`SELECT d.seq FROM deliveries d INDEXED BY deliveries_open WHERE ${ready} ORDER BY d.crashes, d.seq LIMIT ${limit}`,
  ).map(({ seq }) => seq);
}

function nextInMs(db: Db, { remote, at }: ExchangeArgs, operations: readonly Standing[]): number | null {
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

/**
 * Settles what earlier processes held, and lets every wait begin anew: nobody knows what was done to the clock meanwhile.
 * Answers how many of the deliveries were not held any more.
 */
export function recoverDeliveries(
  db: Db,
  args: Pick<ExchangeArgs, 'settlements' | 'at' | 'settleMs'>,
): number {
  // What a restored backup left in doubt has no wait of its own: it may have been sent a moment before the restore.
  const waitMs = sql`coalesce(retry_ms, ${args.settleMs})`;
  return db
    .transaction(() => {
      run(
        db,
        sql`UPDATE ${openDeliveries} SET retry_at = ${args.at.sureMs} + ${waitMs}, retry_ms = ${waitMs}
          WHERE retry_at IS NOT NULL AND settled_at IS NULL`,
      );
      return settleDeliveries(db, args).stale;
    })
    .immediate();
}
