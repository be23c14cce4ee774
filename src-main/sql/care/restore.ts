import { constants, copyFileSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { temporaryPath } from '../../platform/atomic-file.ts';
import type { BackupFile } from '../../storage/backup-files.ts';
import { doubtDeliveries } from '../delivery/deliveries.ts';
import { assertHeaderIsOurs, hasUnmergedWrites } from '../identity.ts';
import { type Db, openFile, openWriter, withClosing } from '../open.ts';
import { appendJournal } from '../operations/journal.ts';
import { keepSecret, readSecret } from '../server/secrets.ts';
import { get, run } from '../statement.ts';
import { checksumOf, removeCopy } from './backup.ts';
import { damageIn, lookInto, problemIn } from './damage.ts';

/**
 * Prepares, beside the database, the file that is to replace it: a verified copy of a backup, migrated to the present
 * schema, with a journal entry about the restore. Answers its path. Throws `backup_damaged`, or `workspace_newer` for a
 * backup of a newer Bulkhead.
 */
export function prepareRestore(
  databaseFile: string,
  backup: BackupFile,
  note: { why: 'asked' | 'damaged'; actor: string; nowMs: number },
): string {
  const temp = temporaryPath(dirname(databaseFile));
  try {
    copyFileSync(backup.path, temp, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    assertIntact(temp, backup);
    withClosing(openWriter(temp), (db) => {
      doubtDeliveries(db);
      const { operation, secret } = readLasting(databaseFile);
      skipOperations(db, operation);
      if (secret !== null) keepSecret(db, { value: secret });
      appendJournal(db, {
        operationId: null,
        at: note.nowMs,
        event: 'restored',
        actor: note.actor,
        detail: { backup: backup.name, madeAt: backup.at, why: note.why },
      });
    });
    if (hasUnmergedWrites(temp)) throw new Error(`${temp} still has a log`);
    return temp;
  } catch (error) {
    removeCopy(temp);
    throw error;
  }
}

/** What a workspace keeps whatever is restored. */
interface Lasting {
  /** The highest number that an operation has had. */
  readonly operation: number;
  /** What it signs with, by which other consoles know it. */
  readonly secret: string | null;
}

/** Nothing where it cannot be read any more. */
function readLasting(databaseFile: string): Lasting {
  const nothing: Lasting = { operation: 0, secret: null };
  if (!existsSync(databaseFile)) return nothing;
  try {
    return withClosing(openFile(databaseFile, { readonly: true }), (db) => ({
      operation: Number(
        get<{ seq: number }>(db, sql`SELECT seq FROM sqlite_sequence WHERE name = 'operations'`)?.seq ?? 0,
      ),
      secret: hasSecrets(db) ? readSecret(db) : null,
    }));
  } catch (error) {
    if (damageIn(error) === null) throw error;
    return nothing;
  }
}

/** A workspace that was not opened since may be of a schema from before there were any. */
function hasSecrets(db: Db): boolean {
  return get(db, sql`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'secrets'`) !== undefined;
}

/**
 * No number is given to two operations, whatever is restored: reports name them, and a plan that is being made meanwhile
 * must not go on in another one.
 */
function skipOperations(db: Db, upTo: number): void {
  const numbers = sql`sqlite_sequence WHERE name = 'operations'`;
  const last = get<{ seq: number }>(db, sql`SELECT seq FROM ${numbers}`)?.seq ?? 0;
  run(db, sql`DELETE FROM ${numbers}`);
  run(db, sql`INSERT INTO sqlite_sequence (name, seq) VALUES ('operations', ${Math.max(last, upTo)})`);
}

/** The bytes are those that were verified when the backup was made; SQLite alone would miss a change in a value. */
function assertIntact(copy: string, backup: BackupFile): void {
  const damaged = (cause?: unknown) =>
    new BulkheadError('backup_damaged', `The backup ${backup.name} is damaged. Nothing was changed.`, {
      cause,
    });
  if (checksumOf(copy) !== backup.checksum) throw damaged();
  assertHeaderIsOurs(copy);
  const problem = lookInto(copy, (db) => problemIn(db, 'quick_check'));
  if (problem !== null) throw damaged(problem);
}
