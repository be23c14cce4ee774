import sql, { type Sql } from 'sql-template-tag';
import type { Backup } from '../../../src-shared/domain/backup.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { errorCode } from '../../platform/error-code.ts';
import { type Db, openFile, withClosing } from '../open.ts';
import { all, get } from '../statement.ts';

/** Operations that are named; of the others only the number is said. */
const namedOperations = 20;

/** What a backup does not hold of a damaged database, in sentences: as far as that can still be read. */
export function describeLoss(damagedFile: string, backup: Backup | null): string[] {
  try {
    return withClosing(openFile(damagedFile, { readonly: true, fileMustExist: true }), (db) => [
      ...countsThenAndNow(db, backup),
      ...operationsSince(db, backup?.at ?? 0),
    ]);
  } catch (error) {
    return [unreadable(error, 'What the damaged file held')];
  }
}

function countsThenAndNow(db: Db, backup: Backup | null): string[] {
  return [
    ...compared(
      'tickets',
      backup?.tickets ?? 0,
      db,
      sql`SELECT count(*) AS count FROM tickets WHERE deleted_at IS NULL`,
    ),
    ...compared(
      'operations',
      backup?.operations ?? 0,
      db,
      sql`SELECT count(*) AS count FROM operations WHERE state <> 'draft'`,
    ),
  ];
}

function compared(what: string, now: number, db: Db, query: Sql): string[] {
  return readable(`How many ${what} the damaged file held`, () => {
    const then = get<{ count: number }>(db, query)?.count ?? 0;
    const held = then === now ? 'as many as' : `${formatNumber(then)} were`;
    return [`${formatNumber(now)} ${what} are there now, ${held} in the damaged file.`];
  });
}

function operationsSince(db: Db, at: number): string[] {
  return readable('Which operations came after the backup', () => {
    const later = all<{ title: string; actor: string; at: number }>(
      db,
      sql`SELECT title, actor, max(coalesce(ended_at, 0), coalesce(started_at, 0)) AS at FROM operations
        WHERE state <> 'draft' AND max(coalesce(ended_at, 0), coalesce(started_at, 0)) > ${at} ORDER BY at`,
    );
    const named = later
      .slice(0, namedOperations)
      .map(
        ({ title, actor, at }) =>
          `Done after the backup, and to be done again: “${title}” by ${actor}, ${moment(at)}.`,
      );
    const more = later.length - named.length;
    return more > 0
      ? [...named, `And ${formatNumber(more)} more operations that came after the backup.`]
      : named;
  });
}

function readable(what: string, read: () => string[]): string[] {
  try {
    return read();
  } catch (error) {
    return [unreadable(error, what)];
  }
}

/** Only what SQLite says of the file is expected here. */
function unreadable(error: unknown, what: string): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!errorCode(cause).startsWith('SQLITE_')) throw error;
  return `${what} cannot be read any more.`;
}

/** A moment as it is said in sentences: `2026-01-15 12:00 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
