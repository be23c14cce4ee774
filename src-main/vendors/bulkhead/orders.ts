import { z } from 'zod';
import type { Delivery, RecordChange } from '../../../src-shared/domain/delivery.ts';
import type { Http, HttpRequest } from '../../remotes/http.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';
import type { Batch, BulkWay, ItemOutcome, Outcome } from '../../remotes/remote.ts';
import { chooseBefore, cursorOf, mayRepeat, sendingFailed } from './choose.ts';
import type { Feed } from './feed.ts';
import { longestWaitMs } from './follow.ts';
import { foundAt, lookedUp } from './judgement.ts';
import { Code } from './wire.ts';

/** What can be told of many orders in one stream. */
export const orderStreams: readonly BulkWay[] = [
  { collection: 'orders', change: 'status', max: 2_000, values: 'any_but_none' },
  { collection: 'orders', change: 'isArchived', max: 2_000, values: ['yes'] },
  { collection: 'orders', change: 'deletedAt', max: 2_000, values: 'any_but_none' },
];

/** One line of a stream. A line of another type, or without what it takes, tells nothing. */
const Line = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('success'), recordId: z.string() }),
  z.looseObject({
    type: z.literal('error'),
    recordId: z.string(),
    error: Code,
    retryable: z.boolean().optional(),
  }),
  z.looseObject({ type: z.literal('progress'), cursor: z.string().min(1) }),
  z.looseObject({
    type: z.literal('summary'),
    stoppedEarly: z.boolean().optional(),
    cursor: z.string().nullish(),
  }),
]);
type Line = z.infer<typeof Line>;

/** How far a batch has come: which orders are told, and where the stream goes on if it breaks. */
const Cursor = z.strictObject({ ids: z.array(z.string()), resumeFrom: z.string().nullable() });

type Request = Readonly<Record<string, unknown>>;

/** What an order stream is asked for; null for a change that it does not know. */
export function orderRequest(change: RecordChange): Request | null {
  if (change.kind !== 'fields') return null;
  const [[field, value] = [], ...others] = Object.entries(change.after);
  if (others.length > 0 || value == null) return null;
  if (field === 'status') return { operation: 'status-update', updates: { status: value } };
  if (field === 'isArchived' && value === 'yes') return { operation: 'archive' };
  return field === 'deletedAt' ? { operation: 'delete' } : null;
}

/**
 * Tells of a batch of orders by a stream that answers order by order. Where it breaks it is taken up again at the cursor
 * that was last written down, so that no order is done twice and none is left out.
 */
export async function* streamOrders(
  { http, feed }: { readonly http: Http; readonly feed: Feed },
  batch: Batch,
  request: Request,
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, void> {
  const kept = batch.cursor === null ? null : Cursor.parse(JSON.parse(batch.cursor));
  const ids = kept ? kept.ids : yield* chooseBefore(feed, batch, signal);
  if (ids === null || ids.length === 0) return;
  if (kept === null) yield cursorOf({ ids, resumeFrom: null });
  const resumeFrom = kept?.resumeFrom ?? null;
  const chosen = new Set(ids);
  const asked = batch.deliveries.filter(({ recordKey }) => chosen.has(recordKey));
  const isBegun = resumeFrom !== null;
  if (kept !== null && !isBegun && !(yield* mayRepeat(feed, { ...batch, deliveries: asked }, signal))) return;
  const open = new Map(asked.map((delivery) => [delivery.recordKey, delivery]));
  const done: Delivery[] = [];
  let isAnswered = false;
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)]);
    for await (const text of http.lines(requestFor(batch, request, ids, resumeFrom), until)) {
      isAnswered = true;
      const line = readLine(text);
      if (line?.type === 'summary') break;
      if (line?.type === 'progress') {
        // What was done is told before the cursor that leaves it behind.
        yield* confirmed(feed, batch, done.splice(0), signal);
        yield cursorOf({ ids, resumeFrom: line.cursor });
      } else if (line) {
        const delivery = open.get(line.recordId);
        if (delivery === undefined) continue;
        open.delete(line.recordId);
        if (line.type === 'success') done.push(delivery);
        else yield refusalOf(delivery, line);
      }
    }
  } catch (error) {
    yield* confirmed(feed, batch, done, signal);
    if (isAnswered) throw error;
    // A cursor that is not known any more leads nowhere: then the orders tell.
    const isLost = isBegun && error instanceof HttpFailure && error.outcomeClass === 'permanent';
    if (!isLost) return yield* sendingFailed(open.values(), error);
  }
  yield* confirmed(feed, batch, done, signal);
  yield* leftOver(feed, batch, [...open.values()], signal);
}

function requestFor(
  { key }: Batch,
  request: Request,
  ids: readonly string[],
  resumeFrom: string | null,
): HttpRequest {
  return {
    method: 'POST',
    path: '/v1/orders/bulk-process',
    // A cursor names what was begun as surely as the key does.
    headers: resumeFrom === null ? { 'idempotency-key': key } : {},
    body: {
      ...request,
      recordIds: ids,
      options: { continueOnError: true, batchSize: 1_000 },
      ...(resumeFrom !== null && { resumeFrom }),
    },
  };
}

function readLine(text: string): Line | null {
  try {
    return Line.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function refusalOf(
  { key }: Delivery,
  { error: code, retryable }: Extract<Line, { type: 'error' }>,
): ItemOutcome {
  return retryable === true ? { key, kind: 'retry', code } : { key, kind: 'refused', code };
}

/** What the stream says was done, with the versions that it has now. */
async function* confirmed(
  feed: Feed,
  { collection }: Batch,
  done: readonly Delivery[],
  signal: AbortSignal,
): AsyncGenerator<ItemOutcome, void, void> {
  if (done.length === 0) return;
  const found = await feed.now(collection, new Set(done.map(({ recordKey }) => recordKey)), signal);
  for (const delivery of done) {
    const record = found.get(delivery.recordKey);
    yield record ? foundAt(record, delivery) : { key: delivery.key, kind: 'refused', code: 'not_found' };
  }
}

/** What the stream said nothing of though it came to its end: the orders themselves tell. */
async function* leftOver(
  feed: Feed,
  { collection }: Batch,
  left: readonly Delivery[],
  signal: AbortSignal,
): AsyncGenerator<ItemOutcome, void, void> {
  if (left.length === 0) return;
  const found = await feed.now(collection, new Set(left.map(({ recordKey }) => recordKey)), signal);
  for (const delivery of left) {
    const answer = lookedUp(delivery, found.get(delivery.recordKey));
    if (answer.kind === 'absent') yield { key: delivery.key, kind: 'retry', code: 'no_answer' };
    else if (answer.kind === 'unclear') yield { key: delivery.key, kind: 'unknown' };
    else yield answer as ItemOutcome;
  }
}
