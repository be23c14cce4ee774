import Database from 'better-sqlite3';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { errorCode } from '../platform/error-code.ts';

/** How long to wait for a console that is just closing. */
const patienceMs = 500;

/** Held until the process ends, however it ends: the system drops the lock of a killed process. */
let lock: Database.Database | null = null;

/**
 * Makes this process the only owner of a workspace, by an exclusive lock on a file beside the database. Throws
 * `workspace_in_use` when another one has it.
 */
export function ownWorkspace(databaseFile: string): void {
  const file = new Database(`${databaseFile}.owner`, { timeout: patienceMs });
  try {
    file.pragma('journal_mode = MEMORY');
    file.exec('BEGIN EXCLUSIVE');
    lock = file;
  } catch (cause) {
    file.close();
    if (errorCode(cause) !== 'SQLITE_BUSY') throw cause;
    throw new BulkheadError(
      'workspace_in_use',
      'The workspace is open in another console. It was not touched.',
      { cause },
    );
  }
}

/** Lets go of the workspace. */
export function releaseWorkspace(): void {
  lock?.close();
  lock = null;
}
