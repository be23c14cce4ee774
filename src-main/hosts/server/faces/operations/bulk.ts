import { BulkheadError } from '../../../../../src-shared/contract/errors.ts';
import { type Operation, underWayStates } from '../../../../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../../../../src-shared/domain/run-options.ts';
import { ApiError, tooSoon } from '../http/api-error.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { type Kind, maxConcurrent } from '../http/limits.ts';
import type { Call } from '../http/route.ts';

/** For addresses that start an operation. */
export const idempotencyHeader = {
  'Idempotency-Key': 'The same key with the same body answers with the same operation.',
} as const;

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
    states: [...underWayStates],
    isOwn: true,
  });
  if (count < maxConcurrent) return;
  const message = `${caller.actor} has ${count} operations under way, and no more are allowed at a time. Nothing was changed.`;
  throw tooSoon('too_many_operations', message, 1_000);
}
