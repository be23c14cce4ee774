import sql, { type Sql } from 'sql-template-tag';
import { leftoverStates } from '../../../src-shared/domain/item.ts';
import { assertHasItems } from '../care/retention.ts';
import type { Db } from '../open.ts';
import { statesIn } from '../statement.ts';
import { getOperation, type StoredOperation } from './operations.ts';

/** Up to `limit` items of an operation after the one with the seq `afterSeq`: a part of what another one is planned from. */
export interface Slice {
  readonly of: number;
  readonly afterSeq: number;
  readonly limit: number;
}

/** The operation of a slice, the condition on its items `s`, and where to go on; null at the end. Throws `wrong_state` where it has no items any more. */
export function sliceOf(
  db: Db,
  { of, afterSeq, limit }: Slice,
): { source: StoredOperation; isInSlice: Sql; next: number | null } {
  assertHasItems(db, of);
  const source = getOperation(db, { id: of });
  const reached = afterSeq + limit;
  return {
    source,
    isInSlice: sql`s.operation_id = ${of} AND s.seq > ${afterSeq} AND s.seq <= ${reached}`,
    next: reached < source.lastSeq ? reached : null,
  };
}

/** True of an item `s` that did not get done. */
export const isLeftover = sql`s.state IN ${statesIn(leftoverStates)}`;
