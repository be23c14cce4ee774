import sql, { empty, join, type Sql } from 'sql-template-tag';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { RejectedRow } from '../../src-shared/domain/import.ts';
import { Changes, type Item, type ItemState, type Reason } from '../../src-shared/domain/item.ts';
import type { Db } from './open.ts';
import { getOperation } from './operations.ts';
import { all, prepared, run } from './statement.ts';
import { addTally, countItems } from './tallies.ts';

/** A record of a file as an item: `after` holds its fields, `payload` what is kept beside them, both as JSON. */
export interface NewItem {
  readonly key: string;
  readonly source: string;
  readonly after: string;
  readonly payload: string;
}

/** Adds records read from a file to a draft; those that the workspace has already are skipped as duplicates. */
export function planCreate(
  db: Db,
  args: { operationId: number; records: readonly NewItem[]; rejected: readonly RejectedRow[] },
): void {
  db.transaction(() => {
    const { lastSeq, operation } = getOperation(db, { id: args.operationId });
    if (operation.state !== 'draft')
      throw new BulkheadError('wrong_state', 'The import has been started already.');
    const find = prepared(
      db,
      'SELECT id FROM tickets WHERE source = ? AND external_id = ? AND deleted_at IS NULL',
    ).pluck();
    const insert = prepared(
      db,
      `INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, after, payload)
        VALUES (?, ?, ?, ?, ?, 0, ?, ?)`,
    );
    let seq = lastSeq;
    for (const record of args.records) {
      seq += 1;
      const existing = find.get(record.source, record.key) as number | undefined;
      const outcome = existing === undefined ? ['planned', null] : ['skipped', 'duplicate'];
      insert.run(args.operationId, seq, existing ?? null, ...outcome, record.after, record.payload);
    }
    const reject = prepared(
      db,
      'INSERT INTO rejected_rows (operation_id, line, reason, text) VALUES (?, ?, ?, ?)',
    );
    for (const row of args.rejected) reject.run(args.operationId, row.line, row.reason, row.text);
    run(
      db,
      sql`UPDATE operations SET last_seq = ${seq}, rejected = rejected + ${args.rejected.length} WHERE id = ${args.operationId}`,
    );
    for (const tally of countItems(db, args.operationId, lastSeq + 1, seq))
      addTally(db, args.operationId, tally);
  }).immediate();
}

interface ItemRow extends Omit<Item, 'before' | 'after'> {
  before: string | null;
  after: string | null;
}

/** Items of an operation in order of seq, after `after`. */
export function listItems(
  db: Db,
  args: {
    operationId: number;
    states: readonly ItemState[];
    reasons: readonly Reason[];
    after: number;
    limit: number;
  },
): { items: Item[]; hasMore: boolean } {
  const rows = all<ItemRow>(
    db,
    sql`SELECT i.seq, i.record_id AS recordId, coalesce(t.external_id, i.after ->> '$.key', i.record_id, '') || '' AS recordKey,
        coalesce(t.subject, i.after ->> '$.subject', '') AS recordTitle, i.state, i.reason, i.before, i.after, i.attempts,
        i.finished_at AS finishedAt
      FROM items i LEFT JOIN tickets t ON t.id = i.record_id
      WHERE i.operation_id = ${args.operationId} AND i.seq > ${args.after}
        ${isOneOf('state', args.states)} ${isOneOf('reason', args.reasons)}
      ORDER BY i.seq LIMIT ${args.limit + 1}`,
  );
  const items = rows
    .slice(0, args.limit)
    .map((row) => ({ ...row, before: changesOf(row.before), after: changesOf(row.after) }));
  return { items, hasMore: rows.length > args.limit };
}

function isOneOf(column: 'state' | 'reason', values: readonly string[]): Sql {
  if (values.length === 0) return empty;
  const list = join([...values]);
  return column === 'state' ? sql`AND i.state IN (${list})` : sql`AND i.reason IN (${list})`;
}

function changesOf(json: string | null): Changes | null {
  return json === null ? null : Changes.parse(JSON.parse(json));
}

/** Rejected lines of an import, in file order, after line `after`. */
export function listRejected(
  db: Db,
  args: { operationId: number; after: number; limit: number },
): { rows: RejectedRow[]; hasMore: boolean } {
  const rows = all<RejectedRow>(
    db,
    sql`SELECT line, reason, text FROM rejected_rows WHERE operation_id = ${args.operationId} AND line > ${args.after}
      ORDER BY line LIMIT ${args.limit + 1}`,
  );
  return { rows: rows.slice(0, args.limit), hasMore: rows.length > args.limit };
}

/** What operations did to a record, latest first. */
export function listTouches(db: Db, args: { recordId: number }) {
  const rows = all<{
    operationId: number;
    title: string;
    actor: string;
    finishedAt: number;
    before: string | null;
    after: string | null;
  }>(
    db,
    sql`SELECT o.id AS operationId, o.title, o.actor, i.finished_at AS finishedAt, i.before, i.after
      FROM items i JOIN operations o ON o.id = i.operation_id
      WHERE i.record_id = ${args.recordId} AND i.state = 'done' ORDER BY o.id DESC LIMIT 200`,
  );
  return rows.map((row) => ({ ...row, before: changesOf(row.before), after: changesOf(row.after) }));
}
