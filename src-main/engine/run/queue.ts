import { countsOf, type Operation } from '../../../src-shared/domain/operation.ts';

/** More items than this keep the writer busy for many seconds. */
const hugeItems = 50_000;

/** An operation that waits for its turn. */
export interface QueueEntry {
  readonly id: number;
  /** Whose it is. */
  readonly actor: string;
  /** Items to be done. */
  readonly items: number;
  /** Not before this moment (epoch ms). */
  readonly startAt: number | null;
}

/**
 * Which operation is next: people take turns, and of one person's operations the oldest goes first. Huge operations run
 * one at a time, so that a small one never waits for several of them; in parallel they would not be faster, since there
 * is one writer.
 */
export interface Queue {
  /** Does nothing for an operation that waits already. */
  add(entry: QueueEntry): void;
  remove(id: number): void;
  clear(): void;
  /** Removes and answers the next operation that is due and may run beside the running ones; null if there is none. */
  take(nowMs: number, running: readonly QueueEntry[]): QueueEntry | null;
  /** How many could run now if there were room. */
  dueCount(nowMs: number): number;
  /** When the first of those becomes due that are not yet; null when all are. */
  nextDueAt(nowMs: number): number | null;
}

export function queueEntryOf({ id, actor, tallies, options }: Operation): QueueEntry {
  return { id, actor, items: countsOf(tallies).planned, startAt: options.startAt };
}

export function createQueue(): Queue {
  /** In the order in which they came. */
  let waiting: readonly QueueEntry[] = [];
  /** When each person was last given a turn, as a running number. */
  const turns = new Map<string, number>();
  let turn = 0;

  function remove(id: number): void {
    waiting = waiting.filter((entry) => entry.id !== id);
  }

  return {
    add: (entry) => {
      if (!waiting.some(({ id }) => id === entry.id)) waiting = [...waiting, entry];
    },
    remove,
    clear: () => {
      waiting = [];
    },
    take: (nowMs, running) => {
      const mayBeHuge = !running.some(isHuge);
      const candidates = waiting.filter((entry) => isDue(entry, nowMs) && (mayBeHuge || !isHuge(entry)));
      const turnOf = ({ actor }: QueueEntry) => turns.get(actor) ?? 0;
      const [first, ...rest] = candidates;
      if (!first) return null;
      const next = rest.reduce((best, entry) => (turnOf(entry) < turnOf(best) ? entry : best), first);
      turn += 1;
      turns.set(next.actor, turn);
      remove(next.id);
      return next;
    },
    dueCount: (nowMs) => waiting.filter((entry) => isDue(entry, nowMs)).length,
    nextDueAt: (nowMs) => {
      const later = waiting.flatMap(({ startAt }) => (startAt !== null && startAt > nowMs ? [startAt] : []));
      return later.length === 0 ? null : later.reduce((earliest, at) => Math.min(earliest, at));
    },
  };
}

function isDue({ startAt }: QueueEntry, nowMs: number): boolean {
  return startAt === null || startAt <= nowMs;
}

function isHuge({ items }: QueueEntry): boolean {
  return items > hugeItems;
}
