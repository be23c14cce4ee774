import type { Worker } from 'node:worker_threads';
import { readDatabase } from './tickets.ts';

/** What a database thread is asked to do. */
export interface ThreadCall {
  readonly thread: string;
  readonly method: string;
  readonly args: unknown;
}

export interface DeadlyCalls {
  /** Resolves when the first thread is gone and everybody who waited for it knows. */
  readonly death: Promise<void>;
  stop(): void;
}

/**
 * Ends a database thread instead of letting it answer, whenever `isDeadly` says so, in consoles that are opened from now
 * on. Nothing of such a call is carried out.
 */
export function killThreadsAt(isDeadly: (call: ThreadCall) => boolean): DeadlyCalls {
  let isOver = false;
  const { promise: death, resolve } = Promise.withResolvers<void>();
  const watch = (worker: Worker) => {
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: { method?: string; args?: unknown }, ...rest) => {
      const call = { thread: worker.threadName ?? '', method: message.method ?? '', args: message.args };
      if (isOver || !isDeadly(call)) return post(message, ...rest);
      worker.once('exit', () => setImmediate(resolve));
      void worker.terminate();
    };
  };
  process.on('worker', watch);
  return {
    death,
    stop: () => {
      isOver = true;
      process.off('worker', watch);
    },
  };
}

/** Deadly for every chunk that holds one of these items: as if the thread broke down at their records. */
export function atChunksOf(folder: () => string, seqs: readonly number[]): (call: ThreadCall) => boolean {
  return ({ method, args }) => {
    if (method !== 'applyChunk') return false;
    const { operationId, limit } = args as { operationId: number; limit: number };
    const next = readDatabase(folder(), (db) =>
      Number(db.prepare('SELECT next_seq FROM operations WHERE id = ?').pluck().get(operationId)),
    );
    return seqs.some((seq) => seq >= next && seq < next + limit);
  };
}
