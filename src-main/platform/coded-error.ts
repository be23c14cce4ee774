import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { errorCode, isDamage, isDiskFull } from './error-code.ts';

/** Any error as one of ours: what SQLite and the disk say becomes a code that a user can act on. */
export function toBulkheadError(cause: unknown): BulkheadError {
  if (cause instanceof BulkheadError) return cause;
  if (isDiskFull(cause)) {
    return new BulkheadError(
      'disk_full',
      'The disk is full. What was under way was rolled back; nothing is half done.',
      { cause },
    );
  }
  const code = errorCode(cause);
  if (isDamage(cause)) {
    return new BulkheadError('workspace_damaged', 'The database file is damaged. It was left as it is.', {
      cause,
    });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new BulkheadError(
      'storage_busy',
      'Another program has locked the database. What was under way was rolled back; nothing is half done.',
      { cause },
    );
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code.startsWith('SQLITE_')) {
    return new BulkheadError(
      'storage_error',
      `The database reported an error (${message}). What was under way was rolled back; nothing is half done.`,
      { cause },
    );
  }
  return new BulkheadError(
    'internal',
    `Something unexpected happened (${message}). What was under way was rolled back; nothing is half done.`,
    { cause },
  );
}
