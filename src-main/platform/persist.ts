import { type Backoff, backoffMs } from './backoff.ts';
import { wait } from './wait.ts';

/**
 * Does something until it succeeds, however long that takes: what nobody else would take up. After the first `attempts`
 * repetitions `onLong` is told, once, of what stands in the way. Throws the last error where the signal is aborted.
 */
export async function persist<T>(
  work: () => Promise<T>,
  { attempts, ...backoff }: Backoff & { readonly attempts: number },
  signal: AbortSignal,
  onLong: (error: unknown) => void,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (failures === attempts && !signal.aborted) onLong(error);
      await wait(backoffMs(failures, backoff, Math.random), signal);
      if (signal.aborted) throw error;
    }
  }
}
