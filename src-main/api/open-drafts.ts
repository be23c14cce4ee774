import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import type { Engine } from '../engine/engine.ts';

/** Drafts that a window was shown and that nobody has started: they go with the window. */
export interface OpenDrafts {
  /** Answers a draft that is being made for a window. Throws it away, and `stopped`, where the window has gone by then. */
  made<T extends { readonly id: number }>(by: { readonly client: string }, draft: Promise<T>): Promise<T>;
  /** It was started or thrown away. */
  over(id: number): void;
  /** To hear what was started. */
  note(event: ConsoleEvent): void;
  /** Throws away the drafts of a window that has gone. */
  forget(client: string): void;
  /** Another database stands in the workspace. */
  forgetAll(): void;
  /** Resolves when nothing is being thrown away any more. */
  stop(): Promise<void>;
}

interface OpenWindow {
  readonly drafts: Set<number>;
  /** How many drafts are being made. */
  making: number;
}

export function createOpenDrafts({ abandon }: Pick<Engine, 'abandon'>): OpenDrafts {
  const windows = new Map<string, OpenWindow>();
  let discarding: Promise<unknown> = Promise.resolve();

  function over(id: number): void {
    for (const [client, window] of windows) if (window.drafts.delete(id)) forgetIdle(client, window);
  }

  /** One that nothing is kept for, and nothing made. */
  function forgetIdle(client: string, { drafts, making }: OpenWindow): void {
    if (drafts.size === 0 && making === 0) windows.delete(client);
  }

  function discardLater(ids: readonly number[]): void {
    discarding = discarding.then(() => discardAll(ids));
  }

  async function discardAll(ids: readonly number[]): Promise<void> {
    for (const id of ids) await abandon(id);
  }

  return {
    made: async ({ client }, draft) => {
      const window = windows.get(client) ?? { drafts: new Set(), making: 0 };
      windows.set(client, window);
      window.making += 1;
      try {
        const made = await draft;
        if (windows.get(client) === window) {
          window.drafts.add(made.id);
          return made;
        }
        discardLater([made.id]);
      } finally {
        window.making -= 1;
        if (windows.get(client) === window) forgetIdle(client, window);
      }
      throw new BulkheadError(
        'stopped',
        'The window that asked for this plan is gone, so the plan was thrown away; nothing was changed.',
      );
    },
    over,
    note: ({ name, payload }) => {
      if (name === 'operation.updated') over(payload.operation.id);
    },
    forget: (client) => {
      const ids = [...(windows.get(client)?.drafts ?? [])];
      windows.delete(client);
      discardLater(ids);
    },
    forgetAll: () => windows.clear(),
    stop: async () => {
      await discarding;
    },
  };
}
