import sql, { join, raw, type Sql } from 'sql-template-tag';
import { assertNever } from '../../../src-shared/domain/assert-never.ts';
import type { Db } from '../open.ts';
import { columnOf, createdColumns } from '../records/tickets.ts';
import { get, run } from '../statement.ts';
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

/** Items whose record is not at the version that was planned from fail: nobody's later edit is overwritten. */
function failChanged(db: Db, chunk: Chunk): void {
  const changed = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM items i LEFT JOIN tickets t ON t.id = i.record_id
      WHERE ${plannedIn(chunk)} AND t.version IS NOT i.base_version`,
  );
  if (!changed || changed.count === 0) return;
  run(
    db,
    sql`UPDATE items AS i SET state = 'failed', reason = 'changed_since', attempts = attempts + 1, finished_at = ${chunk.nowMs}
      WHERE ${plannedIn(chunk)} AND (SELECT t.version FROM tickets t WHERE t.id = i.record_id) IS NOT i.base_version`,
  );
}

/** Does to the records of a chunk's planned items what the operation is for; those that cannot be done fail. */
export function applyEffect(db: Db, stored: StoredOperation, chunk: Chunk): void {
  const { effect } = stored;
  if (effect.kind === 'create') return createTickets(db, chunk);
  failChanged(db, chunk);
  switch (effect.kind) {
    case 'fields':
      return touchTickets(
        db,
        chunk,
        effect.fields.map((field) => sql`${raw(columnOf(field))} = i.after ->> ${`$.${field}`}`),
      );
    case 'comment':
      touchTickets(db, chunk, []);
      run(
        db,
        sql`INSERT INTO comments (ticket_id, body, is_internal, author, created_at, operation_id)
          SELECT i.record_id, ${effect.body}, ${effect.isInternal ? 1 : 0}, ${stored.operation.actor}, ${chunk.nowMs}, i.operation_id
          FROM items i WHERE ${plannedIn(chunk)} ORDER BY i.seq`,
      );
      return;
    case 'comment_visibility':
      touchTickets(db, chunk, []);
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

/**
 * Turns the planned records of a chunk into tickets. A ticket keeps its number where that is free. One that has come
 * into the workspace since the plan fails as a duplicate, alone.
 */
function createTickets(db: Db, chunk: Chunk): void {
  run(
    db,
    sql`UPDATE items AS i SET state = 'failed', reason = 'duplicate', attempts = attempts + 1, finished_at = ${chunk.nowMs}
      FROM new_records n JOIN tickets t ON t.source = n.source AND t.external_id = n.external_id COLLATE BINARY AND t.deleted_at IS NULL
      WHERE ${plannedIn(chunk)} AND n.operation_id = i.operation_id AND n.seq = i.seq`,
  );
  const names = Object.values(createdColumns);
  run(
    db,
    sql`INSERT INTO tickets (id, ${raw(names.join(', '))}, extra, version, import_operation_id, import_seq)
      SELECT ${freeNumber}, ${raw(names.map((name) => `n.${name}`).join(', '))}, n.extra, 1, n.operation_id, n.seq
      FROM items i JOIN new_records n ON n.operation_id = i.operation_id AND n.seq = i.seq
      WHERE ${plannedIn(chunk)} ORDER BY i.seq`,
  );
  run(
    db,
    sql`UPDATE items AS i SET record_id = t.id FROM tickets t
      WHERE ${plannedIn(chunk)} AND t.import_operation_id = i.operation_id AND t.import_seq = i.seq
        AND t.import_seq BETWEEN ${chunk.fromSeq} AND ${chunk.toSeq}`,
  );
}

/** The number that a new record `n` came with, if it is one and no ticket has it; else null, and SQLite picks the next. */
const freeNumber = sql`iif(n.external_id GLOB '[1-9]*' AND NOT n.external_id GLOB '*[^0-9]*' AND length(n.external_id) <= 15
  AND NOT EXISTS (SELECT 1 FROM tickets o WHERE o.id = CAST(n.external_id AS INTEGER)), CAST(n.external_id AS INTEGER), NULL)`;

/** Sets columns of the chunk's tickets, and that they changed. */
function touchTickets(db: Db, chunk: Chunk, settings: readonly Sql[]): void {
  const assignments = join([sql`version = version + 1`, sql`updated_at = ${chunk.nowMs}`, ...settings]);
  const touched = run(
    db,
    sql`UPDATE tickets SET ${assignments} FROM items i WHERE ${plannedIn(chunk)} AND tickets.id = i.record_id`,
  );
  const planned = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM items i WHERE ${plannedIn(chunk)}`,
  );
  if (touched !== planned?.count)
    throw new Error(`${touched} tickets changed for ${planned?.count ?? 0} items`);
}
