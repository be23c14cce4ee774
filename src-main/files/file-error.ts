import { basename } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { errorCode } from '../platform/error-code.ts';

/** Turns what the system says about reading a file into a coded error; leaves our own errors as they are. */
export function fileError(cause: unknown, path: string): BulkheadError {
  if (cause instanceof BulkheadError) return cause;
  const system = errorCode(cause);
  if (system === 'ENOENT' || system === 'ENOTDIR') {
    return new BulkheadError('file_not_found', `There is no file “${basename(path)}”. Nothing was read.`, {
      cause,
    });
  }
  if (system === 'EISDIR') {
    return new BulkheadError(
      'file_not_readable',
      `“${basename(path)}” is a folder, not a file. Nothing was read.`,
      {
        cause,
      },
    );
  }
  if (system === '') {
    const text = cause instanceof Error ? cause.message : String(cause);
    return new BulkheadError('internal', `Reading “${basename(path)}” failed: ${text}. Nothing was stored.`, {
      cause,
    });
  }
  return new BulkheadError(
    'file_not_readable',
    `“${basename(path)}” cannot be read (${system}). Nothing was read.`,
    {
      cause,
    },
  );
}
