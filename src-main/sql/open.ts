import Database from 'better-sqlite3';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { isDamage } from '../platform/error-code.ts';
import {
  applicationId,
  assertHeaderIsOurs,
  assertOurs,
  hasUnmergedWrites,
  type Identity,
  notADatabase,
} from './identity.ts';
import { migrations } from './migrations/index.ts';
import { addPacking } from './records/packed.ts';
import { addPieces } from './records/pieces.ts';

export type Db = Database.Database;

/** The first release without the WAL-reset bug, https://www.sqlite.org/wal.html#the_wal_reset_bug. */
const oldestSqlite = [3, 51, 3];
/** Of 4 KiB: a merge of the log per 24 MB is faster than the default, one per 4 MB; `short-log.ts` says why not later. */
const checkpointPages = 6_000;
/** Page caches. More of them is not faster: the system keeps the file in its own cache. */
const writerCacheKiB = 24 * 1024;
const readerCacheKiB = 8 * 1024;

/** Opens the workspace's database for its one writer, bringing the schema up to date. Throws `workspace_*` errors. */
export function openWriter(file: string): Db {
  assertHeaderIsOurs(file);
  if (hasUnmergedWrites(file)) {
    // A reader leaves file and log as they are; a writer would merge them even when it only opens and closes.
    withClosing(openFile(file, { readonly: true }), (db) => assertOurs(identityOf(db)));
  }
  const db = openFile(file, { readonly: false });
  try {
    prepareWriter(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What `use` makes of a connection, which is closed afterwards. */
export function withClosing<T>(db: Db, use: (db: Db) => T): T {
  try {
    return use(db);
  } finally {
    db.close();
  }
}

function prepareWriter(db: Db): void {
  assertSafeSqlite(String(db.prepare('SELECT sqlite_version()').pluck().get()));
  assertOurs(identityOf(db));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('fullfsync = 1');
  db.pragma('checkpoint_fullfsync = 1');
  db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  setCommon(db, writerCacheKiB);
  migrate(db);
  assertPragma(db, 'synchronous', 2);
  assertPragma(db, 'journal_mode', 'wal');
}

/** Opens the database for reading. The writer must have opened it before. */
export function openReader(file: string, cacheKiB = readerCacheKiB): Db {
  const db = openFile(file, { readonly: true });
  setCommon(db, cacheKiB);
  db.pragma('query_only = 1');
  return db;
}

function setCommon(db: Db, cacheKiB: number): void {
  db.pragma('foreign_keys = 1');
  db.pragma('trusted_schema = 0');
  db.pragma('cell_size_check = 1');
  db.pragma('busy_timeout = 5000');
  db.pragma('temp_store = MEMORY');
  db.pragma(`cache_size = -${cacheKiB}`);
  addPacking(db);
  addPieces(db);
}

/** A connection without any settings. Throws `storage_error`. */
export function openFile(file: string, options: Database.Options): Db {
  try {
    return new Database(file, options);
  } catch (cause) {
    throw new BulkheadError('storage_error', `The database ${file} cannot be opened. Nothing was changed.`, {
      cause,
    });
  }
}

/** Throws `storage_error` for a version of SQLite with which a workspace is not safe. */
export function assertSafeSqlite(version: string): void {
  const parts = version.split('.').map(Number);
  const difference = oldestSqlite.map((part, at) => (parts[at] ?? 0) - part).find((part) => part !== 0) ?? 0;
  if (difference < 0) {
    throw new BulkheadError(
      'storage_error',
      `SQLite ${version} can lose data; ${oldestSqlite.join('.')} is needed.`,
    );
  }
}

export function identityOf(db: Db): Identity {
  return {
    applicationId: Number(readPragma(db, 'application_id')),
    version: Number(readPragma(db, 'user_version')),
    isEmpty: db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0,
  };
}

function readPragma(db: Db, name: string): unknown {
  try {
    return db.pragma(name, { simple: true });
  } catch (cause) {
    throw isDamage(cause) ? notADatabase(cause) : cause;
  }
}

/** All steps are one transaction: a workspace is of the schema that it had, or of the present one. */
function migrate(db: Db): void {
  const version = Number(readPragma(db, 'user_version'));
  if (version >= migrations.length) return;
  db.transaction(() => {
    takeSteps(db, version, migrations.length);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

function takeSteps(db: Db, from: number, to: number): void {
  for (const step of migrations.slice(from, to)) {
    if (typeof step === 'string') db.exec(step);
    else step(db);
  }
}

/**
 * True for a database that holds all of the schema that its head names and nothing that later ones added; what somebody
 * else put there is their own. Only one of an earlier schema is looked at: the present one is not brought anywhere.
 */
export function isOfItsSchema(db: Db): boolean {
  const { version } = identityOf(db);
  if (version >= migrations.length) return true;
  if (version < 0) return false;
  const here = namesIn(db);
  return withClosing(openFile(':memory:', {}), (like) => {
    setCommon(like, readerCacheKiB);
    takeSteps(like, 0, version);
    const then = namesIn(like);
    takeSteps(like, version, migrations.length);
    const isLater = (name: string) => !then.has(name) && here.has(name);
    return [...then].every((name) => here.has(name)) && ![...namesIn(like)].some(isLater);
  });
}

/** Of tables, indexes, triggers and views, and of the columns of tables. */
function namesIn(db: Db): ReadonlySet<string> {
  const names = `SELECT name FROM sqlite_schema UNION ALL
    SELECT s.name || '.' || c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE s.type = 'table'`;
  return new Set(db.prepare(names).pluck().all() as string[]);
}

function assertPragma(db: Db, name: string, expected: unknown): void {
  const actual = readPragma(db, name);
  if (actual !== expected) {
    throw new BulkheadError(
      'storage_error',
      `SQLite refused ${name} = ${String(expected)} (it is ${String(actual)}).`,
    );
  }
}
