import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Recovery } from '../../../src-shared/domain/backup.ts';
import { putInPlace, removeStaleTemps, syncFolder } from '../../platform/atomic-file.ts';
import { isDamage } from '../../platform/error-code.ts';
import {
  type BackupFile,
  backupsFolder,
  byPreference,
  listBackups,
  toBackup,
} from '../../storage/backup-files.ts';
import { readRecovery, writeRecovery } from '../../storage/recovery-file.ts';
import { clearSuspicion } from '../../storage/suspect-mark.ts';
import { type Db, openWriter } from '../open.ts';
import { findDamage } from './damage.ts';
import { describeLoss, moment } from './loss.ts';
import { prepareRestore } from './restore.ts';

/** How a writer comes to its database: at a start, after the thread had died, or with another file to put in place. */
export type WriterStart =
  | { readonly file: string; readonly how: 'first'; readonly nowMs: number }
  | { readonly file: string; readonly how: 'again' }
  | { readonly file: string; readonly how: 'replace'; readonly by: string };

/** Opens the database for its one writer, who owns the workspace by then. Throws `workspace_*` errors. */
export function openForWriting(start: WriterStart): Db {
  switch (start.how) {
    case 'first':
      return openChecked(start.file, start.nowMs);
    case 'again':
      return openWriter(start.file);
    case 'replace':
      // Whoever still has the old one open would share the new one's log.
      if (existsSync(`${start.file}-wal`) || existsSync(`${start.file}-shm`)) {
        throw new BulkheadError(
          'storage_busy',
          'The database is still being read, by a check of the history for example. Nothing was restored.',
        );
      }
      putInPlace(start.by, start.file);
      return openWriter(start.file);
  }
}

/** Looks at the whole database first. A damaged one is moved aside, and the newest good backup stands in its place. */
function openChecked(file: string, nowMs: number): Db {
  removeStaleTemps(dirname(file));
  const problem = findDamage(file);
  try {
    if (problem !== null) rescue(file, problem, nowMs);
    clearSuspicion(file);
    return openWriter(file);
  } catch (error) {
    if (problem !== null) throw error;
    const cause = error instanceof BulkheadError ? error.cause : error;
    if (!isDamage(cause)) throw error;
    rescue(file, `SQLite cannot write to it (${String(cause)}).`, nowMs);
    return openWriter(file);
  }
}

/**
 * The account is written before anything is moved, and the database goes before its log: whatever moment the process
 * ends at, the next start finds the database either damaged as before, or missing and the account of it here.
 */
function rescue(file: string, problem: string, nowMs: number): void {
  const { good, prepared, passedOver } = prepareNewest(file, nowMs);
  const restoredFrom = good && toBackup(good);
  const { interrupted, earlier, movedTo } = beforeThis(file, problem, nowMs);
  const recovery: Recovery = interrupted
    ? { ...interrupted, restoredFrom }
    : {
        at: nowMs,
        problem,
        movedTo,
        restoredFrom,
        missing: [...describeLoss(file, good), ...passedOver, ...earlier],
      };
  writeRecovery(file, recovery);
  mkdirSync(recovery.movedTo, { recursive: true, mode: 0o700 });
  for (const end of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(file + end)) renameSync(file + end, join(recovery.movedTo, basename(file) + end));
  }
  syncFolder(dirname(file));
  if (prepared !== null) putInPlace(prepared, file);
}

/** The newest backup that passes every check, ready to stand in the database's place; null when there is none. */
function prepareNewest(
  file: string,
  nowMs: number,
): { good: BackupFile | null; prepared: string | null; passedOver: string[] } {
  const passedOver: string[] = [];
  for (const good of byPreference(listBackups(backupsFolder(file), nowMs))) {
    try {
      const prepared = prepareRestore(file, good, { why: 'damaged', actor: 'Bulkhead', nowMs });
      return { good, prepared, passedOver };
    } catch (error) {
      if (!(error instanceof BulkheadError) || !unusable.includes(error.code)) throw error;
      passedOver.push(`The backup of ${moment(good.at)} could not be used: ${error.message}`);
    }
  }
  return {
    good: null,
    prepared: null,
    passedOver: [...passedOver, 'There was no good backup: the workspace starts empty.'],
  };
}

const unusable: readonly BulkheadError['code'][] = ['backup_damaged', 'workspace_newer', 'workspace_foreign'];

/** What an account that lies there already says of an earlier rescue, or of this one that was ended in its midst. */
function beforeThis(
  file: string,
  problem: string,
  nowMs: number,
): { interrupted: Recovery | null; earlier: string[]; movedTo: string } {
  const left = readRecovery(file);
  const moved = left && existsSync(left.movedTo) ? readdirSync(left.movedTo) : [];
  const isMoved = moved.includes(basename(file)) && !existsSync(file);
  const isBegun = left !== null && moved.length === 0 && left.problem === problem;
  return {
    interrupted: isMoved ? left : null,
    earlier:
      left && !isBegun
        ? [`It had been damaged before, ${moment(left.at)}: those files are in ${left.movedTo}.`]
        : [],
    movedTo: isBegun ? left.movedTo : newFolder(file, nowMs),
  };
}

/** A folder of its own for every rescue. */
function newFolder(file: string, nowMs: number): string {
  for (let at = nowMs; ; at += 1) {
    const name = new Date(at).toISOString().replaceAll(/[:.]/g, '-');
    const folder = join(dirname(file), 'damaged', name);
    if (!existsSync(folder)) return folder;
  }
}
