import { BulkheadError } from '../../src-shared/contract/errors.ts';

/** A backup is being put in place: afterwards there is another copy, which is looked at anew. */
export function isRestoring(error: unknown): boolean {
  return error instanceof BulkheadError && error.code === 'restoring';
}
