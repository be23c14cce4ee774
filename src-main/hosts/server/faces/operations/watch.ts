import { isFinal, type Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Caller } from '../../../../api/caller.ts';
import type { Console } from '../../../../console.ts';
import { ask } from '../http/context.ts';

export type OperationListener = (operation: Operation) => void;

/** Follows single operations by the console's events. */
export interface Watch {
  /** Tells of an operation until the returned function is called. */
  follow(id: number, listener: OperationListener): () => void;
  /** The same, beginning with how it stands now. `onError` is told where the caller may not see that. */
  followFromNow(
    caller: Caller,
    id: number,
    listener: OperationListener,
    onError: (error: unknown) => void,
  ): () => void;
  /** Resolves once the operation is in a final state; rejects when the caller gives up or may not see it. */
  ended(caller: Caller, id: number, signal?: AbortSignal): Promise<Operation>;
  close(): void;
}

export function createWatch(console: Pick<Console, 'handle' | 'subscribe'>): Watch {
  const byId = new Map<number, Set<OperationListener>>();

  const unsubscribe = console.subscribe((event) => {
    if (event.name !== 'operation.updated') return;
    const { operation } = event.payload;
    for (const listener of byId.get(operation.id) ?? []) listener(operation);
  });

  function follow(id: number, listener: OperationListener): () => void {
    const listeners = byId.get(id) ?? new Set();
    byId.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && byId.get(id) === listeners) byId.delete(id);
    };
  }

  function followFromNow(
    caller: Caller,
    id: number,
    listener: OperationListener,
    onError: (error: unknown) => void,
  ): () => void {
    let isNews = false;
    const stop = follow(id, (operation) => {
      isNews = true;
      listener(operation);
    });
    // The answer may come after news, with what stood before.
    ask({ console }, caller, 'operations.get', { id }).then((now) => {
      if (!isNews) listener(now);
    }, onError);
    return stop;
  }

  return {
    follow,
    followFromNow,
    ended: async (caller, id, signal) => {
      const told = Promise.withResolvers<Operation>();
      const giveUp = (): void => told.reject(signal?.reason);
      if (signal?.aborted) giveUp();
      signal?.addEventListener('abort', giveUp, { once: true });
      const stop = followFromNow(
        caller,
        id,
        (operation) => {
          if (isFinal(operation.state)) told.resolve(operation);
        },
        told.reject,
      );
      try {
        return await told.promise;
      } finally {
        stop();
        signal?.removeEventListener('abort', giveUp);
      }
    },
    close: unsubscribe,
  };
}
