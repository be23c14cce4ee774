import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import { assertNever } from '../../../src-shared/domain/assert-never.ts';
import type { Reason } from '../../../src-shared/domain/item.ts';
import type { Db } from '../open.ts';
import { insertRecords } from '../records/insert.ts';
import { packArchived } from '../records/packed.ts';
import { renewPieces } from '../records/pieces.ts';
import { isStaged, stagedValue } from '../records/staged.ts';
import { columnOf, type Table, tableOf } from '../records/table.ts';
import { get, run } from '../statement.ts';
import { heldValue, holds } from './item-values.ts';
import type { StoredOperation } from './operations.ts';

/** A range of an operation's items that is applied in one transaction. */
export interface Chunk {
  readonly operationId: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly nowMs: number;
}

/** The planned items of a chunk, as a condition on `i`. */
export function plannedIn(chunk: Chunk): Sql {
  return sql`i.operation_id = ${chunk.operationId} AND i.seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq} AND i.state = 'planned'`;
}

/** What an item of a chunk is set to when its record was changed. */
export function doneIn(chunk: Chunk): Sql {
  return sql`state = 'done', attempts = attempts + 1, finished_at = ${chunk.nowMs}`;
}

/** Sets the planned items of a chunk to failed; with a condition on `i`, those of them of which it is true. */
export function failItems(db: Db, chunk: Chunk, reason: Reason, which: Sql = sql`TRUE`): void {
  run(
    db,
    sql`UPDATE items AS i SET state = 'failed', reason = ${reason}, attempts = attempts + 1, finished_at = ${chunk.nowMs}
      WHERE ${plannedIn(chunk)} AND ${which}`,
  );
}

/** Items whose record is not at the version that was planned from fail: nobody's later edit is overwritten. */
function failChanged(db: Db, table: Table, chunk: Chunk): void {
  const changed = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM items i LEFT JOIN ${raw(table.name)} t ON t.id = i.record_id
      WHERE ${plannedIn(chunk)} AND t.version IS NOT i.base_version`,
  );
  if (!changed || changed.count === 0) return;
  const version = sql`(SELECT t.version FROM ${raw(table.name)} t WHERE t.id = i.record_id)`;
  failItems(db, chunk, 'changed_since', sql`${version} IS NOT i.base_version`);
}

/** Does to the records of a chunk's planned items what the operation is for; those that cannot be done fail. */
export function applyEffect(db: Db, stored: StoredOperation, chunk: Chunk): void {
  const { effect, operation } = stored;
  const table = tableOf(operation.collection);
  if (effect.kind === 'create') return createRecords(db, table, chunk);
  failChanged(db, table, chunk);
  switch (effect.kind) {
    case 'fields':
      touchRecords(db, table, chunk, [
        ...effect.fields.map((field) => assigned(table, field, effect.isSparse)),
        ...(effect.erase ?? []).map((field) => emptied(table, field)),
      ]);
      return followUp(db, table, chunk, [...effect.fields, ...(effect.erase ?? [])]);
    case 'comment':
      touchRecords(db, table, chunk, []);
      run(
        db,
        sql`INSERT INTO comments (ticket_id, body, is_internal, author, created_at, operation_id)
          SELECT i.record_id, ${effect.body}, ${effect.isInternal ? 1 : 0}, ${operation.actor}, ${chunk.nowMs}, i.operation_id
          FROM items i WHERE ${plannedIn(chunk)} ORDER BY i.seq`,
      );
      return;
    case 'comment_visibility':
      touchRecords(db, table, chunk, []);
      run(
        db,
        sql`UPDATE comments SET hidden_at = ${effect.isVisible ? null : chunk.nowMs}
          WHERE operation_id = ${effect.of} AND ticket_id IN (SELECT i.record_id FROM items i WHERE ${plannedIn(chunk)})`,
      );
      return;
    case 'export':
      throw new Error('an export has no chunks');
    default:
      assertNever(effect);
  }
}

/** Brings what follows from a record's fields in line with those that were written. */
function followUp(db: Db, table: Table, chunk: Chunk, written: readonly string[]): void {
  const ids = sql`SELECT i.record_id FROM items i WHERE ${plannedIn(chunk)}`;
  if (written.includes('status')) packArchived(db, table, ids);
  if (written.includes('chunks')) renewPieces(db, table, ids);
}

/** A field gets what the item holds for it. What a sparse one does not hold stays as it is. */
function assigned(table: Table, field: string, isSparse = false): Sql {
  const column = columnOf(table, field);
  const value = heldValue('i.after', field);
  const own = raw(`${table.name}.${column}`);
  return sql`${raw(column)} = ${isSparse ? sql`iif(${holds('i.after', field)}, ${value}, ${own})` : value}`;
}

/** What is in a field is gone for good; what is not there stays so. */
function emptied(table: Table, field: string): Sql {
  const column = raw(columnOf(table, field));
  const empty = fieldOf(table.collection, field)?.kind === 'number' ? 0 : '';
  return sql`${column} = iif(${column} IS NULL, NULL, ${empty})`;
}

/**
 * Turns the planned records of a chunk into real ones, and their items into done ones. Each keeps its number where that is free. One that has come
 * into the workspace since the plan fails as a duplicate, alone.
 */
function createRecords(db: Db, table: Table, chunk: Chunk): void {
  const fields = Object.entries(table.created);
  insertRecords(db, table, {
    columns: [...fields.map(([, column]) => column), 'extra, version, import_operation_id, import_seq'].join(
      ', ',
    ),
    values: sql`${join(fields.map(([field]) => stagedValue(table, field)))}, ${isStaged(table) ? raw('n.extra') : sql`'{}'`},
      1, i.operation_id, i.seq`,
    from: sql`FROM items i ${isStaged(table) ? sql`JOIN new_records n ON n.operation_id = i.operation_id AND n.seq = i.seq` : empty}
      WHERE ${plannedIn(chunk)}`,
    order: raw('i.seq'),
    key: stagedValue(table, 'key'),
    isMade: raw('o.import_operation_id = i.operation_id AND o.import_seq = i.seq'),
    whereKnown: 'leave',
  });
  run(
    db,
    sql`UPDATE items AS i SET record_id = t.id, ${doneIn(chunk)} FROM ${raw(table.name)} t
      WHERE ${plannedIn(chunk)} AND t.import_operation_id = i.operation_id AND t.import_seq = i.seq
        AND t.import_seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq}`,
  );
  failItems(db, chunk, 'duplicate');
}

/** Sets columns of the chunk's records, and that they changed. */
function touchRecords(db: Db, table: Table, chunk: Chunk, settings: readonly Sql[]): void {
  const assignments = join([sql`version = version + 1`, sql`updated_at = ${chunk.nowMs}`, ...settings]);
  const name = raw(table.name);
  const touched = run(
    db,
    sql`UPDATE ${name} SET ${assignments} FROM items i WHERE ${plannedIn(chunk)} AND ${name}.id = i.record_id`,
  );
  const planned = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM items i WHERE ${plannedIn(chunk)}`,
  );
  if (touched !== planned?.count)
    throw new Error(`${touched} ${table.name} changed for ${planned?.count ?? 0} items`);
}
