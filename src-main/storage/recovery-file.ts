import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { Recovery } from '../../src-shared/domain/backup.ts';
import { openAtomic } from '../platform/atomic-file.ts';

function fileBeside(databaseFile: string): string {
  return join(dirname(databaseFile), 'recovery.json');
}

/** What was last done about a damaged database and not acknowledged yet, or null. Throws `storage_error` when unreadable. */
export function readRecovery(databaseFile: string): Recovery | null {
  const file = fileBeside(databaseFile);
  if (!existsSync(file)) return null;
  try {
    return Recovery.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new BulkheadError('storage_error', `What was restored is not known: ${file} cannot be read.`, {
      cause,
    });
  }
}

export function writeRecovery(databaseFile: string, recovery: Recovery): void {
  const file = openAtomic(fileBeside(databaseFile));
  file.write(`${JSON.stringify(recovery, null, 2)}\n`);
  file.commit();
}

/** It has been read: from now on it lies with the damaged files that it tells of. Harmless when there is none. */
export function acknowledgeRecovery(databaseFile: string): void {
  const recovery = readRecovery(databaseFile);
  if (recovery) renameSync(fileBeside(databaseFile), join(recovery.movedTo, 'recovery.json'));
}
