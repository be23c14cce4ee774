import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Touch } from '../../../src-shared/contract/records.ts';
import { type DeliveryState, decisions } from '../../../src-shared/domain/delivery.ts';
import type { Changes, Item, ItemState, Reason } from '../../../src-shared/domain/item.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { tableOf } from '../records/table.ts';
import { all, page } from '../statement.ts';
import { itemColumnsOf } from './item-columns.ts';
import { changesOf } from './item-values.ts';
import { getOperation } from './operations.ts';
import { undoChain, undoneBy } from './undo-chain.ts';

/** How many planned items of an operation are about records of each of these sources; none where that is 0. */
export function countPlannedOf(
  db: Db,
  args: { operationId: number; collection: string; sources: readonly string[] },
): { source: string; count: number }[] {
  return all(
    db,
    sql`SELECT r.value AS source, count(*) AS count FROM items i JOIN ${raw(tableOf(args.collection).name)} t ON t.id = i.record_id
        JOIN json_each(${JSON.stringify(args.sources)}) r ON t.source = r.value
      WHERE i.operation_id = ${args.operationId} AND i.state = 'planned' GROUP BY r.value`,
  );
}

interface ItemRow extends Omit<Item, 'before' | 'after' | 'written' | 'delivery'> {
  deliveryState: DeliveryState | null;
  deliveryCode: string | null;
  before: string | null;
  after: string | null;
  written: string | null;
}

/** What the operation that `i` takes back wrote to the same record. */
const writtenByUndone = raw(`(SELECT s.after FROM items s INDEXED BY items_record
  WHERE s.record_id = i.record_id AND s.state = 'done'
    AND s.operation_id = (SELECT o.undo_of FROM operations o WHERE o.id = i.operation_id))`);

/** A conflict that is not waited for any more was decided, also where earlier versions did not note how. */
const deliveryCode = sql`CASE WHEN d.state = 'conflict' AND coalesce(d.code, '') NOT IN (${join([...decisions])})
  AND NOT EXISTS (SELECT 1 FROM conflicts c WHERE c.operation_id = d.operation_id AND c.seq = d.seq)
  THEN ${decisions[2]} ELSE d.code END`;

/** Items of an operation in order of seq, after `after`. */
export function listItems(
  db: Db,
  args: {
    operationId: number;
    states: readonly ItemState[];
    reasons: readonly Reason[];
    deliveries: readonly DeliveryState[];
    after: number;
    limit: number;
  },
): { items: Item[]; hasMore: boolean } {
  const { operation } = getOperation(db, { id: args.operationId });
  const { tables, key, title, after } = itemColumnsOf(tableOf(operation.collection));
  const { rows, hasMore } = page<ItemRow>(
    db,
    sql`${undoChain(sql`${args.operationId}`)}
      SELECT i.seq, i.record_id AS recordId, ${key} AS recordKey,
        ${title} AS recordTitle, i.state, i.reason, i.before, i.attempts,
        i.finished_at AS finishedAt, ${after} AS after,
        ${writtenByUndone} AS written, CASE WHEN i.state = 'done' THEN ${undoneBy(raw('i'))} END AS undoneBy, d.state AS deliveryState, ${deliveryCode} AS deliveryCode
      FROM ${tables} LEFT JOIN deliveries d ON d.operation_id = i.operation_id AND d.seq = i.seq
      WHERE i.operation_id = ${args.operationId} AND i.seq > ${args.after}
        ${isOneOf(sql`i.state`, args.states)} ${isOneOf(sql`i.reason`, args.reasons)}
        ${isOneOf(sql`d.state`, args.deliveries)}
      ORDER BY i.seq`,
    args,
  );
  const items = rows.map(({ deliveryState: state, deliveryCode: code, ...row }) => ({
    ...row,
    delivery: state === null ? null : { state, code },
    before: changesOrNull(row.before),
    after: changesOrNull(row.after),
    written: changesOrNull(row.written),
  }));
  return { items, hasMore };
}

function isOneOf(column: Sql, values: readonly string[]): Sql {
  return values.length === 0 ? empty : sql`AND ${column} IN (${join([...values])})`;
}

function changesOrNull(json: string | null): Changes | null {
  return json === null ? null : changesOf(json);
}

/**
 * What operations did to a record, latest first; with `fields`, those that changed all of these. A walk through the
 * operations from the last one, which ends when there are enough.
 */
export function listTouches(
  db: Db,
  args: {
    collection: string;
    recordId: number;
    fields: readonly string[];
    /** Of everybody when it is left out. */
    actor?: string | undefined;
    limit: number;
  },
): { touches: Touch[]; hasMore: boolean } {
  const { fields, actor } = args;
  const isTheirs = actor === undefined ? empty : sql`AND o.actor = ${actor}`;
  const isAbout =
    fields.length === 0
      ? empty
      : sql`AND (SELECT count(*) FROM json_each(i.before)
          WHERE key IN ${listOf(fields)}) = ${new Set(fields).size}`;
  const { rows, hasMore } = page<
    Omit<Touch, 'before' | 'after'> & { before: string | null; after: string | null }
  >(
    db,
    sql`SELECT o.id AS operationId, i.seq, o.title, o.actor, i.finished_at AS finishedAt, i.before, i.after
      FROM operations o NOT INDEXED CROSS JOIN items i INDEXED BY items_record ON i.operation_id = o.id
      WHERE o.collection = ${args.collection} ${isTheirs} AND i.record_id = ${args.recordId} AND i.state = 'done' ${isAbout}
      ORDER BY o.id DESC`,
    args,
  );
  const touches = rows.map((row) => ({
    ...row,
    before: changesOrNull(row.before),
    after: changesOrNull(row.after),
  }));
  return { touches, hasMore };
}
