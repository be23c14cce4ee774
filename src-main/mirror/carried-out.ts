import { toBulkheadError } from '../platform/coded-error.ts';

/** Waits for a write. Nobody knows whether one was carried out of which the thread died: then `isDone` looks, and only where it was not it throws. */
export async function carriedOut(write: Promise<unknown>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (toBulkheadError(error).code !== 'worker_lost' || !(await isDone())) throw error;
  }
}
