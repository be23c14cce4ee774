import { Worker } from 'node:worker_threads';
import { BulkheadError, type ErrorDto } from '../../src-shared/contract/errors.ts';
import type { Backup } from '../../src-shared/domain/backup.ts';
import { lastWord } from '../workers/last-word.ts';
import { threadEntry } from '../workers/thread.ts';
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

/** What the thread is given. `control[0]` becomes 1 when it is to stop. */
export interface BackupOrder {
  readonly databaseFile: string;
  readonly nowMs: number;
  readonly task: BackupTask;
  readonly control: Int32Array;
}

export type BackupMessage =
  | { readonly kind: 'done'; readonly result: BackupResults[BackupTask['do']] }
  | { readonly kind: 'error'; readonly error: ErrorDto };

export interface BackupJob<Result> {
  /** Rejects with `stopped` when it was. */
  readonly done: Promise<Result>;
  stop(): void;
}

/** Does a task in a thread of its own; the promise settles when the thread has let go of every file. */
export function startBackupJob<D extends BackupTask['do']>(
  databaseFile: string,
  nowMs: number,
  task: BackupTask & { readonly do: D },
): BackupJob<BackupResults[D]> {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const workerData: BackupOrder = { databaseFile, nowMs, task, control };
  const worker = new Worker(threadEntry('backup'), { workerData, name: 'backup' });
  const done = lastWord<BackupMessage>(worker).then((message) => {
    if (message === null)
      throw new BulkheadError('worker_lost', 'The backup ended unexpectedly. The database is untouched.');
    if (message.kind === 'error') throw BulkheadError.fromDto(message.error);
    // The thread answers the task it was given.
    return message.result as BackupResults[D];
  });
  return { done, stop: () => void Atomics.store(control, 0, 1) };
}
