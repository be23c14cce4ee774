import type { Clock, Timer } from '../../platform/clock.ts';

/** The clock may jump and the computer may sleep: it is looked at this often, whatever the time until the next moment. */
const longestWaitMs = 60_000;

/** What is to be done at which moment, with one timer for the earliest. */
export interface Agenda {
  /** Does `act` once, at the moment (epoch ms) or when the clock is next seen to be past it; replaces what the key stood for. */
  set(key: string, atMs: number, act: () => void): void;
  /** As `set`, so much later than now; no more than that is left to wait also where the clock is put back meanwhile. */
  after(key: string, waitMs: number, act: () => void): void;
  delete(key: string): void;
  /** Nothing is done any more. */
  stop(): void;
}

interface Entry {
  readonly atMs: number;
  /** The longest that it may be until then. */
  readonly mostMs: number;
  readonly act: () => void;
}

export function createAgenda({ clock, timer }: { clock: Clock; timer: Timer }): Agenda {
  const entries = new Map<string, Entry>();
  let callOff: (() => void) | null = null;
  let isStopped = false;

  function arm(): void {
    callOff?.();
    callOff = null;
    if (isStopped || entries.size === 0) return;
    const nowMs = clock.now();
    let waitMs = longestWaitMs;
    for (const [key, entry] of entries) {
      const atMs = Math.min(entry.atMs, nowMs + entry.mostMs);
      entries.set(key, { ...entry, atMs });
      waitMs = Math.min(waitMs, atMs - nowMs);
    }
    callOff = timer.set(Math.max(0, waitMs), ring);
  }

  function ring(): void {
    const nowMs = clock.now();
    const due = [...entries].filter(([, { atMs }]) => atMs <= nowMs);
    for (const [key] of due) entries.delete(key);
    for (const [, { act }] of due) act();
    arm();
  }

  function put(key: string, entry: Entry): void {
    entries.set(key, entry);
    arm();
  }

  return {
    set: (key, atMs, act) => put(key, { atMs, mostMs: Number.POSITIVE_INFINITY, act }),
    after: (key, waitMs, act) => put(key, { atMs: clock.now() + waitMs, mostMs: waitMs, act }),
    delete: (key) => {
      if (entries.delete(key)) arm();
    },
    stop: () => {
      isStopped = true;
      arm();
    },
  };
}
