import { readableValue } from '../../src-main/sql/records/packed.ts';
import { tableOf } from '../../src-main/sql/records/table.ts';
import type { CollectionName } from '../../src-shared/collections/index.ts';
import { readDatabase } from './tickets.ts';

type Row = Readonly<Record<string, unknown>>;

/** Live records of a server's own workspace, by the number that a copy knows them by; without what is each side's own. */
export function recordsThere(folder: string, collection: CollectionName): Map<string, Row> {
  return recordsOf(
    folder,
    collection,
    `SELECT CAST(t.id AS TEXT) AS number, ${columns(collection)} FROM ${collection} t
    WHERE t.deleted_at IS NULL AND NOT EXISTS
      (SELECT 1 FROM mirror_records m WHERE m.collection = '${collection}' AND m.record_id = t.id)`,
  );
}

/** Live records of the copy that a console keeps of the remote of this name, in the same form. */
export function recordsHere(folder: string, collection: CollectionName, remote: string): Map<string, Row> {
  return recordsOf(
    folder,
    collection,
    `SELECT t.external_id AS number, ${columns(collection)} FROM ${collection} t
    WHERE t.deleted_at IS NULL AND t.source = '${remote}'`,
  );
}

function columns(collection: CollectionName): string {
  const table = tableOf(collection);
  const fields = Object.keys(table.created).filter((field) => field !== 'key' && field !== 'source');
  return fields.map((field) => `${readableValue(table, field)} AS ${field}`).join(', ');
}

function recordsOf(folder: string, collection: CollectionName, query: string): Map<string, Row> {
  const order = tableOf(collection).columns['key'] ?? '';
  const rows = readDatabase(folder, (db) =>
    db.prepare(`${query} ORDER BY CAST(number AS INTEGER), t.${order}`).all(),
  );
  return new Map((rows as { number: string }[]).map(({ number, ...row }) => [number, row]));
}
