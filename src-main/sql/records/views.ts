import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { CollectionRecord } from '../../../src-shared/collections/record.ts';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { type Facet, facetLimit, type Query } from '../../../src-shared/contract/records.ts';
import type { Filter } from '../../../src-shared/domain/filter.ts';
import type { Selection } from '../../../src-shared/domain/selection.ts';
import { assertHasItems } from '../care/retention.ts';
import { listOf } from '../json-text.ts';
import type { Db } from '../open.ts';
import { all, get } from '../statement.ts';
import { gridColumns } from './select-list.ts';
import { columnOf, tableOf } from './table.ts';
import { fromWhere, narrowHint, orderBy } from './where.ts';

interface Selected {
  readonly collection: string;
  readonly selection: Selection;
}

interface At {
  /** The moment against which relative times of a filter are resolved. */
  readonly nowMs: number;
}

/** The first records of a query. */
export function firstRecords(db: Db, args: { query: Query; limit: number } & At): CollectionRecord[] {
  const { filter, sort, collection } = args.query;
  const table = tableOf(collection);
  // The narrow index is in id order: the first matches are found on the way, without sorting.
  const hint = sort.field === 'id' ? narrowHint(table, filter, 2) : empty;
  return all<CollectionRecord>(
    db,
    sql`SELECT ${gridColumns(table)} ${fromWhere(table, filter, args.nowMs, hint)} ${orderBy(table, sort, filter)} LIMIT ${args.limit}`,
  );
}

/** The ids of all records of a query, in its order. */
export function orderedIds(db: Db, args: { query: Query } & At): Float64Array {
  const { filter, sort, collection } = args.query;
  const table = tableOf(collection);
  return pluckIds(
    db,
    sql`SELECT t.id ${fromWhere(table, filter, args.nowMs)} ${orderBy(table, sort, filter)}`,
  );
}

/** The ids that a selection stands for, ascending, each once. Ids that do not exist are kept: a plan says so of them. */
export function selectedIds(db: Db, args: Selected & At): Float64Array {
  const { selection } = args;
  switch (selection.mode) {
    case 'ids':
      return Float64Array.from(new Set(selection.ids)).sort();
    case 'filter': {
      const ids = pluckIds(
        db,
        sql`SELECT t.id ${fromWhere(tableOf(args.collection), selection.filter, args.nowMs)}`,
      ).sort();
      if (selection.except.length === 0) return ids;
      const except = new Set(selection.except);
      return ids.filter((id) => !except.has(id));
    }
    case 'items':
      assertIsOf(db, selection.operationId, args.collection);
      assertHasItems(db, selection.operationId);
      return pluckIds(
        db,
        sql`SELECT DISTINCT record_id AS id FROM items WHERE operation_id = ${selection.operationId} AND record_id IS NOT NULL
          AND seq > ${selection.after ?? 0}
          AND (state IN ${listOf(selection.states)}
            OR seq IN (SELECT seq FROM deliveries WHERE operation_id = ${selection.operationId}
              AND state IN ${listOf(selection.deliveries ?? [])}))`,
      ).sort();
  }
}

/** Throws `invalid_request` where an operation was on records of another collection: their numbers say nothing here. */
function assertIsOf(db: Db, operationId: number, collection: string): void {
  const other = get<{ title: string; collection: string }>(
    db,
    sql`SELECT title, collection FROM operations WHERE id = ${operationId} AND collection <> ${collection}`,
  );
  if (!other) return;
  throw new BulkheadError(
    'invalid_request',
    `"${other.title}" was done to ${other.collection}, not to ${collection}. Nothing was planned.`,
  );
}

/** What a query answers as `id`, in its order. It comes as one text: a million values would take several times the memory. */
function pluckIds(db: Db, query: Sql): Float64Array {
  const answer = get<{ count: number; digits: Buffer<ArrayBuffer> | null }>(
    db,
    sql`SELECT count(*) AS count, CAST(group_concat(id, ',') AS BLOB) AS digits FROM (${query})`,
  );
  const ids = new Float64Array(answer?.count ?? 0);
  const digits = answer?.digits;
  if (!digits) return ids;
  let id = 0;
  for (let at = 0, count = 0; at <= digits.length; at += 1) {
    const byte = digits[at] ?? comma;
    if (byte === comma) {
      ids[count++] = id;
      id = 0;
    } else id = id * 10 + byte - zero;
  }
  digits.buffer.transfer(0);
  return ids;
}

const comma = 44;
const zero = 48;

export function countRecords(db: Db, args: { collection: string; filter: Filter } & At): number {
  const table = tableOf(args.collection);
  const hint = narrowHint(table, args.filter, 2);
  return (
    get<{ count: number }>(
      db,
      sql`SELECT count(*) AS count ${fromWhere(table, args.filter, args.nowMs, hint)}`,
    )?.count ?? 0
  );
}

/** How many records of a selection an export would write, and how many it would leave out and why. */
export interface ExportCounts {
  readonly planned: number;
  readonly deleted: number;
  readonly notFound: number;
}

/** A filter says itself whether it means deleted records; of picked ones, those are left out that were deleted since. */
export function countToExport(db: Db, args: Selected & At): ExportCounts {
  const { collection, selection, nowMs } = args;
  if (selection.mode === 'filter') {
    const { filter, except } = selection;
    const planned =
      except.length === 0 ? countRecords(db, { collection, filter, nowMs }) : selectedIds(db, args).length;
    return { planned, deleted: 0, notFound: 0 };
  }
  const ids = JSON.stringify(Array.from(selectedIds(db, args)));
  const counts = get<{ picked: number; found: number; deleted: number }>(
    db,
    sql`SELECT count(*) AS picked, count(t.id) AS found, count(t.deleted_at) AS deleted
      FROM json_each(${ids}) w LEFT JOIN ${raw(tableOf(collection).name)} t ON t.id = w.value`,
  ) ?? { picked: 0, found: 0, deleted: 0 };
  const { picked, found, deleted } = counts;
  return { planned: found - deleted, deleted, notFound: picked - found };
}

/** How often each value of each field occurs within a filter; the most frequent. */
export function facetRecords(
  db: Db,
  args: { collection: string; filter: Filter; fields: readonly string[] } & At,
): Facet[] {
  const table = tableOf(args.collection);
  const hint = narrowHint(table, args.filter, 1);
  return args.fields.map((field) => ({
    field,
    values: all<{ value: string | null; count: number }>(
      db,
      sql`SELECT t.${raw(columnOf(table, field))} AS value, count(*) AS count ${fromWhere(table, args.filter, args.nowMs, hint)}
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${facetLimit}`,
    ),
  }));
}
