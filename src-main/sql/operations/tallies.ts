import sql from 'sql-template-tag';
import type { Tally } from '../../../src-shared/domain/operation.ts';
import type { Db } from '../open.ts';
import { all, run } from '../statement.ts';

/** Adds to (or takes from) the counters of an operation; part of the transaction that changes the items. */
export function addTally(
  db: Db,
  operationId: number,
  tally: { state: string; reason: string | null; count: number },
): void {
  if (tally.count === 0) return;
  run(
    db,
    sql`INSERT INTO tallies (operation_id, state, reason, count)
      VALUES (${operationId}, ${tally.state}, ${tally.reason ?? ''}, max(${tally.count}, 0))
      ON CONFLICT DO UPDATE SET count = count + ${tally.count}`,
  );
}

/** Counts the items of a range by state and reason, from the items themselves. */
export function countItems(db: Db, operationId: number, fromSeq: number, toSeq: number): Tally[] {
  return all<Tally>(
    db,
    sql`SELECT state, reason, count(*) AS count FROM items
      WHERE operation_id = ${operationId} AND seq BETWEEN ${fromSeq} AND ${toSeq} GROUP BY state, reason`,
  );
}
