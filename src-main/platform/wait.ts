import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for so many ms, or until the signal is aborted: then it resolves at once. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
