import { toBulkheadError } from '../platform/coded-error.ts';

/**
 * Waits for a write. If the thread died of it nobody knows whether it was carried out: then `isDone` looks, and it
 * throws only if it was not.
 */
export async function carriedOut(write: Promise<unknown>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (toBulkheadError(error).code !== 'worker_lost' || !(await isDone())) throw error;
  }
}
