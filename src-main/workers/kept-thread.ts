import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Methods } from './protocol.ts';
import type { Thread } from './thread.ts';

/** A thread's calls, whatever becomes of the thread. */
export interface KeptThread<M extends Methods<never>> extends Pick<Thread<M>, 'call' | 'pending' | 'close'> {
  /** Starts the thread unless it runs. Rejects with the reason when it cannot. */
  start(): Promise<void>;
  /** True from the moment it was to start. */
  isStarted(): boolean;
}

/**
 * A thread that is started when it is first needed, and again after it has died. The calls that it was working on
 * reject with `worker_lost`, since nobody knows how far they got; the next call starts a new thread. `onLost` is called
 * at every death.
 */
export function keepThread<M extends Methods<never>>(
  start: () => Promise<Thread<M>>,
  onLost: (error: Error) => void,
): KeptThread<M> {
  let current: Thread<M> | null = null;
  let starting: Promise<Thread<M>> | null = null;
  let waiting = 0;
  let isClosing = false;

  /** A new thread begins when the old one is gone for good: only then are its locks free. */
  async function begin(): Promise<Thread<M>> {
    try {
      await current?.lost;
      const thread = await start();
      void thread.lost.then((error) => isClosing || onLost(error));
      current = thread;
      return thread;
    } finally {
      starting = null;
      waiting = 0;
    }
  }

  const living = () => (current?.isLost() === false ? current : null);
  const begun = () => {
    starting ??= begin();
    return starting;
  };

  return {
    start: async () => {
      if (!living()) await begun();
    },
    isStarted: () => current !== null || starting !== null,
    call: (method, ...args) => {
      if (isClosing) return Promise.reject(closing());
      // Without a turn in between, so that calls reach the thread in the order in which they were made.
      const thread = living();
      if (thread) return thread.call(method, ...args);
      waiting += 1;
      return begun().then((next) => next.call(method, ...args));
    },
    pending: () => waiting + (current?.pending() ?? 0),
    close: async () => {
      isClosing = true;
      await starting?.catch(() => undefined);
      await current?.close();
    },
  };
}

function closing(): BulkheadError {
  return new BulkheadError('stopping', 'The console is closing. This was not carried out.');
}
