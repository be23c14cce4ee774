import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import type { ExportFormat } from '../../actions/export-format.ts';
import { type CsvPage, cellEndByte, rowEnd } from '../../platform/csv-page.ts';
import type { Db } from '../open.ts';
import { get } from '../statement.ts';
import { readableValue } from './packed.ts';
import { type Table, tableOf } from './table.ts';
import { selectedIds } from './views.ts';
import { fromWhere, matchExpression } from './where.ts';

/** Rows per page: few enough to die young; larger pages cost more in garbage collection than they save in calls. */
const pageSize = 500;

interface RowShape {
  readonly fields: readonly string[];
  readonly format?: ExportFormat | undefined;
  /** Not in CSV: long texts and foreign fields as well. */
  readonly hasDetails?: boolean | undefined;
}

/**
 * The selected records as rows of the fields asked for, in order of their numbers, a page at a time. The caller holds
 * a transaction open for as long as it reads, so that all pages show the same moment.
 */
export function* exportPages(
  db: Db,
  args: { collection: string; selection: Selection; nowMs: number } & RowShape,
): Generator<CsvPage> {
  const { selection } = args;
  const table = tableOf(args.collection);
  const line = rowOf(table, args);
  if (
    selection.mode === 'filter' &&
    selection.except.length === 0 &&
    matchExpression(selection.filter.text) === ''
  ) {
    // One walk along the table, whatever the filter: picking an index would sort again for every page.
    const from = fromWhere(table, selection.filter, args.nowMs, raw('NOT INDEXED'));
    for (let after = 0; ; ) {
      const page = readPage(db, line, sql`${from} AND t.id > ${after} ORDER BY t.id LIMIT ${pageSize}`);
      if (!page) return;
      yield page;
      giveBack(page);
      if (page.rows < pageSize) return;
      after = page.lastId;
    }
  }
  // A filter says itself whether it means deleted records; of picked ones, those are left out that were deleted since.
  const isMeant = selection.mode === 'filter' ? empty : sql`AND t.deleted_at IS NULL`;
  const ids = selectedIds(db, args);
  for (let from = 0; from < ids.length; from += pageSize) {
    const wanted = JSON.stringify(Array.from(ids.subarray(from, from + pageSize)));
    const source = sql`FROM json_each(${wanted}) w JOIN ${raw(table.name)} t ON t.id = w.value ${isMeant} ORDER BY t.id`;
    const page = readPage(db, line, source);
    if (!page) continue;
    yield page;
    giveBack(page);
  }
}

/** Frees a page at once: left to the garbage collector, they pile up to tens of megabytes. */
function giveBack({ cells }: CsvPage): void {
  cells.buffer.transfer(0);
}

/** The rows of a source over a table's alias `t` that says their order, or null when it has none. */
function readPage(db: Db, line: Sql, source: Sql): (CsvPage & { readonly lastId: number }) | null {
  // SQLite joins the lines in the order of the inner query. Asked for in `group_concat` itself, it would sort them again.
  const page = get<{ rows: number; lastId: number; cells: Buffer<ArrayBuffer> | null }>(
    db,
    sql`SELECT count(*) AS rows, max(id) AS lastId, CAST(group_concat(line, '') AS BLOB) AS cells
      FROM (SELECT t.id, ${line} AS line ${source})`,
  );
  return page?.cells ? { ...page, cells: page.cells } : null;
}

function rowOf(table: Table, shape: RowShape): Sql {
  switch (shape.format) {
    case 'json':
      return raw(`concat(',', char(10), ${jsonRow(table, shape)})`);
    case 'ndjson':
      return raw(`concat(${jsonRow(table, shape)}, char(10))`);
    default:
      return lineOf(table, shape.fields);
  }
}

/** A row as one text. Constants stand in the text of the statement: bound, they would be fetched anew for every row. */
function lineOf(table: Table, fields: readonly string[]): Sql {
  const cellEnd = `x'${cellEndByte.toString(16)}'`;
  const cells = fields.map((field) => `${readableValue(table, field)}, ${cellEnd}`);
  return raw(`concat(${cells.join(', ')}, '${rowEnd}')`);
}

/** A row as a JSON object, times in ISO 8601. Its text holds no line break. */
function jsonRow(table: Table, { fields, hasDetails = false }: RowShape): string {
  const { collection } = table;
  const details = hasDetails ? collection.fields.filter(({ kind }) => kind === 'long_text') : [];
  const names = new Set([...fields, ...details.map(({ name }) => name)]);
  const pairs = [...names].map((name) => {
    const value = readableValue(table, name);
    const isTime = fieldOf(collection, name)?.kind === 'time';
    return `'${name}', ${isTime ? `strftime('%Y-%m-%dT%H:%M:%fZ', ${value} / 1000.0, 'unixepoch')` : value}`;
  });
  if (hasDetails) pairs.push(`'extra', json(t.extra)`);
  return `json_object(${pairs.join(', ')})`;
}
