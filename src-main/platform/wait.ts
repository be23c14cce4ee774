import { setTimeout as sleep } from 'node:timers/promises';

/** A time (ms) that a timer can be set to: one that is set to a longer one rings at once. */
export function waitable(ms: number): number {
  return Math.min(Math.max(1, ms), 2 ** 31 - 1);
}

/** Waits for so many ms, or until the signal is aborted: then it resolves at once. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
