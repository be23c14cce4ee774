import type { Statement } from 'better-sqlite3';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from './open.ts';

/** Filters make texts without end; the oldest are prepared again when they come back. */
const maxCached = 500;

const cache = new WeakMap<Db, Map<string, Statement<unknown[]>>>();

/** The prepared statement for a text; prepared once per connection. Texts must not hold values. */
export function prepared(db: Db, text: string): Statement<unknown[]> {
  let statements = cache.get(db);
  if (!statements) {
    statements = new Map();
    cache.set(db, statements);
  }
  let statement = statements.get(text);
  if (!statement) {
    statement = db.prepare<unknown[]>(text);
    statements.set(text, statement);
    const [oldest] = statements.keys();
    if (statements.size > maxCached && oldest !== undefined) statements.delete(oldest);
  }
  return statement;
}

/** All rows of a query. The caller names the row's shape, which the table definition guarantees. */
export function all<Row>(db: Db, query: Sql): Row[] {
  return prepared(db, query.sql).all(...query.values) as Row[];
}

/** Up to `limit` rows of a query that says its order, and whether there are more. */
export function page<Row>(
  db: Db,
  query: Sql,
  { limit, offset = 0 }: { readonly limit: number; readonly offset?: number },
): { rows: Row[]; hasMore: boolean } {
  const rows = all<Row>(db, sql`${query} LIMIT ${limit + 1} OFFSET ${offset}`);
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

/** The first row of a query, or undefined. */
export function get<Row>(db: Db, query: Sql): Row | undefined {
  return prepared(db, query.sql).get(...query.values) as Row | undefined;
}

/** Runs a statement and answers how many rows it changed. */
export function run(db: Db, query: Sql): number {
  return prepared(db, query.sql).run(...query.values).changes;
}

/** States as what stands behind `IN`. They are in the text of the statement: none is a value that it would be planned anew for. */
export function statesIn(states: readonly string[]): Sql {
  return raw(`('${states.join("', '")}')`);
}
