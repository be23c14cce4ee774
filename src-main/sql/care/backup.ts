import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Backup } from '../../../src-shared/domain/backup.ts';
import { putInPlace, removeStaleTemps, temporaryPath } from '../../platform/atomic-file.ts';
import { makeOwnFolder } from '../../platform/own-folder.ts';
import { type BackupFile, backupsFolder, freeMoment, nameBackup } from '../../storage/backup-files.ts';
import { type Db, openFile, openReader, withClosing } from '../open.ts';
import { get } from '../statement.ts';
import { damageIn, lookInto, problemIn } from './damage.ts';

/** Pages per step, 16 MB: between two steps it can be stopped. */
const pagesPerStep = 4_096;
/** A copy comes to every page once. */
const cacheKiB = 2_048;
const readBytes = 1 << 20;

/**
 * Copies the database as it is at this moment into a verified file among the workspace's backups; writing goes on
 * meanwhile. Throws `stopped`, `target_not_writable`, `backup_damaged` if the copy differs from the database,
 * `workspace_damaged` if the database is damaged.
 */
export async function makeBackup(
  databaseFile: string,
  args: { reason: Backup['reason']; nowMs: number; isStopped: () => boolean },
): Promise<BackupFile> {
  const folder = backupsFolder(databaseFile);
  makeOwnFolder(folder);
  removeStaleTemps(folder);
  const temp = temporaryPath(folder);
  try {
    const expected = await copyDatabase(databaseFile, temp, args.isStopped);
    if (!isFaithful(temp, expected)) throw badCopy(databaseFile);
    const { tickets, operations } = expected;
    const at = freeMoment(folder, args.nowMs);
    const made = { at, reason: args.reason, tickets, operations, checksum: checksumOf(temp) };
    const name = nameBackup(made);
    const path = join(folder, name);
    putInPlace(temp, path);
    return { ...made, name, path, bytes: statSync(path).size };
  } finally {
    removeCopy(temp);
  }
}

/** In one read transaction, so that copy and facts are of the same moment whatever is written meanwhile. */
async function copyDatabase(file: string, temp: string, isStopped: () => boolean): Promise<Facts> {
  const db = openReader(file, cacheKiB);
  try {
    db.exec('BEGIN');
    const facts = readFacts(db);
    await db.backup(temp, {
      progress: () => {
        if (isStopped()) throw new BulkheadError('stopped', 'The backup was stopped; no file was made.');
        return pagesPerStep;
      },
    });
    return facts;
  } finally {
    db.close();
  }
}

/** Looks at a fresh copy, and makes it one file: in the mode of the original everyone who looks at it would give it a log. */
function isFaithful(copy: string, expected: Facts): boolean {
  try {
    return withClosing(openFile(copy, { readonly: false }), (db) => {
      db.pragma('journal_mode = DELETE');
      return problemIn(db, 'quick_check') === null && isDeepStrictEqual(readFacts(db), expected);
    });
  } catch (error) {
    if (damageIn(error) === null) throw error;
    return false;
  }
}

/** The copy does not pass: because of its disk, or because the original does not either. */
function badCopy(databaseFile: string): BulkheadError {
  const problem = lookInto(databaseFile, (db) => problemIn(db, 'quick_check'));
  return problem === null
    ? new BulkheadError('backup_damaged', 'The backup did not pass its check and was thrown away.')
    : new BulkheadError('workspace_damaged', `The database is damaged: ${problem} No backup was made of it.`);
}

interface Facts {
  /** Without the deleted ones, as the window counts. */
  readonly tickets: number;
  readonly operations: number;
  readonly allTickets: number;
  /** The last entry of the journal, with the hash that vouches for all before it. */
  readonly lastEntry: unknown;
}

function readFacts(db: Db): Facts {
  const counts = get<{ tickets: number; operations: number; allTickets: number }>(
    db,
    sql`SELECT (SELECT count(*) FROM tickets WHERE deleted_at IS NULL) AS tickets,
      (SELECT count(*) FROM operations WHERE state <> 'draft') AS operations,
      (SELECT count(*) FROM tickets) AS allTickets`,
  );
  if (!counts) throw new Error('counting gave no row');
  return { ...counts, lastEntry: get(db, sql`SELECT * FROM journal ORDER BY seq DESC LIMIT 1`) };
}

/** The CRC-32 of a file's bytes, in hex. */
export function checksumOf(path: string): string {
  const buffer = Buffer.alloc(readBytes);
  const descriptor = openSync(path, 'r');
  let checksum = 0;
  try {
    for (;;) {
      const read = readSync(descriptor, buffer);
      if (read === 0) break;
      checksum = crc32(buffer.subarray(0, read), checksum);
    }
  } finally {
    closeSync(descriptor);
  }
  return checksum.toString(16).padStart(8, '0');
}

/** Removes what was not put in place, with what SQLite keeps beside it. */
export function removeCopy(temp: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(temp + end, { force: true });
}
