import { BulkheadError } from '../../../../src-shared/contract/errors.ts';
import type { PlanRequest } from '../../../../src-shared/contract/operations.ts';
import type { Item } from '../../../../src-shared/domain/item.ts';
import type { Operation } from '../../../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../../../src-shared/domain/run-options.ts';
import { ApiError, tooSoon } from './api-error.ts';
import { type ApiContext, ask } from './context.ts';
import { type Kind, maxConcurrent } from './limits.ts';
import type { Call } from './route.ts';

/** Items that one question to the console answers. */
const itemsAtOnce = 500;
/** Errors that an answer about a whole operation lists; the rest is asked for item by item. */
const listedErrors = 1_000;
/** As long as an answer may wait for the end of an operation. */
const longestWaitMs = 60_000;

type Asked = Pick<Call<unknown, unknown>, 'caller' | 'idempotency'>;

/**
 * Plans and starts an operation, unless the request was made before: then it answers the operation of that time. Throws
 * 409 for a key that was used for something else, and 429 for too many requests or operations.
 */
export function startBulk(
  context: ApiContext,
  { caller, idempotency }: Asked,
  kind: Kind,
  plan: () => Promise<Operation>,
  options?: Partial<RunOptions>,
): Promise<Operation> {
  return context.admission.inTurn(caller.actor, async () => {
    const before = await findEarlier(context, { caller, idempotency });
    if (before) return before;
    context.admission.take(caller.actor, kind);
    await assertRoom(context, caller);
    const { id } = await plan();
    try {
      return await ask(context, caller, 'operations.start', {
        id,
        ...(options && { options }),
        ...(idempotency && { key: idempotency }),
      });
    } catch (error) {
      return throwAway(context, caller, id, error);
    }
  });
}

/** Throws a draft away that could not be started; answers the operation where it was started and only the answer was lost. */
async function throwAway(
  context: ApiContext,
  caller: Asked['caller'],
  id: number,
  cause: unknown,
): Promise<Operation> {
  try {
    await ask(context, caller, 'operations.discard', { id });
  } catch (error) {
    if (error instanceof BulkheadError && error.code === 'wrong_state')
      return ask(context, caller, 'operations.get', { id });
  }
  throw cause;
}

/** A draft of the plan. */
export function planned(
  context: ApiContext,
  { caller }: Pick<Asked, 'caller'>,
  request: PlanRequest,
): () => Promise<Operation> {
  return () => ask(context, caller, 'operations.plan', request);
}

async function findEarlier(context: ApiContext, { caller, idempotency }: Asked): Promise<Operation | null> {
  if (!idempotency) return null;
  const { key, digest } = idempotency;
  const { found } = await ask(context, caller, 'operations.by_key', { key });
  if (!found) return null;
  if (found.digest === digest) return ask(context, caller, 'operations.get', { id: found.operationId });
  throw new ApiError(
    409,
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request. Nothing was changed.',
  );
}

async function assertRoom(context: ApiContext, caller: Asked['caller']): Promise<void> {
  const { count } = await ask(context, caller, 'operations.count', {
    states: ['pending', 'in_progress', 'paused'],
    isOwn: true,
  });
  if (count < maxConcurrent) return;
  const message = `${caller.actor} has ${count} operations under way, and no more are allowed at a time. Nothing was changed.`;
  throw tooSoon('too_many_operations', message, 1_000);
}

/** An operation's number from its address. Throws 404 for what cannot be one. */
export function operationId(text: string | undefined): number {
  const id = /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : 0;
  if (id > 0) return id;
  throw new ApiError(404, 'not_found', 'There is no such operation.');
}

/** An operation on this collection, of the caller or, for an admin, of anybody. Throws 404. */
export async function findOperation(
  context: ApiContext,
  caller: Asked['caller'],
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
  caller: Asked['caller'],
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
export async function endedSoon(
  context: ApiContext,
  caller: Asked['caller'],
  id: number,
): Promise<Operation> {
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

/** Items of an operation after `after`, in order, of these states or all, a page at a time. */
export async function* itemsOf(
  context: ApiContext,
  caller: Asked['caller'],
  id: number,
  { states = [], after = 0 }: { states?: Item['state'][]; after?: number } = {},
): AsyncGenerator<Item[]> {
  for (let last = after, hasMore = true; hasMore; ) {
    const page = await ask(context, caller, 'operations.items', {
      id,
      states,
      after: last,
      limit: itemsAtOnce,
    });
    if (page.items.length > 0) yield page.items;
    last = page.items.at(-1)?.seq ?? last;
    hasMore = page.hasMore;
  }
}

/** The first thousand items that did not become what was asked for, and whether there are more. */
export async function failuresOf(
  context: ApiContext,
  caller: Asked['caller'],
  operation: Operation,
  isFailure: (item: Item) => boolean,
): Promise<{ items: Item[]; hasMore: boolean }> {
  const items: Item[] = [];
  if (operation.state === 'pending') return { items, hasMore: false };
  const states: Item['state'][] = ['failed', 'skipped', 'unknown'];
  for await (const page of itemsOf(context, caller, operation.id, { states })) {
    items.push(...page.filter(isFailure));
    if (items.length > listedErrors) break;
  }
  return { items: items.slice(0, listedErrors), hasMore: items.length > listedErrors };
}
