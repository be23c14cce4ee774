import sql from 'sql-template-tag';
import type { RejectedRow } from '../../../src-shared/domain/import.ts';
import type { Db } from '../open.ts';
import { page, prepared, run } from '../statement.ts';

/** Notes lines of a file that a draft leaves out; part of the transaction that takes the others. */
export function rejectRows(
  db: Db,
  { operationId, rejected }: { operationId: number; rejected: readonly RejectedRow[] },
): void {
  const reject = prepared(
    db,
    'INSERT INTO rejected_rows (operation_id, line, reason, text) VALUES (?, ?, ?, ?)',
  );
  for (const row of rejected) reject.run(operationId, row.line, row.reason, row.text);
  run(db, sql`UPDATE operations SET rejected = rejected + ${rejected.length} WHERE id = ${operationId}`);
}

/** Rejected lines of a file, in file order, after line `after`. */
export function listRejected(
  db: Db,
  args: { operationId: number; after: number; limit: number },
): { rows: RejectedRow[]; hasMore: boolean } {
  return page<RejectedRow>(
    db,
    sql`SELECT line, reason, text FROM rejected_rows WHERE operation_id = ${args.operationId} AND line > ${args.after}
      ORDER BY line`,
    args,
  );
}
