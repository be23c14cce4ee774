import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { errorCode } from '../../platform/error-code.ts';
import { backupsFolder, findBackups } from '../../storage/backup-files.ts';
import { isSuspect } from '../../storage/suspect-mark.ts';
import { assertOurs, hasUnmergedWrites, readHeader } from '../identity.ts';
import { type Db, identityOf, isOfItsSchema, openFile, withClosing } from '../open.ts';

/** What says nothing about the file: who else has it open, the disk, the memory, the rights. */
const notOfTheFile = /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|FULL|NOMEM|PERM|AUTH|READONLY|INTERRUPT|PROTOCOL)/;

/**
 * What is wrong with a workspace's database, as a sentence, or null if it can be used. Throws `workspace_foreign` or
 * `workspace_newer` for a file that must not be touched: another program's, or, in a folder without backups, one that
 * never was a database. Writes nothing.
 */
export function findDamage(file: string): string | null {
  const hasBackups = findBackups(backupsFolder(file)).length > 0;
  const header = readHeader(file);
  // A kill in the first moment leaves an empty file too, but then nobody has lost anything.
  if (!header) return hasBackups || hasUnmergedWrites(file) ? 'The database file is missing or empty.' : null;
  if (!header.isSqlite) {
    if (hasBackups) return 'The file does not begin as a database does.';
    throw new BulkheadError('workspace_foreign', `${file} is not a database. It was not touched.`);
  }
  assertOurs(header);
  if (!header.isKnownFormat) return 'The header of the file names a format that does not exist.';
  try {
    return lookInto(file, (db) => {
      const { isEmpty, version } = identityOf(db);
      if (isEmpty) return null;
      const problem = problemIn(db, isSuspect(file) ? 'integrity_check' : 'quick_check');
      if (problem !== null || isOfItsSchema(db)) return problem;
      return `Its header says schema ${version}, but that is not what it holds.`;
    });
  } catch (error) {
    if (error instanceof BulkheadError && error.code !== 'workspace_damaged') throw error;
    const problem = damageIn(error);
    if (problem === null) throw error;
    return problem;
  }
}

/**
 * Gives `use` a connection that knows all of the schema and leaves every byte as it is. One that is opened for reading
 * does not know the CHECKs of tables; one that is not merges the log into the file when it is the last to close.
 */
export function lookInto<T>(file: string, use: (db: Db) => T): T {
  return withClosing(openFile(file, { readonly: true }), (last) => {
    last.pragma('busy_timeout = 5000');
    assertOurs(identityOf(last));
    return withClosing(openFile(file, { readonly: false, fileMustExist: true }), (db) => {
      db.pragma('query_only = 1');
      return use(db);
    });
  });
}

/** The first thing that SQLite finds wrong in the pages of a database, or null. */
export function problemIn(db: Db, check: 'quick_check' | 'integrity_check'): string | null {
  db.pragma('cell_size_check = 1');
  db.pragma('trusted_schema = 0');
  try {
    const found = String(db.pragma(`${check}(1)`, { simple: true }));
    return found === 'ok' ? null : `SQLite finds its pages damaged (${found.replaceAll(/\s+/g, ' ')}).`;
  } catch (error) {
    const problem = damageIn(error);
    if (problem === null) throw error;
    return problem;
  }
}

/** What an error of SQLite's says about the file, as a sentence; null for one that says nothing about it. */
export function damageIn(error: unknown): string | null {
  const cause = error instanceof BulkheadError && error.cause !== undefined ? error.cause : error;
  const code = errorCode(cause);
  if (!code.startsWith('SQLITE_') || notOfTheFile.test(code)) return null;
  return `SQLite cannot read it (${cause instanceof Error ? cause.message : code}).`;
}
