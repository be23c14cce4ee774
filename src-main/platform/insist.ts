import { isRetryable } from '../../src-shared/contract/errors.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { toBulkheadError } from './coded-error.ts';
import { wait } from './wait.ts';

/** Does something once more, so often at most and until the signal is aborted, when it fails with what passes by itself. Throws the last error. */
export async function insist<T>(
  work: () => Promise<T>,
  { attempts, ...backoff }: Backoff & { readonly attempts: number },
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (failures === attempts || signal.aborted || !isRetryable(toBulkheadError(error).code)) throw error;
      await wait(backoffMs(failures, backoff, Math.random), signal);
    }
  }
}
