/** The first wait before something is tried again, and the longest (ms). */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** A wait that is twice as long each time, up to the longest. `attempt` counts the waits before this one, from 0. */
export function doublingMs(attempt: number, { baseMs, maxMs }: Backoff): number {
  return Math.min(baseMs * 2 ** attempt, maxMs);
}

/** Any time up to that, in whole ms, so that those who failed together do not come back together. */
export function backoffMs(attempt: number, backoff: Backoff, random: () => number): number {
  return Math.round(random() * doublingMs(attempt, backoff));
}
