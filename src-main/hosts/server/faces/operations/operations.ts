import type { DeliveryState } from '../../../../../src-shared/domain/delivery.ts';
import type { Item } from '../../../../../src-shared/domain/item.ts';
import type { Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Caller } from '../../../../api/caller.ts';
import { ApiError } from '../http/api-error.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { TextId } from './ids.ts';
import { type FailureWords, failureOf, isFineOn } from './standing.ts';

/** Items that one question to the console answers. */
const itemsAtOnce = 500;
/** Errors that an answer about a whole operation lists; the rest is asked for item by item. */
const listedErrors = 1_000;
/** As long as an answer may wait for the end of an operation. */
const longestWaitMs = 60_000;

/** An operation's number from its address. Throws 404 for what cannot be one. */
function operationId(text: string | undefined): number {
  const id = TextId.safeParse(text);
  if (id.success) return Number(id.data);
  throw new ApiError(404, 'not_found', 'There is no such operation.');
}

/** An operation on this collection, of the caller or, for an admin, of anybody. Throws 404. */
export async function findOperation(
  context: ApiContext,
  caller: Caller,
  text: string | undefined,
  collection?: string,
): Promise<Operation> {
  const operation = await ask(context, caller, 'operations.get', { id: operationId(text) });
  if (operation.state !== 'draft' && (collection === undefined || operation.collection === collection))
    return operation;
  throw new ApiError(
    404,
    'not_found',
    `There is no operation ${operation.id} on ${collection ?? 'records'}.`,
  );
}

/** Ends an operation and answers it once it has ended. Throws 409 for one that was over, or was over first. */
export async function cancelOperation(
  context: ApiContext,
  caller: Caller,
  operation: Operation,
): Promise<Operation> {
  const { id } = operation;
  await ask(context, caller, 'operations.cancel', { id });
  const ended = await endedSoon(context, caller, id);
  if (ended.state === 'cancelled') return ended;
  throw new ApiError(
    409,
    'wrong_state',
    `Operation ${id} had ended as ${ended.state} before it could be cancelled.`,
  );
}

/** An operation once it has ended. Throws 503 for one that takes longer than somebody waits for an answer. */
export async function endedSoon(context: ApiContext, caller: Caller, id: number): Promise<Operation> {
  const signal = AbortSignal.timeout(longestWaitMs);
  try {
    return await context.watch.ended(caller, id, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const message = `Operation ${id} is still under way; it goes on. Ask again under the same Idempotency-Key, or look at it.`;
    throw new ApiError(503, 'still_under_way', message, {
      details: { operation_id: String(id) },
      headers: { 'retry-after': '5' },
      cause: error,
    });
  }
}

interface Wanted {
  readonly states?: Item['state'][];
  readonly deliveries?: DeliveryState[];
  readonly after?: number;
}

/** Items of an operation after `after`, in order, of these states or all, a page at a time. */
export async function* itemsOf(
  context: ApiContext,
  caller: Caller,
  id: number,
  { states = [], deliveries = [], after = 0 }: Wanted = {},
): AsyncGenerator<Item[]> {
  for (let last = after, hasMore = true; hasMore; ) {
    const page = await ask(context, caller, 'operations.items', {
      id,
      states,
      deliveries,
      after: last,
      limit: itemsAtOnce,
    });
    if (page.items.length > 0) yield page.items;
    last = page.items.at(-1)?.seq ?? last;
    hasMore = page.hasMore;
  }
}

/** A record that did not become what was asked for, and why. */
export interface Failure extends FailureWords {
  readonly recordId: number | null;
}

/** The first thousand failures of an operation, and whether there are more. */
export async function listFailures(
  context: ApiContext,
  caller: Caller,
  { id, collection, state, delivery }: Operation,
): Promise<{ failures: Failure[]; hasMore: boolean }> {
  const failures: Failure[] = [];
  if (state === 'pending') return { failures, hasMore: false };
  const here: Wanted = { states: ['failed', 'skipped', 'unknown'] };
  const there: Wanted = { deliveries: ['refused', 'conflict', 'unknown'] };
  const { refused = 0, conflict = 0, unknown = 0 } = delivery ?? {};
  // All items are walked through to find these.
  for (const wanted of refused + conflict + unknown > 0 ? [here, there] : [here])
    for await (const page of itemsOf(context, caller, id, wanted)) {
      for (const item of page) {
        const failure = failureOf(item, isFineOn(collection));
        if (failure) failures.push({ recordId: item.recordId, ...failure });
      }
      if (failures.length > listedErrors) return { failures: failures.slice(0, listedErrors), hasMore: true };
    }
  return { failures, hasMore: false };
}
