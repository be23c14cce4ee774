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
 * on. Nothing of such a call is carried out; where it says `answer`, all of it is, and only nobody hears of it.
 */
export function killThreadsAt(isDeadly: (call: ThreadCall) => boolean | 'answer'): DeadlyCalls {
  let isOver = false;
  const { promise: death, resolve } = Promise.withResolvers<void>();
  const watch = (worker: Worker) => {
    const post = worker.postMessage.bind(worker);
    const emit = worker.emit.bind(worker);
    let deadlyId: number | undefined;
    const end = (): void => {
      worker.once('exit', () => setImmediate(resolve));
      void worker.terminate();
    };
    worker.postMessage = (message: { id?: number; method?: string; args?: unknown }, ...rest) => {
      const call = { thread: worker.threadName ?? '', method: message.method ?? '', args: message.args };
      const how = !isOver && isDeadly(call);
      if (how === 'answer') deadlyId = message.id;
      if (how === true) end();
      else post(message, ...rest);
    };
    worker.emit = (event: string, ...args: unknown[]) => {
      const [answer] = args as [{ id?: number } | undefined];
      if (event !== 'message' || deadlyId === undefined || answer?.id !== deadlyId)
        return emit(event, ...args);
      end();
      return true;
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
