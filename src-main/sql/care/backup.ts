import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import sql from 'sql-template-tag';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Backup } from '../../../src-shared/domain/backup.ts';
import { putInPlace, removeStaleTemps, temporaryPath } from '../../platform/atomic-file.ts';
import { makeOwnFolder } from '../../platform/own-folder.ts';
import { type BackupFile, backupsFolder, freeMoment, nameBackup } from '../../storage/backup-files.ts';
import { doubtDeliveries } from '../delivery/deliveries.ts';
import { assertHeaderIsOurs, hasUnmergedWrites } from '../identity.ts';
import { type Db, openFile, openReader, openWriter, withClosing } from '../open.ts';
import { appendJournal } from '../operations/journal.ts';
import { keepSecret, readSecret } from '../server/secrets.ts';
import { get, run } from '../statement.ts';
import { damageIn, lookInto, problemIn } from './damage.ts';

/** Pages per step, 16 MB: between two steps it can be stopped. */
const pagesPerStep = 4_096;
/** A copy comes to every page once. */
const cacheKiB = 2_048;
const readBytes = 1 << 20;

/**
 * Copies the database as it is at this moment into a verified file among the workspace's backups; whoever writes goes
 * on. Throws `stopped`, `target_not_writable`, `backup_damaged` when the copy is not what was copied, `workspace_damaged` when that is damaged.
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

/**
 * Makes, beside the database, what is to stand in its place: a verified copy of a backup, of the present schema, with
 * a journal entry that says so. Answers its path. Throws `backup_damaged`, or `workspace_newer` for one of a newer Bulkhead.
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

function checksumOf(path: string): string {
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
function removeCopy(temp: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(temp + end, { force: true });
}
