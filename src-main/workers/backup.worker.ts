import { parentPort, workerData } from 'node:worker_threads';
import { makeBackup, prepareRestore } from '../sql/care/backup.ts';
import type { BackupMessage, BackupOrder, BackupResults, BackupTask } from '../storage/backup-job.ts';
import { toBulkheadError } from './protocol.ts';

const { databaseFile, nowMs, task, control } = workerData as BackupOrder;

async function work(): Promise<BackupResults[BackupTask['do']]> {
  if (task.do === 'prepare') {
    return prepareRestore(databaseFile, task.backup, { why: 'asked', actor: task.actor, nowMs });
  }
  const isStopped = () => Atomics.load(control, 0) === 1;
  return makeBackup(databaseFile, { reason: task.reason, nowMs, isStopped });
}

function tell(message: BackupMessage): void {
  parentPort?.postMessage(message);
}

work().then(
  (result) => tell({ kind: 'done', result }),
  (error: unknown) => tell({ kind: 'error', error: toBulkheadError(error).toDto() }),
);
