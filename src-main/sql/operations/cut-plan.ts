import sql from 'sql-template-tag';
import type { Db } from '../open.ts';
import { get, run } from '../statement.ts';
import { getOperation } from './operations.ts';
import { addTally, countItems } from './tallies.ts';

/**
 * Ends a plan with the record that is the `maxErrors`-th of those that cannot be changed as asked: what comes after it
 * counts as not started. Answers how many items that are.
 */
export function cutPlan(db: Db, args: { operationId: number; maxErrors: number }): number {
  const { operationId, maxErrors } = args;
  return db
    .transaction(() => {
      const { lastSeq } = getOperation(db, { id: operationId });
      const last = get<{ seq: number }>(
        db,
        sql`SELECT seq FROM items WHERE operation_id = ${operationId} AND state = 'skipped' ORDER BY seq LIMIT 1 OFFSET ${maxErrors - 1}`,
      );
      if (!last || last.seq === lastSeq) return 0;
      for (const { state, reason, count } of countItems(db, operationId, last.seq + 1, lastSeq))
        addTally(db, operationId, { state, reason, count: -count });
      const cut = run(
        db,
        sql`UPDATE items SET state = 'cancelled', reason = NULL WHERE operation_id = ${operationId} AND seq > ${last.seq}`,
      );
      addTally(db, operationId, { state: 'cancelled', reason: null, count: cut });
      return cut;
    })
    .immediate();
}
