import type { Clock, Timer } from '../../platform/clock.ts';

/** The clock may jump and the computer may sleep: it is looked at this often, whatever the time until the next moment. */
const longestWaitMs = 60_000;

/** What is to be done at which moment, with one timer for the earliest. */
export interface Agenda {
  /** Does `act` once, at the moment (epoch ms) or when the clock is next seen to be past it; replaces what the key stood for. */
  set(key: string, atMs: number, act: () => void): void;
  delete(key: string): void;
  /** Nothing is done any more. */
  stop(): void;
}

export function createAgenda({ clock, timer }: { clock: Clock; timer: Timer }): Agenda {
  const entries = new Map<string, { atMs: number; act: () => void }>();
  let callOff: (() => void) | null = null;
  let isStopped = false;

  function arm(): void {
    callOff?.();
    callOff = null;
    if (isStopped || entries.size === 0) return;
    let waitMs = longestWaitMs;
    for (const { atMs } of entries.values()) waitMs = Math.min(waitMs, atMs - clock.now());
    callOff = timer.set(Math.max(0, waitMs), ring);
  }

  function ring(): void {
    const nowMs = clock.now();
    const due = [...entries].filter(([, { atMs }]) => atMs <= nowMs);
    for (const [key] of due) entries.delete(key);
    for (const [, { act }] of due) act();
    arm();
  }

  return {
    set: (key, atMs, act) => {
      entries.set(key, { atMs, act });
      arm();
    },
    delete: (key) => {
      if (entries.delete(key)) arm();
    },
    stop: () => {
      isStopped = true;
      arm();
    },
  };
}
