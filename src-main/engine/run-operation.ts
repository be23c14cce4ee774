import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { isFinal } from '../../src-shared/domain/operation.ts';
import type { StoredOperation } from '../store/store.ts';
import { toBulkheadError } from '../workers/protocol.ts';
import { planChunkSize } from './draft.ts';
import type { EnginePorts } from './ports.ts';
import { runChunks } from './run-chunks.ts';
import { runExport } from './run-export.ts';

/** What one run of an operation works with. */
export interface RunContext {
  readonly ports: EnginePorts;
  /** Aborted when the operation is paused or cancelled, or the console stops: whatever waits looks up. */
  readonly signal: AbortSignal;
  isStopping(): boolean;
  noteRecordsChanged(): void;
}

/** How a run left its operation. Stranded: it stands still, though the database, which could not be written, says otherwise. */
export interface RunOutcome {
  readonly stored: StoredOperation;
  readonly isStranded: boolean;
}

/**
 * Takes an operation from where it stands to its end, or to where it is paused or the console stops. The database says
 * what is to be done; a run only keeps going. An error that is not of one record stops the operation with the reason.
 */
export async function runOperation(context: RunContext, start: StoredOperation): Promise<RunOutcome> {
  const { id } = start.operation;
  let stored = start;
  try {
    if (stored.operation.state === 'pending' && !stored.operation.isCancelling)
      stored = await begin(context, id);
    stored =
      stored.effect.kind === 'export' ? await runExport(context, stored) : await runChunks(context, stored);
    if (stored.operation.isCancelling) stored = await settleCancelled(context, id);
    return { stored, isStranded: false };
  } catch (error) {
    return stopBy(context, id, toBulkheadError(error));
  }
}

async function begin({ ports }: RunContext, id: number): Promise<StoredOperation> {
  const { store, clock, emit } = ports;
  try {
    const stored = await store.write('moveOperation', {
      id,
      from: ['pending'],
      to: 'in_progress',
      nowMs: clock.now(),
      event: 'running',
    });
    emit({ name: 'operation.updated', payload: { operation: stored.operation, progress: null } });
    return stored;
  } catch (error) {
    // The user paused it a moment ago; that is no failure.
    if (error instanceof BulkheadError && error.code === 'wrong_state')
      return store.read('getOperation', { id });
    throw error;
  }
}

async function settleCancelled({ ports }: RunContext, id: number): Promise<StoredOperation> {
  const { store, clock } = ports;
  let hasMore = true;
  while (hasMore) {
    hasMore = await store.write('cancelRest', {
      operationId: id,
      limit: planChunkSize,
      nowMs: clock.now(),
    });
  }
  return store.write('finishOperation', { operationId: id, nowMs: clock.now() });
}

/** An error that is not of one record: an export ends as failed, everything else waits, paused, for the user. */
async function stopBy({ ports }: RunContext, id: number, error: BulkheadError): Promise<RunOutcome> {
  const { store, clock, report } = ports;
  report(error, `operation ${id} stopped`);
  const now = await store.read('getOperation', { id });
  // The answer may have been lost after the work was done, or the user was quicker: then there is nothing to stop.
  if (isFinal(now.operation.state) || now.operation.state === 'paused')
    return { stored: now, isStranded: false };
  const stoppedBy = { code: error.code, message: error.message };
  const isExport = now.effect.kind === 'export';
  try {
    if (isExport) await store.write('cancelRest', { operationId: id, limit: 0, nowMs: clock.now() });
    const stored = await store.write('moveOperation', {
      id,
      from: ['pending', 'in_progress'],
      to: isExport ? 'failed' : 'paused',
      nowMs: clock.now(),
      event: isExport ? 'failed' : 'stopped',
      stoppedBy,
    });
    return { stored, isStranded: false };
  } catch (failure) {
    // On a full disk not even this can be written down. It is told all the same: nothing is running, and the user
    // may resume it; so does the next start.
    report(failure, `operation ${id} could not be marked as stopped`);
    const operation = { ...now.operation, state: 'paused' as const, stoppedBy };
    return { stored: { ...now, operation }, isStranded: true };
  }
}
