import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrations } from '../../../src-main/sql/migrations/index.ts';
import { withClosing } from '../../../src-main/sql/open.ts';
import type { Backup } from '../../../src-shared/domain/backup.ts';
import { type Files, put } from './harness.ts';

const applicationId = 0x426c6b68;

/** What SQLite alone says of these files, and whether they are of the schema that all of them were before. */
function verdictOf(files: Files, scratch: string): 'sound' | 'damaged' {
  const folder = join(scratch, 'verdict');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    // A connection for reading would not know the tables' CHECKs.
    return withClosing(new Database(put(folder, files), { fileMustExist: true }), (db) => {
      db.pragma('cell_size_check = 1');
      const isEmpty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
      const isOfOurs = isEmpty || db.pragma('user_version', { simple: true }) === migrations.length;
      return isOfOurs && db.pragma('quick_check', { simple: true }) === 'ok' ? 'sound' : 'damaged';
    });
  } catch (error) {
    if (error instanceof Database.SqliteError) return 'damaged';
    throw error;
  }
}

export type Expected = 'refused' | 'used' | 'restored' | 'anew';

/** What is right for these files, told from their bytes and from what SQLite says. */
export function expectedOf(
  files: Files,
  best: Backup | null,
  hasBackups: boolean,
  scratch: string,
): Expected {
  const { database } = files;
  const replaced = best ? 'restored' : 'anew';
  if (!database || database.length === 0) return hasBackups || files.log ? replaced : 'used';
  if (database.toString('latin1', 0, 16) !== 'SQLite format 3\0') return hasBackups ? replaced : 'refused';
  const head = Buffer.concat([database, Buffer.alloc(100)]);
  const isNew = head.readInt32BE(68) === 0 && head.readUInt32BE(40) === 0;
  if (head.readInt32BE(68) !== applicationId && !isNew) return 'refused';
  if (head.readInt32BE(60) > migrations.length) return 'refused';
  const isKnown = [18, 19].every((at) => head[at] === 1 || head[at] === 2);
  return isKnown && verdictOf(files, scratch) === 'sound' ? 'used' : replaced;
}
