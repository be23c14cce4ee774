import { parentPort, workerData } from 'node:worker_threads';
import { toBulkheadError } from '../platform/coded-error.ts';
import type { JobData, JobMessage } from './job.ts';

/** As often as anybody is told of anything. */
const tellEveryMs = 100;

export interface JobWatch<Progress> {
  readonly isStopped: () => boolean;
  /** May be called at any time; it is told at most ten times a second. */
  readonly onProgress: (progress: Progress) => void;
}

/** Does what this thread was started for, and says what came of it. */
export function doJob<Order, Result, Progress = never>(
  work: (order: Order, watch: JobWatch<Progress>) => Promise<Result>,
): void {
  const { order, control } = workerData as JobData<Order>;
  let toldMs = Number.NEGATIVE_INFINITY;

  function say(message: JobMessage<Result, Progress>): void {
    parentPort?.postMessage(message);
  }

  work(order, {
    isStopped: () => Atomics.load(control, 0) === 1,
    onProgress: (progress) => {
      const nowMs = performance.now();
      if (nowMs - toldMs < tellEveryMs) return;
      toldMs = nowMs;
      say({ say: 'progress', progress });
    },
  }).then(
    (result) => say({ say: 'done', result }),
    (error: unknown) => say({ say: 'error', error: toBulkheadError(error).toDto() }),
  );
}
