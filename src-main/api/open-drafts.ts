import { BulkheadError, type ErrorCode } from '../../src-shared/contract/errors.ts';
import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import type { Engine } from '../engine/engine.ts';

/** Drafts that a window was shown and that nobody has started: they go with the window. */
export interface OpenDrafts {
  /** Answers a draft that was made for a window. */
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

/** Why a draft cannot be thrown away that was started or thrown away meanwhile. */
const tooLate: readonly ErrorCode[] = ['not_found', 'wrong_state'];

export function createOpenDrafts(
  { discard }: Pick<Engine, 'discard'>,
  report: (error: unknown, context: string) => void,
): OpenDrafts {
  const drafts = new Map<string, Set<number>>();
  let discarding: Promise<unknown> = Promise.resolve();

  function over(id: number): void {
    for (const [client, ids] of drafts) if (ids.delete(id) && ids.size === 0) drafts.delete(client);
  }

  async function discardAll(ids: readonly number[]): Promise<void> {
    for (const id of ids)
      await discard(id).catch((error: unknown) => {
        if (!(error instanceof BulkheadError && tooLate.includes(error.code))) report(error, `draft ${id}`);
      });
  }

  return {
    made: async ({ client }, draft) => {
      const made = await draft;
      drafts.set(client, (drafts.get(client) ?? new Set()).add(made.id));
      return made;
    },
    over,
    note: ({ name, payload }) => {
      if (name === 'operation.updated') over(payload.operation.id);
    },
    forget: (client) => {
      const ids = [...(drafts.get(client) ?? [])];
      drafts.delete(client);
      discarding = discarding.then(() => discardAll(ids));
    },
    forgetAll: () => drafts.clear(),
    stop: async () => {
      await discarding;
    },
  };
}
