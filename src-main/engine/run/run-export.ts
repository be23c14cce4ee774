import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';
import { waitable } from '../../platform/wait.ts';
import type { StoredOperation } from '../../store/store.ts';
import { assertSpace, spaceForExport } from '../plan/space.ts';
import { startExport } from './export-job.ts';
import { createProgressMeter } from './progress.ts';
import type { RunContext } from './run-context.ts';
import { tellOperation } from './tell.ts';

/**
 * Writes the file of an export that is in progress. Answers the operation as it stands, without a file when it was
 * interrupted or came to its time limit.
 */
export async function runExport(context: RunContext, stored: StoredOperation): Promise<StoredOperation> {
  const { store, clock } = context.ports;
  const { effect, selection, operation } = stored;
  const { id } = operation;
  if (effect.kind !== 'export' || !selection)
    throw new Error(`operation ${id} is not an export of a selection`);
  const { planned } = countsOf(operation.tallies);
  await assertSpace(
    store,
    await spaceForExport(store, { collection: operation.collection, effect }, planned),
  );
  const meter = createProgressMeter();
  const job = startExport(
    {
      databaseFile: store.file,
      collection: operation.collection,
      effect,
      selection,
      nowMs: operation.createdAt,
    },
    (rows) => {
      const nowMs = clock.now();
      const progress = meter.update(withExported(operation, rows), nowMs);
      if (meter.isDue(nowMs)) tellOperation(context.ports, operation, progress);
    },
  );
  const stop = () => job.stop();
  const { timeLimitMs } = operation.options;
  const limit = timeLimitMs === null ? undefined : setTimeout(stop, waitable(timeLimitMs - context.runMs()));
  context.signal.addEventListener('abort', stop, { once: true });
  if (context.signal.aborted) stop();
  try {
    const written = await job.done;
    return await store.write('finishExport', { id, ...written, nowMs: clock.now() });
  } catch (error) {
    if (error instanceof BulkheadError && error.code === 'stopped')
      return await store.read('getOperation', { id });
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

function withExported(operation: Operation, rows: number): Operation {
  const { total } = countsOf(operation.tallies);
  return {
    ...operation,
    tallies: [
      { state: 'planned', reason: null, count: Math.max(0, total - rows) },
      { state: 'done', reason: null, count: Math.min(rows, total) },
    ],
  };
}
