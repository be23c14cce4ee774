import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Methods } from './protocol.ts';
import type { Thread } from './thread.ts';

/** A thread's calls, whatever becomes of the thread. */
export type KeptThread<M extends Methods<never>> = Pick<Thread<M>, 'call' | 'pending' | 'close'>;

/**
 * A thread that is started again when it dies. The calls that it held reject with `worker_lost`, since nobody knows
 * how far they came; the next one finds a new thread. `onLost` is told of every death.
 */
export async function keepThread<M extends Methods<never>>(
  start: () => Promise<Thread<M>>,
  onLost: (error: Error) => void,
): Promise<KeptThread<M>> {
  let current = await watched();
  let next: Promise<Thread<M>> | null = null;
  let isClosing = false;

  async function watched(): Promise<Thread<M>> {
    const thread = await start();
    void thread.lost.then((error) => isClosing || onLost(error));
    return thread;
  }

  /** The new thread begins when the old one is gone for good: only then are its locks free. */
  async function restart(): Promise<Thread<M>> {
    try {
      await current.lost;
      current = await watched();
      return current;
    } finally {
      next = null;
    }
  }

  return {
    call: (method, ...args) => {
      if (isClosing) return Promise.reject(closing());
      // Without a turn in between, so that calls reach the thread in the order in which they were made.
      if (!current.isLost()) return current.call(method, ...args);
      next ??= restart();
      return next.then((thread) => thread.call(method, ...args));
    },
    pending: () => current.pending(),
    close: async () => {
      isClosing = true;
      await next?.catch(() => undefined);
      await current.close();
    },
  };
}

function closing(): BulkheadError {
  return new BulkheadError('stopping', 'The console is closing. This was not carried out.');
}
