import sql from 'sql-template-tag';
import { JournalEntry } from '../../src-shared/contract/operations.ts';
import type { Db } from './open.ts';
import { all, run } from './statement.ts';

const Detail = JournalEntry.shape.detail;

/** Adds an entry; part of the caller's transaction, so that it stands or falls with what it tells of. */
export function appendJournal(
  db: Db,
  entry: { operationId: number; at: number; event: string; detail?: JournalEntry['detail'] },
): void {
  run(
    db,
    sql`INSERT INTO journal (operation_id, at, event, detail)
      VALUES (${entry.operationId}, ${entry.at}, ${entry.event}, ${JSON.stringify(entry.detail ?? {})})`,
  );
}

/** What happened to an operation, oldest first. */
export function listJournal(db: Db, args: { operationId: number }): JournalEntry[] {
  const rows = all<Omit<JournalEntry, 'detail'> & { detail: string }>(
    db,
    sql`SELECT seq, at, event, detail FROM journal WHERE operation_id = ${args.operationId} ORDER BY seq`,
  );
  return rows.map((row) => ({ ...row, detail: Detail.parse(JSON.parse(row.detail)) }));
}
