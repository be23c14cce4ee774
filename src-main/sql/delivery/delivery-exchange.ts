import sql from 'sql-template-tag';
import { underWayStates } from '../../../src-shared/domain/operation.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { getOperation, type StoredOperation } from '../operations/operations.ts';
import { get, run, statesIn } from '../statement.ts';
import { keepCursors } from './batches.ts';
import { type ClaimArgs, type ClaimedBatch, claim, nextInMs, type Unended } from './claim.ts';
import { cancelDeliveries, hasOpenDeliveries, openDeliveries } from './deliveries.ts';
import type { HeldDelivery } from './held-deliveries.ts';
import { type Settled, type Settlement, settleDeliveries } from './settling.ts';

export interface ExchangeArgs extends ClaimArgs {
  readonly settlements: readonly Settlement[];
  /** How far the remote has come with batches. */
  readonly cursors: readonly { readonly batchId: number; readonly cursor: string }[];
  /** After an exchange whose answer was lost: what its caller really holds. Whatever else it was given is taken back. */
  readonly held: readonly Pick<HeldDelivery, 'operationId' | 'seq'>[] | null;
  /** From which operations to take, in this order. */
  readonly operationIds: readonly number[];
  /** Only what is of these is handed out. */
  readonly collections: readonly string[];
  /** How long what got no answer may still take effect there. */
  readonly settleMs: number;
  /** Operations whose state afterwards is to be reported. */
  readonly tellOf: readonly number[];
  /** The same for those that still have open deliveries to this remote. */
  readonly tellIfOpen: readonly number[];
}

export interface ExchangeAnswer extends Settled {
  readonly batches: readonly ClaimedBatch[];
  /** Of the operations named: those that are paused or over, and those without open deliveries to any remote. */
  readonly inactive: readonly number[];
  readonly settled: readonly number[];
  /** How long until something else may be sent or asked; null when nothing waits for time. */
  readonly nextInMs: number | null;
  readonly told: readonly StoredOperation[];
}

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
      const operations = args.operationIds.flatMap((id) => findUnended(db, id));
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

/** An operation by its number; nothing for one that has ended. */
function findUnended(db: Db, id: number): Unended[] {
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
  operations: readonly Unended[],
): void {
  for (const { id } of operations.filter(({ isCancelling }) => isCancelling)) {
    const limit = settlements.filter(
      ({ operationId, state }) => operationId === id && state === 'waiting',
    ).length;
    if (limit > 0) cancelDeliveries(db, { operationId: id, limit, at, settleMs });
  }
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
