import { toBulkheadError } from '../../platform/coded-error.ts';
import type { StoredOperation } from '../../store/store.ts';
import { firstChunkSize, nextChunkSize } from './chunk-size.ts';
import { createProgressMeter } from './progress.ts';
import { isUnderWay, type RunContext, stopRuleOf } from './run-context.ts';
import { tellOperation } from './tell.ts';

/** How large the next chunk is to be, and which one went wrong: kept from one try of a run to the next. */
export interface ChunkState {
  size: number;
  /** The chunk that the writer's thread died of, until that is written down. */
  lost: { readonly fromSeq: number; readonly limit: number } | null;
}

export function newChunkState(): ChunkState {
  return { size: firstChunkSize, lost: null };
}

/**
 * Applies chunks until none is left, a rule stops the operation, or the database says that it was paused or cancelled.
 * After the thread has died of a chunk the next ones are single items, and grow again while all goes well: so the item
 * that kills it is found, and costs no other.
 */
export async function runChunks(
  context: RunContext,
  chunks: ChunkState,
  start: StoredOperation,
): Promise<StoredOperation> {
  const { store, clock } = context.ports;
  const meter = createProgressMeter();
  let stored = start;
  while (isUnderWay(context, stored) && stored.nextSeq <= stored.lastSeq && !stopRuleOf(context, stored)) {
    const startedMs = performance.now();
    try {
      stored = await store.write('applyChunk', {
        operationId: context.id,
        limit: chunks.size,
        nowMs: clock.now(),
        runMs: context.runMs(),
        remotes: [...context.ports.remotes.keys()],
      });
    } catch (error) {
      if (toBulkheadError(error).code === 'worker_lost') {
        chunks.lost = { fromSeq: stored.nextSeq, limit: chunks.size };
        chunks.size = 1;
      }
      throw error;
    }
    context.noteProgress();
    if (stored.undelivered > 0) context.deliverer.note(context.id);
    chunks.size = nextChunkSize(chunks.size, performance.now() - startedMs);
    const nowMs = clock.now();
    const progress = meter.update(stored.operation, nowMs, stored.undelivered);
    if (meter.isDue(nowMs)) tellOperation(context.ports, stored.operation, progress);
  }
  return stored;
}
