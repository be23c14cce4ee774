import { ZodError } from 'zod';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ConflictChoice } from '../../src-shared/contract/remotes.ts';
import { isFinal, type Operation } from '../../src-shared/domain/operation.ts';
import type { Asker } from '../engine/ports.ts';
import { toBulkheadError } from '../platform/coded-error.ts';
import type { KeptChanges, SettledSlice } from '../store/store.ts';
import type { MirrorPorts } from './ports.ts';

/** Conflicts that are settled per transaction. */
const settleSize = 1_000;
/** When what could not be made again is tried once more: somebody may have made room, or raised a limit. */
const againMs = 60_000;

export interface ConflictSettlement {
  readonly which: ConflictChoice;
  readonly keep: 'mine' | 'theirs';
  readonly by: Asker;
}

/** Settles conflicts, and makes changes again that are kept after one. */
export interface Settler {
  /**
   * Settles conflicts, all in the same way: takes the remote's records, and with `mine` makes the changes again on top
   * of them. Answers how many were settled, and the operations started in the caller's name for that. Throws why a
   * change of the caller could not be made again: it stays kept.
   */
  settle(settlement: ConflictSettlement): Promise<{ settled: number; operations: Operation[] }>;
  /** Makes again what earlier processes left, now or as soon as that can be. */
  open(): void;
  /** Why something that is kept could not be made again; null while that is not so. */
  trouble(): string | null;
  /** To be told of every operation that changed: the end of one may be what something that is kept waits for. */
  note(operation: Operation): void;
  /** Makes nothing again any more. Resolves when what was under way has ended. */
  stop(): Promise<void>;
}

/** What was made again, and what could not be, each in whose name. */
interface MadeAgain {
  readonly operations: Operation[];
  readonly failures: { readonly actor: string; readonly error: unknown }[];
}

/** What is told whenever what `trouble` answers may have changed, and that records changed here. */
export interface SettlerNews {
  readonly onTrouble: () => void;
  readonly onRecords: (collection: CollectionName) => void;
}

export function createSettler(ports: MirrorPorts, { onTrouble, onRecords }: SettlerNews): Settler {
  const { store, clock, timer, engine, report } = ports;
  let trouble: string | null = null;
  let isStopped = false;
  let callOff: () => void = () => undefined;
  /** One after the other: what is being made again is kept until it was started. */
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn(client: string): Promise<MadeAgain> {
    const done = turn.then(() => makeAgain(client));
    turn = done.catch(() => undefined);
    return done;
  }

  /**
   * Makes again what is kept, as one operation for each that it is of, in the name of who keeps it. One that cannot be is
   * no end of the others.
   */
  async function makeAgain(client: string): Promise<MadeAgain> {
    const made: MadeAgain = { operations: [], failures: [] };
    if (isStopped) return made;
    callOff();
    const tried = new Set<string>();
    let left = await store.read('listKept');
    for (;;) {
      const kept = left.find((one) => one.heldUpBy === null && !tried.has(keyOf(one)));
      if (!kept || isStopped) break;
      tried.add(keyOf(kept));
      const actor = kept.actor ?? ports.actor;
      try {
        const started = await start(kept, { client, actor });
        if (started) made.operations.push(started);
        await store.write('forgetKept', kept);
      } catch (error) {
        made.failures.push({ actor, error });
      }
      left = await store.read('listKept');
    }
    const [failure] = made.failures;
    const before = trouble;
    trouble = failure ? reasonOf(failure.error) : waitOf(left);
    if (tried.size > 0 || trouble !== before) onTrouble();
    if (left.length > 0 && !isStopped) callOff = timer.set(againMs, tryAgain);
    return made;
  }

  /** Null where nothing is left to be changed. A plan that cannot be started is thrown away. */
  async function start(kept: KeptChanges, by: Asker): Promise<Operation | null> {
    const draft = await engine.keepMine(kept, by).catch((error: unknown) => {
      if (error instanceof BulkheadError && error.code === 'nothing_to_do') return null;
      throw error;
    });
    if (!draft) return null;
    try {
      return await engine.start(draft.id, by.actor);
    } catch (error) {
      await engine.abandon(draft.id);
      throw error;
    }
  }

  function tryAgain(): void {
    // What a user can see to is told where they look; anything else is for the log as well.
    const note = (error: unknown): void => {
      if (toBulkheadError(error).code === 'internal') report(error, 'changes that are kept');
    };
    inTurn('console').then(({ failures }) => {
      for (const { error } of failures) note(error);
    }, note);
  }

  /** Answers how many were settled. */
  async function decide({ which, keep, by }: ConflictSettlement): Promise<number> {
    const decided = new Set<number>();
    let settled = 0;
    for (let after: number | null = 0; after !== null; ) {
      const slice: SettledSlice = await store.write('settleConflicts', {
        which,
        keep,
        actor: by.actor,
        after,
        limit: settleSize,
        nowMs: clock.now(),
      });
      settled += slice.settled;
      for (const id of slice.operationIds) decided.add(id);
      for (const collection of slice.collections) onRecords(collection);
      after = slice.next;
    }
    for (const id of decided) await engine.retell(id);
    return settled;
  }

  return {
    settle: async (settlement) => {
      const { keep, by } = settlement;
      const settled = await decide(settlement).catch((error: unknown) => {
        // Some of it may be decided, and nobody else would make again what is kept.
        tryAgain();
        throw error;
      });
      if (keep === 'theirs') return { settled, operations: [] };
      const { operations, failures } = await inTurn(by.client);
      const isTheirs = ({ actor }: { readonly actor: string }): boolean => actor === by.actor;
      const failure = failures.find(isTheirs);
      if (failure) throw failure.error;
      return { settled, operations: operations.filter(isTheirs) };
    },
    open: tryAgain,
    trouble: () => trouble,
    note: ({ state, retryOf }) => {
      if (retryOf !== null && isFinal(state)) tryAgain();
    },
    stop: async () => {
      isStopped = true;
      callOff();
      await turn;
    },
  };
}

function keyOf({ operationId, actor }: KeptChanges): string {
  return `${operationId} ${actor}`;
}

function waitOf(left: readonly KeptChanges[]): string | null {
  const held = left.find(({ heldUpBy }) => heldUpBy !== null);
  return held ? `Operation #${held.heldUpBy} is to change the same records first.` : null;
}

function reasonOf(error: unknown): string {
  if (error instanceof ZodError) return 'Their action no longer accepts what was asked for.';
  return toBulkheadError(error).message;
}
