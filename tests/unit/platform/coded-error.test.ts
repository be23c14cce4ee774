import { expect, test } from 'vitest';
import { toBulkheadError } from '../../../src-main/platform/coded-error.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';

test.each([
  ['ENOSPC', 'disk_full'],
  ['EDQUOT', 'disk_full'],
  ['SQLITE_FULL', 'disk_full'],
  ['SQLITE_CORRUPT', 'workspace_damaged'],
  ['SQLITE_NOTADB', 'workspace_damaged'],
  ['SQLITE_BUSY', 'storage_busy'],
  ['SQLITE_BUSY_SNAPSHOT', 'storage_busy'],
  ['SQLITE_IOERR_WRITE', 'storage_error'],
  ['ERR_INVALID_ARG_TYPE', 'internal'],
])('%s in a thread is told as %s', (code, expected) => {
  const cause = Object.assign(new Error('as the system says it'), { code });
  expect(toBulkheadError(cause)).toMatchObject({ code: expected, cause });
});

test('what is no fault of the database is not told as one, and says what happened', () => {
  const error = toBulkheadError(new TypeError('x is not a function'));
  expect(error.code).toBe('internal');
  expect(error.message).toContain('x is not a function');
});

test('an error that has a code keeps it', () => {
  const error = new BulkheadError('wrong_state', 'It has ended.');
  expect(toBulkheadError(error)).toBe(error);
});
