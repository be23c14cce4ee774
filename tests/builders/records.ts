import type { Db } from '../../src-main/sql/open.ts';
import { columnOf, type Table } from '../../src-main/sql/records/table.ts';
import type { FieldValue } from '../../src-shared/domain/condition.ts';

/** A record of any collection by its fields. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** Fields that a row may not leave empty. */
const needed: ReadonlySet<string> = new Set(['subject', 'description', 'title', 'payload', 'customer']);

/** A record with defaults for what does not matter: the first of every choice, zeros, and texts that name it. */
export function makeRecord({ collection }: Table, id: number, fields: Fields = {}): Fields {
  const defaults = collection.fields.map(({ name, kind, choices }): [string, FieldValue] => {
    if (kind === 'choice') return [name, choices?.[0]?.value ?? ''];
    if (kind === 'number') return [name, 0];
    return [name, needed.has(name) ? `${collection.one} ${id}` : null];
  });
  const own = {
    id,
    key: String(id),
    source: 'test',
    createdAt: 1_000 + id,
    updatedAt: 2_000 + id,
    version: 1,
  };
  return { ...Object.fromEntries(defaults), ...own, ...fields };
}

/** Puts records in the table behind the console's back. */
export function insertRecords(db: Db, table: Table, records: readonly Fields[]): void {
  const fields = ['id', ...Object.keys(table.created), 'deletedAt', 'version'];
  const insert = db.prepare(
    `INSERT INTO ${table.name} (${fields.map((field) => columnOf(table, field)).join(', ')})
      VALUES (${fields.map(() => '?').join(', ')})`,
  );
  db.transaction(() => {
    for (const record of records) insert.run(...fields.map((field) => record[field] ?? null));
  })();
}
