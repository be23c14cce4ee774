import type { Worker } from 'node:worker_threads';

export interface HeldCall {
  /** Resolves when it is being held. */
  readonly held: Promise<void>;
  release(): void;
}

/**
 * Holds the nth call of a database thread's method, of those with arguments that are meant, or the answer to it, in consoles
 * that are opened from now on, until it is released.
 */
export function holdCall(
  what: 'call' | 'answer',
  method: string,
  nth = 1,
  isMeant: (args: unknown) => boolean = () => true,
): HeldCall {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  let goOn: (() => void) | null = null;
  let calls = 0;
  const hold = (then: () => void): void => {
    goOn = then;
    resolve();
  };
  const watch = (worker: Worker): void => {
    const post = worker.postMessage.bind(worker);
    const emit = worker.emit.bind(worker);
    let id: number | null = null;
    worker.postMessage = (message: { id: number; method: string; args: unknown }, ...rest) => {
      if (message.method !== method || !isMeant(message.args)) return post(message, ...rest);
      calls += 1;
      if (calls !== nth) return post(message, ...rest);
      if (what === 'call') return hold(() => post(message, ...rest));
      id = message.id;
      post(message, ...rest);
    };
    worker.emit = (event: string, ...args: unknown[]) => {
      const [answer] = args as [{ id?: number } | undefined];
      if (event !== 'message' || id === null || answer?.id !== id) return emit(event, ...args);
      hold(() => void emit(event, ...args));
      return true;
    };
  };
  process.on('worker', watch);
  return {
    held,
    release: () => {
      process.off('worker', watch);
      goOn?.();
    },
  };
}
