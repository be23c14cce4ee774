import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { isFinal, type Operation } from '../../../src-shared/domain/operation.ts';
import type { StoppedBy } from '../../../src-shared/domain/stop-rule.ts';
import { toBulkheadError } from '../../platform/coded-error.ts';
import type { StoredOperation } from '../../store/store.ts';
import { planChunkSize } from '../plan/draft.ts';
import { type ChunkState, runChunks } from './run-chunks.ts';
import { failureRuleOf, isUnderWay, type RunContext, stopRuleOf } from './run-context.ts';
import { runExport } from './run-export.ts';
import type { RunOutcome } from './run-operation.ts';
import { tellOperation } from './tell.ts';

/** Does what is left to do of an operation, as far as it may. May be called again after an error: it goes by what the database says. */
export async function proceed(
  context: RunContext,
  chunks: ChunkState,
  start: StoredOperation,
): Promise<StoredOperation> {
  const { state, isCancelling } = start.operation;
  if (context.isStopping() || isFinal(state)) return start;
  let stored = state === 'pending' && !isCancelling ? await begin(context) : start;
  const isExport = stored.effect.kind === 'export';
  if (!isExport) stored = await runChunks(context, chunks, stored);
  else
    while (isUnderWay(context, stored) && !stopRuleOf(context, stored))
      stored = await runExport(context, stored);
  if (stored.operation.isCancelling) return settle(context);
  if (!isUnderWay(context, stored)) return stored;
  // A time limit that is reached with the last item stops nothing any more; too many failures are too many even then.
  const isThrough = !isExport && stored.nextSeq > stored.lastSeq;
  const broken = isThrough ? failureRuleOf(stored) : stopRuleOf(context, stored);
  if (broken) return stop(context, broken);
  return isThrough ? settle(context) : stored;
}

async function begin({ ports, id }: RunContext): Promise<StoredOperation> {
  const { store, clock } = ports;
  try {
    const stored = await store.write('moveOperation', {
      id,
      from: ['pending'],
      to: 'in_progress',
      nowMs: clock.now(),
      event: 'running',
    });
    tellOperation(ports, stored.operation);
    return stored;
  } catch (error) {
    // The user paused it a moment ago; that is no failure.
    if (error instanceof BulkheadError && error.code === 'wrong_state')
      return store.read('getOperation', { id });
    throw error;
  }
}

/** Ends an operation by itself: why is on the disk before anything follows from it. */
async function stop(context: RunContext, stoppedBy: StoppedBy): Promise<StoredOperation> {
  const { id, ports } = context;
  const { operation } = await ports.store.write('requestCancel', { id, nowMs: ports.clock.now(), stoppedBy });
  tellOperation(ports, operation);
  return settle(context);
}

/** Cancels what was not started, if anything, and ends the operation. A console that stops leaves the rest to the next one. */
async function settle(context: RunContext): Promise<StoredOperation> {
  const { id, ports } = context;
  const { store, clock } = ports;
  let hasMore = true;
  while (hasMore) {
    if (context.isStopping()) return store.read('getOperation', { id });
    hasMore = await store.write('cancelRest', {
      operationId: id,
      limit: planChunkSize,
      nowMs: clock.now(),
    });
  }
  return end(context);
}

/**
 * Ends an operation as soon as its remotes are told of all of it; until then it is looked after elsewhere and comes back.
 * One that was cancelled or stopped waits only for what is in flight.
 */
async function end(context: RunContext): Promise<StoredOperation> {
  const { id, ports, deliverer } = context;
  const stored = await ports.store.write('finishOperation', { operationId: id, nowMs: ports.clock.now() });
  if (stored.undelivered === 0 || context.isStopping()) return stored;
  if (stored.operation.isCancelling) await deliverer.cancel(id);
  await deliverer.take(stored);
  return stored;
}

/**
 * An error that is not of one record: an export ends as failed, everything else waits, paused, for the user. What is being
 * ended keeps the reason of that, and is only shown as paused.
 */
export async function stopBy(
  context: RunContext,
  last: Operation,
  error: BulkheadError,
): Promise<RunOutcome> {
  const { id, ports } = context;
  const { store, clock, report } = ports;
  const stoppedBy = { code: error.code, message: error.message };
  try {
    const now = await store.read('getOperation', { id });
    // The answer may have been lost after the work was done, or the user was quicker: then there is nothing to stop.
    if (now.operation.state !== 'pending' && now.operation.state !== 'in_progress')
      return { operation: now.operation, strandedBy: null };
    if (now.effect.kind !== 'export' && now.operation.isCancelling) return stranded(now.operation, stoppedBy);
    const { operation } =
      now.effect.kind === 'export'
        ? await stop(context, stoppedBy)
        : await store.write('moveOperation', {
            id,
            from: ['pending', 'in_progress'],
            to: 'paused',
            nowMs: clock.now(),
            event: 'stopped',
            stoppedBy,
            runMs: context.runMs(),
          });
    return { operation, strandedBy: null };
  } catch (failure) {
    const { code } = toBulkheadError(failure);
    if (code === 'not_found') return { operation: null, strandedBy: null };
    // The user was quicker, in between.
    if (code === 'wrong_state') return stopBy(context, last, error);
    // On a full disk not even this can be written down. It is told all the same: nothing is running, and the user
    // may resume it; so does the next start.
    report(failure, `operation ${id} could not be marked as stopped`);
    return stranded(last, stoppedBy);
  }
}

function stranded(operation: Operation, strandedBy: StoppedBy): RunOutcome {
  return { operation: stoodStill(operation, strandedBy), strandedBy };
}

/** An operation that stands still, as it is shown. */
export function stoodStill(operation: Operation, stoppedBy: StoppedBy): Operation {
  return { ...operation, state: 'paused', stoppedBy };
}
