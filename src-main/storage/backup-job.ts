import type { Backup } from '../../src-shared/domain/backup.ts';
import { type Job, startJob } from '../workers/job.ts';
import type { BackupFile } from './backup-files.ts';

/** What the backup thread is to do: copy and verify the database, or make of a backup what can stand in its place. */
export type BackupTask =
  | { readonly do: 'make'; readonly reason: Backup['reason'] }
  | { readonly do: 'prepare'; readonly backup: BackupFile; readonly actor: string };

/** What comes of a task: the backup, or the path of the prepared file. */
export interface BackupResults {
  readonly make: BackupFile;
  readonly prepare: string;
}

export interface BackupOrder {
  readonly databaseFile: string;
  readonly nowMs: number;
  readonly task: BackupTask;
}

/** Does a task in a thread of its own. */
export function startBackupJob<D extends BackupTask['do']>(
  databaseFile: string,
  nowMs: number,
  task: BackupTask & { readonly do: D },
): Job<BackupResults[D]> {
  const order: BackupOrder = { databaseFile, nowMs, task };
  return startJob('backup', order, 'The backup ended unexpectedly. The database is untouched.');
}
