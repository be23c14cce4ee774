import sql, { raw } from 'sql-template-tag';
import type { RejectedRow } from '../../../src-shared/domain/import.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';
import { type PackedRows, unpackRows } from '../../platform/packed-rows.ts';
import { jsonText } from '../json-text.ts';
import type { Db } from '../open.ts';
import { isStaged } from '../records/staged.ts';
import { tableOf } from '../records/table.ts';
import { prepared } from '../statement.ts';
import { getOperation } from './operations.ts';
import { addItems } from './plan.ts';
import { rejectRows } from './rejected-rows.ts';

/** A record that an import would create, with the columns of a ticket; `extra` and `events` are JSON. */
export interface NewRecord {
  readonly key: string;
  readonly source: string;
  readonly subject: string;
  readonly description: string;
  readonly status: string;
  readonly priority: string;
  readonly category: string | null;
  readonly assignee: string | null;
  readonly requester: string | null;
  readonly channel: string | null;
  readonly product: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly extra: string;
  readonly events: string | null;
}

/** Adds tickets read from a file to a draft; those that the workspace has already are skipped as duplicates. */
export function planCreate(
  db: Db,
  args: { operationId: number; records: PackedRows<NewRecord>; rejected: readonly RejectedRow[] },
): void {
  const { operationId, records } = args;
  db.transaction(() => {
    addItems(db, operationId, (lastSeq) => {
      stage(db, operationId, lastSeq, records);
      return sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version)
        SELECT n.operation_id, n.seq, t.id, iif(t.id IS NULL, 'planned', 'skipped'), iif(t.id IS NULL, NULL, 'duplicate'), 0
        FROM new_records n LEFT JOIN tickets t ON t.source = n.source AND t.external_id = n.external_id COLLATE BINARY
          AND t.deleted_at IS NULL
        WHERE n.operation_id = ${operationId} AND n.seq > ${lastSeq} ORDER BY n.seq`;
    });
    rejectRows(db, args);
  }).immediate();
}

function stage(db: Db, operationId: number, lastSeq: number, records: PackedRows<NewRecord>): void {
  const keep = prepared(
    db,
    `INSERT INTO new_records (operation_id, seq, external_id, source, subject, description, status, priority, category,
        assignee, requester, channel, product, created_at, updated_at, extra, events)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  let seq = lastSeq;
  for (const r of unpackRows(records)) {
    seq += 1;
    const who = [r.category, r.assignee, r.requester, r.channel, r.product];
    const what = [r.key, r.source, r.subject, r.description, r.status, r.priority];
    keep.run(operationId, seq, ...what, ...who, r.createdAt, r.updatedAt, r.extra, r.events);
  }
}

/**
 * Adds records to be created, by their fields, to a draft; those that the workspace already has are skipped as
 * duplicates. Tickets come with extra columns and events, and are added by `planCreate`.
 */
export function planNew(db: Db, args: { operationId: number; records: readonly Changes[] }): void {
  const { operationId, records } = args;
  const table = tableOf(getOperation(db, { id: operationId }).operation.collection);
  if (isStaged(table)) throw new Error(`new ${table.name} are staged`);
  addItems(
    db,
    operationId,
    (lastSeq) => sql`INSERT INTO items (operation_id, seq, record_id, state, reason, base_version, after)
      SELECT ${operationId}, ${lastSeq} + 1 + j.key, t.id, iif(t.id IS NULL, 'planned', 'skipped'),
        iif(t.id IS NULL, NULL, 'duplicate'), 0, j.value
      FROM json_each(${jsonText(records)}) j LEFT JOIN ${raw(table.name)} t ON t.source = j.value ->> '$.source'
        AND t.external_id = (j.value ->> '$.key') COLLATE BINARY AND t.deleted_at IS NULL`,
  );
}
