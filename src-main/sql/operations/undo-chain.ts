import sql, { raw, type Sql } from 'sql-template-tag';
import { heldValue, holds } from './item-values.ts';

/** True of an undo `u` of all the fields of what it takes back. */
const isWhole = raw(`u.input ->> '$.fields' IS NULL`);

/**
 * The undos of an operation, the undos of those, and so on, as `chain`: `sign` is 1 if one undoes the operation's
 * changes, -1 if it makes them again. An undo of only some fields does not undo a record as a whole.
 */
export function undoChain(operationId: Sql): Sql {
  return sql`WITH RECURSIVE ${undosAs('chain', operationId, isWhole, sql`(c.sign = 1 OR ${isWhole})`)}`;
}

/**
 * The same of all undos, also those of some fields, together with the other undos and redos since then of the operation at
 * the start of the chain: each of them took its fields back or restored them after this one, so nothing that this one wrote is
 * left.
 */
export function undoFamily(operationId: Sql): Sql {
  return sql`WITH RECURSIVE origins (id) AS (
      SELECT ${operationId}
      UNION ALL
      SELECT o.undo_of FROM origins JOIN operations o ON o.id = origins.id WHERE o.undo_of IS NOT NULL
    ), ${undosAs('own', operationId)}, ${undosAs('family', sql`(SELECT min(id) FROM origins)`)}, chain (id, sign) AS (
      SELECT id, sign FROM own
      UNION ALL SELECT id, 1 FROM family WHERE id > ${operationId} AND id NOT IN (SELECT id FROM own)
    )`;
}

/** Of undos `u` of the operation only those that `isFirst` is true of, of undos of each `c` of these those that `isNext` is. */
function undosAs(name: string, operationId: Sql, isFirst = raw('TRUE'), isNext = raw('TRUE')): Sql {
  return sql`${raw(name)} (id, sign) AS (
    SELECT u.id, 1 FROM operations u WHERE u.undo_of = ${operationId} AND u.state <> 'draft' AND ${isFirst}
    UNION ALL
    SELECT u.id, -c.sign FROM ${raw(name)} c JOIN operations u ON u.undo_of = c.id AND u.state <> 'draft' WHERE ${isNext}
  )`;
}

/**
 * The undo that took done item `i` back as a whole, by the latest of its operation's `chain` that did anything to the same
 * record; NULL where it was not taken back, or put back since.
 */
export function undoneBy(i: Sql): Sql {
  return latestUndo(i, raw('TRUE'));
}

/**
 * The same of one field. Whatever takes the record back leaves nothing of the item in that field, but only what has changed
 * it has put it back there.
 */
export function fieldUndoneBy(i: Sql, field: string): Sql {
  const isChanged = sql`${heldValue('y.before', field)} IS NOT ${heldValue('y.after', field)}`;
  return latestUndo(i, sql`(c.sign = 1 AND ${holds('y.after', field)} OR ${isChanged})`);
}

/** `isAbout`: over an undo `c` and what it did to the record, `y`. */
function latestUndo(i: Sql, isAbout: Sql): Sql {
  return sql`(SELECT iif(c.sign = 1, c.id, NULL) FROM chain c
    CROSS JOIN items y INDEXED BY items_record ON y.operation_id = c.id AND y.record_id = ${i}.record_id AND y.state = 'done'
    WHERE ${isAbout} AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.operation_id = y.operation_id AND e.seq = y.seq
      AND (e.state = 'refused' OR e.state = 'conflict' AND NOT EXISTS
        (SELECT 1 FROM conflicts k WHERE k.operation_id = e.operation_id AND k.seq = e.seq)))
    ORDER BY c.id DESC LIMIT 1)`;
}
