import type { Clock } from '../../platform/clock.ts';

/** What the clock may differ from the count without having been set: it is corrected by little all the time. */
const toleranceMs = 1_000;

/**
 * Time that has gone by, from a clock that may be set and from a count that nobody sets but that stands still while the
 * computer sleeps. Neither is right alone.
 */
export interface Elapsed {
  /** Epoch ms that have surely been reached: what waits until then never begins early. Never goes back. */
  sureMs(): number;
  /** The latest that it may be (epoch ms): what lapses then is never taken for valid. Never goes back. */
  possibleMs(): number;
}

/** Begins at what the clock says. `countMs` counts milliseconds from any start. */
export function createElapsed(clock: Clock, countMs: () => number = () => performance.now()): Elapsed {
  const startMs = clock.now() - countMs();
  /** How far the clock was ahead of the count when it was last found to have moved on its own. */
  let aheadMs = 0;
  /** All that it has moved forward on its own: sleep, or somebody who set it. */
  let forwardMs = 0;

  const sureMs = () => startMs + countMs();
  return {
    sureMs: () => Math.floor(sureMs()),
    possibleMs: () => {
      const movedMs = clock.now() - sureMs() - aheadMs;
      if (Math.abs(movedMs) > toleranceMs) {
        aheadMs += movedMs;
        forwardMs += Math.max(0, movedMs);
      }
      return Math.ceil(sureMs() + forwardMs + toleranceMs);
    },
  };
}
