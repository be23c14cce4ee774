import { type Clock, systemTimer, type Timer } from '../../src-main/platform/clock.ts';

/** Time that only a test moves: what the clock on the wall says, and what has really passed. */
export interface TestTime extends Clock, Timer {
  /** Time passes: timers ring on the way, each at its moment. */
  pass(ms: number): void;
  /** The clock is set, or the computer slept: timers know nothing of it. */
  jump(ms: number): void;
  /** What has really passed, in ms. */
  countMs(): number;
  /** How long each timer was set for, in ms. */
  readonly waits: readonly number[];
}

export function createTestTime(startMs: number): TestTime {
  let nowMs = startMs;
  let passedMs = 0;
  let timers: { atMs: number; ring: () => void }[] = [];
  const waits: number[] = [];

  return {
    now: () => nowMs,
    countMs: () => passedMs,
    waits,
    set: (waitMs, ring) => {
      const timer = { atMs: passedMs + waitMs, ring };
      waits.push(waitMs);
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    pass: (ms) => {
      const untilMs = passedMs + ms;
      for (;;) {
        const [next] = timers
          .filter(({ atMs }) => atMs <= untilMs)
          .toSorted((one, other) => one.atMs - other.atMs);
        if (!next) break;
        timers = timers.filter((other) => other !== next);
        nowMs += next.atMs - passedMs;
        passedMs = next.atMs;
        next.ring();
      }
      nowMs += untilMs - passedMs;
      passedMs = untilMs;
    },
    jump: (ms) => {
      nowMs += ms;
    },
  };
}

/** Time that runs `speed` times as fast as it does, from a moment that several processes may share. */
export function createFastTime(origin: { atMs: number; realMs: number; speed: number }): Clock & Timer {
  const { atMs, realMs, speed } = origin;
  return {
    now: () => Math.floor(atMs + (Date.now() - realMs) * speed),
    set: (waitMs, ring) => systemTimer.set(waitMs / speed, ring),
  };
}
