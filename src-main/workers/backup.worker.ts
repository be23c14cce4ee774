import { makeBackup } from '../sql/care/backup.ts';
import { prepareRestore } from '../sql/care/restore.ts';
import type { BackupOrder, BackupResults } from '../storage/backup-job.ts';
import { doJob } from './do-job.ts';

doJob<BackupOrder, BackupResults[keyof BackupResults]>(
  async ({ databaseFile, nowMs, task }, { isStopped }) =>
    task.do === 'prepare'
      ? prepareRestore(databaseFile, task.backup, { why: 'asked', actor: task.actor, nowMs })
      : makeBackup(databaseFile, { reason: task.reason, nowMs, isStopped }),
);
