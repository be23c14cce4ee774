import sql from 'sql-template-tag';
import type { FieldValue } from '../../../src-shared/domain/condition.ts';
import type { RejectedRow } from '../../../src-shared/domain/import.ts';
import { actionOf } from '../../actions/index.ts';
import { type EditedRow, planEdit } from '../../actions/plan-edit.ts';
import { type PackedRows, unpackRows } from '../../platform/packed-rows.ts';
import { jsonText } from '../json-text.ts';
import type { Db } from '../open.ts';
import { readableValue } from '../records/packed.ts';
import { type Table, tableOf } from '../records/table.ts';
import { prepared, run } from '../statement.ts';
import { getOperation } from './operations.ts';
import { addItems } from './plan.ts';
import { rejectRows } from './rejected-rows.ts';

/**
 * Adds rows of an edited export to a draft: each is an item that holds the cells in which it differs from its record, or
 * says why it is left alone; those that cannot be taken are rejected. `fields` are what the cells of a row stand for; the
 * draft's effect names those that differ in any row.
 */
export function planEdits(
  db: Db,
  args: {
    operationId: number;
    fields: readonly string[];
    rows: PackedRows<EditedRow>;
    rejected: readonly RejectedRow[];
    nowMs: number;
  },
): void {
  const { operationId, fields, nowMs } = args;
  db.transaction(() => {
    const { operation, effect } = getOperation(db, { id: operationId });
    const table = tableOf(operation.collection);
    const edit = actionOf(table.name, 'edit');
    if (effect.kind !== 'fields' || !edit) throw new Error(`"${operation.title}" edits no fields`);
    const find = prepared(db, selectRecord(table, fields));
    const rejected = [...args.rejected];
    const items: object[] = [];
    const changed = new Set(effect.fields);
    for (const row of unpackRows(args.rows)) {
      const record = find.get(row.id) as Record<string, FieldValue> | undefined;
      const plan = planEdit(edit, table.collection, fields, row, record, nowMs);
      if (plan.state === 'rejected') {
        rejected.push({ line: row.line, reason: plan.reason, text: row.text });
        continue;
      }
      const after = plan.state === 'planned' ? plan.after : null;
      for (const field of Object.keys(after ?? {})) changed.add(field);
      items.push({ id: row.id, version: record?.['version'], ...plan });
    }
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
    rejectRows(db, { operationId, rejected });
    const named = { ...effect, fields: fields.filter((field) => changed.has(field)) };
    run(db, sql`UPDATE operations SET effect = ${JSON.stringify(named)} WHERE id = ${operationId}`);
  }).immediate();
}

/** A record by its number, of its long texts only those that are asked for. */
function selectRecord(table: Table, fields: readonly string[]): string {
  const wanted = table.collection.fields.filter(
    ({ name, kind }) => kind !== 'long_text' || fields.includes(name),
  );
  const columns = wanted.map(({ name }) => `${readableValue(table, name)} AS ${name}`);
  return `SELECT ${columns.join(', ')} FROM ${table.name} t WHERE t.id = ?`;
}
