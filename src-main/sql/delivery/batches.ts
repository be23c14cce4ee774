import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { BulkWay, RecordChange } from '../../../src-shared/domain/delivery.ts';
import { listOf, numbersIn } from '../json-text.ts';
import type { Db } from '../open.ts';
import { all, get, run } from '../statement.ts';

/** A batch as it was made: its deliveries by their seqs, for ever. */
export interface StoredBatch {
  readonly batchId: number;
  readonly key: string;
  readonly cursor: string | null;
  readonly seqs: readonly number[];
}

/** Makes a batch of deliveries that are in none. Its key is that of these deliveries, and of no others with the same number. */
export function makeBatch(
  db: Db,
  batch: { operationId: number; remote: string; collection: string; seqs: readonly number[] },
): StoredBatch {
  const { operationId, remote, collection, seqs } = batch;
  const chosen = JSON.stringify(seqs);
  const keys = all<{ key: string }>(
    db,
    sql`SELECT d.idempotency_key AS key FROM json_each(${chosen}) s
      CROSS JOIN deliveries d ON d.operation_id = ${operationId} AND d.seq = s.value ORDER BY s.key`,
  );
  const hash = createHash('sha256');
  for (const { key } of keys) hash.update(`${key}\n`);
  const digest = hash.digest('hex').slice(0, 24);
  const made = get<{ id: number }>(
    db,
    sql`INSERT INTO batches (operation_id, remote, collection, key, seqs)
      VALUES (${operationId}, ${remote}, ${collection}, '', ${chosen}) RETURNING id`,
  );
  if (!made) throw new Error('a batch was not stored');
  const key = `${operationId}:b${made.id}:${digest}`;
  run(db, sql`UPDATE batches SET key = ${key} WHERE id = ${made.id}`);
  run(
    db,
    sql`UPDATE deliveries SET batch_id = ${made.id}, remote_version = (SELECT m.version FROM mirror_records m
        WHERE m.collection = ${collection} AND m.record_id = deliveries.record_id)
      WHERE operation_id = ${operationId} AND seq IN ${listOf(seqs)}`,
  );
  return { batchId: made.id, key, cursor: null, seqs };
}

export function getBatch(db: Db, batchId: number): StoredBatch {
  const row = get<{ key: string; cursor: string | null; seqs: string }>(
    db,
    sql`SELECT key, cursor, seqs FROM batches WHERE id = ${batchId}`,
  );
  if (!row) throw new Error(`there is no batch ${batchId}`);
  return { batchId, key: row.key, cursor: row.cursor, seqs: numbersIn(row.seqs) };
}

/** Writes down how far the remote has come with batches. */
export function keepCursors(db: Db, cursors: readonly { batchId: number; cursor: string }[]): void {
  for (const { batchId, cursor } of cursors)
    run(db, sql`UPDATE batches SET cursor = ${cursor} WHERE id = ${batchId}`);
}

/** The bulk change that a change can be sent as; undefined if it can only be sent for single records. */
export function bulkWayOf(
  ways: readonly BulkWay[],
  collection: string,
  change: RecordChange,
): BulkWay | undefined {
  const after = change.kind === 'fields' ? change.after : { [change.kind]: '' };
  const fields = Object.keys(after).toSorted();
  const value = after[fields[0] ?? ''] ?? null;
  return ways.find(
    (way) =>
      way.collection === collection &&
      way.change === fields.join(',') &&
      (way.values === undefined ||
        (way.values === 'any_but_none' ? value !== null : way.values.includes(String(value)))),
  );
}
