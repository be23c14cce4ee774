import sql, { raw, type Sql } from 'sql-template-tag';
import type { Selection } from '../../src-shared/domain/selection.ts';
import type { Db } from './open.ts';
import { prepared } from './statement.ts';
import { columnOf } from './tickets.ts';
import { selectedIds } from './views.ts';
import { fromWhere, matchExpression } from './where.ts';

/** Rows per page: few enough to die young; larger pages cost more in garbage collection than they save in calls. */
const pageSize = 500;

export type ExportRow = (string | number | null)[];

/**
 * The selected tickets as rows of the fields asked for, in order of their numbers, a page at a time. The caller holds
 * a transaction open for as long as it reads, so that all pages show the same moment.
 */
export function* exportPages(
  db: Db,
  args: { selection: Selection; fields: readonly string[]; nowMs: number },
): Generator<ExportRow[]> {
  const columns = raw([...args.fields.map((field) => `t.${columnOf(field)}`), 't.id'].join(', '));
  const { selection } = args;
  if (
    selection.mode === 'filter' &&
    selection.except.length === 0 &&
    matchExpression(selection.filter.text) === ''
  ) {
    // One walk along the table, whatever the filter: picking an index would sort again for every page.
    const from = fromWhere(selection.filter, args.nowMs, raw('NOT INDEXED'));
    for (let after = 0; ; ) {
      const rows = page(
        db,
        sql`SELECT ${columns} ${from} AND t.id > ${after} ORDER BY t.id LIMIT ${pageSize}`,
      );
      after = Number(rows.at(-1)?.at(-1) ?? after);
      yield withoutId(rows);
      if (rows.length < pageSize) return;
    }
  }
  const ids = selectedIds(db, args);
  for (let from = 0; from < ids.length; from += pageSize) {
    const wanted = JSON.stringify(Array.from(ids.subarray(from, from + pageSize)));
    const rows = page(
      db,
      sql`SELECT ${columns} FROM json_each(${wanted}) w JOIN tickets t ON t.id = w.value ORDER BY t.id`,
    );
    yield withoutId(rows);
  }
}

function page(db: Db, query: Sql): ExportRow[] {
  return prepared(db, query.sql)
    .raw()
    .all(...query.values) as ExportRow[];
}

/** Drops the last column, by which pages are found. */
function withoutId(rows: ExportRow[]): ExportRow[] {
  for (const row of rows) row.pop();
  return rows;
}
