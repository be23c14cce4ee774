import { z } from 'zod';
import type { Delivery, RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Http } from '../../remotes/http.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';
import type { Batch, ItemOutcome, Outcome } from '../../remotes/remote.ts';
import { chooseBefore, cursorOf, mayRepeat, sendingFailed } from './choose.ts';
import type { Feed } from './feed.ts';
import { type Ended, followOperation, Numbered, untilEnded, untilEndedUnder } from './follow.ts';
import { confirmedAt, isAsWanted } from './judgement.ts';
import { expectBody } from './wire.ts';

/** A call that makes the same change to many records: its address, its body, and how its outcome is found out. */
export interface BulkCall {
  readonly path: string;
  body(ids: readonly string[]): unknown;
  /** Waits for the end of an operation there, and yields while it is under way. Throws `HttpFailure`. */
  follow(operationId: string, signal: AbortSignal): AsyncGenerator<void, Ended, void>;
}

/** How far a batch has come: of which records it tells, and under which number the server does it. */
const Cursor = z.strictObject({ ids: z.array(z.string()), operationId: z.string().nullable() });

/** How often it is shown that an operation is under way. */
const aliveEveryMs = 5_000;

/**
 * Sends a batch as one call. Such a call knows no versions: so the records are looked at first, and only those are sent
 * that are as expected. Which ones is stored before the call, so that it is the same whenever it is repeated.
 * Afterwards the records are read back.
 */
export async function* sendInBulk(
  { http, feed }: { readonly http: Http; readonly feed: Feed },
  batch: Batch,
  call: BulkCall,
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, void> {
  const kept = batch.cursor === null ? null : Cursor.parse(JSON.parse(batch.cursor));
  const ids = kept ? kept.ids : yield* chooseBefore(feed, batch, signal);
  if (ids === null || ids.length === 0) return;
  if (kept === null) yield cursorOf({ ids, operationId: null });
  const chosen = new Set(ids);
  const deliveries = batch.deliveries.filter(({ recordKey }) => chosen.has(recordKey));
  let operationId = kept?.operationId ?? null;
  if (operationId === null) {
    if (kept !== null && !(yield* mayRepeat(feed, { ...batch, deliveries }, signal))) return;
    try {
      operationId = await start(http, batch.key, call, ids, signal);
    } catch (error) {
      yield* sendingFailed(deliveries, error);
      return;
    }
    yield cursorOf({ ids, operationId });
  }
  const ended = yield* whileAlive(call.follow(operationId, signal), cursorOf({ ids, operationId }));
  const keys = new Set(deliveries.map(({ recordKey }) => recordKey));
  const found = await feed.now(batch.collection, keys, signal);
  for (const delivery of deliveries) yield judge(delivery, ended, found.get(delivery.recordKey));
}

/**
 * Waits for the end of what a batch has begun there: as long as that is under way, a record that is as it was says nothing.
 * Answers how it ended; null where the remote does not know it any more, or tells each record apart. Throws `HttpFailure`.
 */
export async function endOf(
  http: Http,
  { collection, key, cursor }: Pick<Batch, 'collection' | 'key' | 'cursor'>,
  signal: AbortSignal,
): Promise<Ended | null> {
  if (cursor === null) return null;
  const kept = Cursor.safeParse(JSON.parse(cursor)).data?.operationId;
  const operationId = kept ?? (await untilEndedUnder(http, key, signal));
  if (operationId === null || collection === 'orders') return null;
  try {
    return await untilEnded(followOperation({ http, collection }, operationId, signal));
  } catch (error) {
    if (!(error instanceof HttpFailure) || error.outcomeClass !== 'permanent') throw error;
    return null;
  }
}

async function start(
  http: Http,
  key: string,
  call: BulkCall,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const headers = { 'idempotency-key': key };
  const { body } = await http.ask({ method: 'POST', path: call.path, headers, body: call.body(ids) }, signal);
  return expectBody(Numbered, body, 'the number of an operation').operation_id;
}

/** Waits for the end, and says now and then that there is still something to be waited for. */
async function* whileAlive(
  following: AsyncGenerator<void, Ended, void>,
  sign: Outcome,
): AsyncGenerator<Outcome, Ended, void> {
  let toldMs = performance.now();
  for (;;) {
    const step = await following.next();
    if (step.done) return step.value;
    if (performance.now() - toldMs < aliveEveryMs) continue;
    toldMs = performance.now();
    yield sign;
  }
}

function judge(
  delivery: Delivery,
  { isWhole, refused }: Ended,
  record: RemoteRecord | undefined,
): ItemOutcome {
  const { key, recordKey, change } = delivery;
  const code = refused.get(recordKey);
  if (record && isAsWanted(record, delivery)) return confirmedAt(record, delivery);
  if (code === 'changed_since') return { key, kind: 'conflict', ...(record && { theirs: record }) };
  if (code !== undefined) return { key, kind: 'refused', code };
  const isComment = change.kind === 'comment';
  if (!isWhole) return isComment ? { key, kind: 'unknown' } : { key, kind: 'retry', code: 'not_begun' };
  if (isComment) return record ? confirmedAt(record, delivery) : { key, kind: 'confirmed' };
  // It says that it did so, and it is not so: somebody changed it again.
  return record ? { key, kind: 'conflict', theirs: record } : { key, kind: 'refused', code: 'not_found' };
}
