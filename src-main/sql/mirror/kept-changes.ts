import sql, { raw, type Sql } from 'sql-template-tag';
import { underWayStates } from '../../../src-shared/domain/operation.ts';
import { listOf, numbersIn } from '../json-text.ts';
import type { Db } from '../open.ts';
import { heldValue, jsonHeld, whereHeld } from '../operations/item-values.ts';
import { getOperation } from '../operations/operations.ts';
import { addItems, currentValue, every } from '../operations/plan.ts';
import { tableOf } from '../records/table.ts';
import { all, run, statesIn } from '../statement.ts';

/** Changes of one operation that somebody keeps after a conflict and that were not made again yet. */
export interface KeptChanges {
  readonly operationId: number;
  /** Who decided so; null where that was not written down. */
  readonly actor: string | null;
  readonly seqs: readonly number[];
  readonly recordIds: readonly number[];
  /** The operation that makes an earlier one again and is still to change some of these records: what is planned before it ends would fail. */
  readonly heldUpBy: number | null;
}

/** All of them, by operation and by who keeps them. */
export function listKept(db: Db): KeptChanges[] {
  const rows = all<Omit<KeptChanges, 'seqs' | 'recordIds'> & { seqs: string; recordIds: string }>(
    db,
    sql`WITH coming AS MATERIALIZED (SELECT o.collection, i.record_id, min(o.id) AS id
        FROM operations o JOIN items i ON i.operation_id = o.id AND i.seq >= o.next_seq AND i.state = 'planned'
        WHERE o.state IN ${statesIn(underWayStates)} AND o.retry_of IS NOT NULL AND o.options ->> '$.startAt' IS NULL
        GROUP BY o.collection, i.record_id)
      SELECT k.operation_id AS operationId, k.actor, json_group_array(k.seq ORDER BY k.seq) AS seqs,
        json_group_array(k.record_id ORDER BY k.seq) AS recordIds, min(c.id) AS heldUpBy
      FROM kept_changes k JOIN operations s ON s.id = k.operation_id
        LEFT JOIN coming c ON c.collection = s.collection AND c.record_id = k.record_id
      GROUP BY k.operation_id, k.actor ORDER BY k.operation_id, k.actor`,
  );
  return rows.map((row) => ({
    ...row,
    seqs: numbersIn(row.seqs),
    recordIds: numbersIn(row.recordIds),
  }));
}

/** They are being made again. */
export function forgetKept(db: Db, { operationId, seqs }: Pick<KeptChanges, 'operationId' | 'seqs'>): void {
  run(
    db,
    sql`DELETE FROM kept_changes WHERE operation_id = ${operationId}
      AND seq IN ${listOf(seqs)}`,
  );
}

/**
 * Plans items of an earlier operation again on top of the present records, so that they get the values that it wrote.
 * Items for which that is impossible are skipped. Only for effects that set fields. Answers how many items it planned.
 */
export function planOnTop(
  db: Db,
  args: { operationId: number; of: number; seqs: readonly number[] },
): number {
  const { operation, effect } = getOperation(db, { id: args.of });
  if (effect.kind !== 'fields') throw new Error(`"${operation.title}" does not set fields`);
  const { fields, isSparse = false } = effect;
  const table = tableOf(operation.collection);
  const isWanted = (field: string): Sql =>
    sql`${currentValue(table, field)} IS ${heldValue('s.after', field)} COLLATE BINARY`;
  const isSo = every(fields.map((field) => whereHeld('s.after', field, isSparse, isWanted(field))));
  const isGone = fields.includes('deletedAt') ? sql`FALSE` : sql`t.deleted_at IS NOT NULL`;
  const before = jsonHeld(
    's.after',
    isSparse,
    fields.map((field) => [field, currentValue(table, field)]),
  );
  return addItems(
    db,
    args.operationId,
    (
      lastSeq,
    ) => sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, before, after)
      SELECT ${args.operationId}, ${lastSeq} + 1 + p.position, p.record_id, iif(p.reason IS NULL, 'planned', 'skipped'),
        p.reason, p.version, iif(p.reason IS NULL, p.before, NULL), iif(p.reason IS NULL, p.after, NULL)
      FROM (SELECT j.key AS position, s.record_id, t.version, ${before} AS before, s.after,
          CASE WHEN ${isGone} THEN 'deleted' WHEN ${isSo} THEN 'already_so' END AS reason
        FROM json_each(${JSON.stringify(args.seqs)}) j
          JOIN items s ON s.operation_id = ${args.of} AND s.seq = j.value
          JOIN ${raw(table.name)} t ON t.id = s.record_id) p`,
  );
}
