import type { Statement } from 'better-sqlite3';
import sql, { type Sql } from 'sql-template-tag';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import type { RejectedRow } from '../../../src-shared/domain/import.ts';
import type { Action } from '../../actions/action.ts';
import { actionOf } from '../../actions/index.ts';
import { type EditedRow, type EditedSheet, planEdit, planValues } from '../../actions/plan-edit.ts';
import type { RecordPlan } from '../../actions/plan-record.ts';
import { type PackedRows, unpackRows } from '../../platform/packed-rows.ts';
import { assertHasItems } from '../care/retention.ts';
import { jsonText, listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { selectList } from '../records/select-list.ts';
import { type Table, tableOf } from '../records/table.ts';
import { all, prepared, run } from '../statement.ts';
import { isLeftover, type Slice, sliceOf } from './earlier-items.ts';
import { changesOf } from './item-values.ts';
import { getOperation, type StoredOperation } from './operations.ts';
import { addItems } from './plan.ts';
import { rejectRows } from './rejected-rows.ts';

type Found = Readonly<Record<string, FieldValue>> | undefined;

/** What an item of a draft is made of: a record's number, the version that was planned from, and the plan. */
type NewItem = RecordPlan & { readonly id: number; readonly version: FieldValue | undefined };

/**
 * Adds rows of an edited export to a draft: each is an item that holds the cells in which it differs from its record, or
 * says why it is left alone; those that cannot be taken are rejected. The draft's effect names the
 * fields that differ in any row.
 */
export function planEdits(
  db: Db,
  args: EditedSheet & {
    operationId: number;
    rows: PackedRows<EditedRow>;
    rejected: readonly RejectedRow[];
    nowMs: number;
  },
): void {
  const { operationId, fields, nowMs } = args;
  db.transaction(() => {
    const { operation, effect } = getOperation(db, { id: operationId });
    if (effect.kind !== 'fields') throw new Error(`"${operation.title}" sets no fields`);
    const table = tableOf(operation.collection);
    const edit = editFor(table);
    const find = finder(db, table, fields);
    const rejected = [...args.rejected];
    const items: NewItem[] = [];
    const changed = new Set(effect.fields);
    for (const row of unpackRows(args.rows)) {
      const record = find.get(row.id) as Found;
      const plan = planEdit(edit, table.collection, args, row, record, nowMs);
      if (plan.state === 'rejected') {
        rejected.push({ line: row.line, reason: plan.reason, text: row.text });
        continue;
      }
      for (const field of Object.keys(plan.state === 'planned' ? (plan.after ?? {}) : {})) changed.add(field);
      items.push({ ...plan, id: row.id, version: record?.['version'] });
    }
    addPlanned(db, operationId, items);
    rejectRows(db, { operationId, rejected });
    const named = { ...effect, fields: fields.filter((field) => changed.has(field)) };
    run(db, sql`UPDATE operations SET effect = ${JSON.stringify(named)} WHERE id = ${operationId}`);
  }).immediate();
}

/**
 * Plans again, against what the records hold now, what an edited export was to write: up to `limit` items after `afterSeq`
 * that did not get done or that a remote refused. Answers the last seq looked at, or null at the end.
 */
export function planEditsAgain(db: Db, args: Slice & { operationId: number; nowMs: number }): number | null {
  const { source, isInSlice, next } = sliceOf(db, args);
  planItemsAgain(db, args, source, sql`${isInSlice} AND (${isLeftover} OR d.state = 'refused')`);
  return next;
}

/** Plans items of what an edited export wrote once more, on top of what their records hold now. */
export function planEditsOnTop(
  db: Db,
  args: { operationId: number; of: number; seqs: readonly number[]; nowMs: number },
): void {
  assertHasItems(db, args.of);
  const source = getOperation(db, { id: args.of });
  planItemsAgain(db, args, source, sql`s.operation_id = ${args.of} AND s.seq IN ${listOf(args.seqs)}`);
}

/** `which`: over items `s` and their deliveries `d`. */
function planItemsAgain(
  db: Db,
  { operationId, nowMs }: { operationId: number; nowMs: number },
  { operation, effect }: StoredOperation,
  which: Sql,
): void {
  if (effect.kind !== 'fields') throw new Error(`"${operation.title}" sets no fields`);
  const table = tableOf(operation.collection);
  const earlier = all<{ id: number; after: string }>(
    db,
    sql`SELECT s.record_id AS id, s.after FROM items s
        LEFT JOIN deliveries d ON d.operation_id = s.operation_id AND d.seq = s.seq
      WHERE ${which} ORDER BY s.seq`,
  );
  const edit = editFor(table);
  const find = finder(db, table, effect.fields);
  const items = earlier.map(({ id, after }): NewItem => {
    const record = find.get(id) as Found;
    const plan = record && planValues(edit, changesOf(after), record, nowMs);
    return { ...(plan ?? { state: 'skipped', reason: 'not_found' }), id, version: record?.['version'] };
  });
  addPlanned(db, operationId, items);
}

function editFor({ name }: Table): Action {
  const edit = actionOf(name, 'edit');
  if (!edit) throw new Error(`${name} have no edit`);
  return edit;
}

/** Finds a record by its number, of its long texts only those that are asked for. */
function finder(db: Db, table: Table, fields: readonly string[]): Statement<unknown[]> {
  const { sql: columns } = selectList(table, ({ name }) => fields.includes(name));
  return prepared(db, `SELECT ${columns} FROM ${table.name} t WHERE t.id = ?`);
}

function addPlanned(db: Db, operationId: number, items: readonly NewItem[]): void {
  addItems(
    db,
    operationId,
    (
      lastSeq,
    ) => sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, before, after)
      SELECT ${operationId}, ${lastSeq} + 1 + j.key, j.value ->> '$.id', j.value ->> '$.state', j.value ->> '$.reason',
        j.value ->> '$.version', j.value ->> '$.before', j.value ->> '$.after'
      FROM json_each(${jsonText(items)}) j`,
  );
}
