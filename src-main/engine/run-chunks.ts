import type { StoredOperation } from '../store/store.ts';
import { firstChunkSize, nextChunkSize } from './chunk-size.ts';
import { createProgressMeter } from './progress.ts';
import type { RunContext } from './run-operation.ts';

/** Applies chunks until none is left or the database says that the operation was paused or cancelled. */
export async function runChunks(context: RunContext, start: StoredOperation): Promise<StoredOperation> {
  const { store, clock, emit } = context.ports;
  const { id } = start.operation;
  const meter = createProgressMeter();
  let stored = start;
  let size = firstChunkSize;
  while (!context.isStopping() && isUnderWay(stored) && stored.nextSeq <= stored.lastSeq) {
    const startedMs = performance.now();
    stored = await store.write('applyChunk', { operationId: id, limit: size, nowMs: clock.now() });
    size = nextChunkSize(size, performance.now() - startedMs);
    const nowMs = clock.now();
    const progress = meter.update(stored.operation, nowMs);
    if (meter.isDue(nowMs))
      emit({ name: 'operation.updated', payload: { operation: stored.operation, progress } });
    context.noteRecordsChanged();
  }
  const isThrough = isUnderWay(stored) && stored.nextSeq > stored.lastSeq;
  return isThrough ? store.write('finishOperation', { operationId: id, nowMs: clock.now() }) : stored;
}

function isUnderWay({ operation }: StoredOperation): boolean {
  return operation.state === 'in_progress' && !operation.isCancelling;
}
