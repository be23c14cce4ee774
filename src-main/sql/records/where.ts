import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { fieldOf } from '../../../src-shared/collections/field.ts';
import { tickets } from '../../../src-shared/collections/tickets.ts';
import { type Condition, lowerAscii, toEpochMs } from '../../../src-shared/domain/condition.ts';
import type { Filter, Sort } from '../../../src-shared/domain/filter.ts';
import { columnOf, rankOf } from './tickets.ts';

/** A condition as SQL over the table alias `t`: the set-based form of `matches` in `src-shared/domain/condition.ts`. */
export function conditionSql(condition: Condition, nowMs: number): Sql {
  const column = raw(`t.${columnOf(condition.field)}`);
  const kind = fieldOf(tickets, condition.field)?.kind;
  const isNumeric = kind === 'time' || kind === 'number';
  switch (condition.op) {
    case 'in': {
      const isIn = isNumeric
        ? sql`CAST(${column} AS TEXT) IN (${join(condition.values)})`
        : kind === 'choice'
          ? // Choices are stored in lower case; asked for as they are stored, so that an index serves.
            sql`${column} IN (${join(condition.values.map(lowerAscii))})`
          : sql`${column} COLLATE NOCASE IN (${join(condition.values)})`;
      return condition.not ? sql`(${column} IS NULL OR NOT ${isIn})` : isIn;
    }
    case 'empty':
      return condition.not
        ? sql`(${column} IS NOT NULL AND ${column} <> '')`
        : sql`(${column} IS NULL OR ${column} = '')`;
    case 'before':
      return isNumeric ? sql`${column} < ${toEpochMs(condition.moment, nowMs)}` : sql`FALSE`;
    case 'after':
      return isNumeric ? sql`${column} >= ${toEpochMs(condition.moment, nowMs)}` : sql`FALSE`;
  }
}

/** Fields that `tickets_narrow` holds. */
const narrowFields = new Set([
  'status',
  'priority',
  'category',
  'assignee',
  'channel',
  'createdAt',
  'updatedAt',
]);

/**
 * The hint to read `tickets_narrow` from end to end, for a filter that it covers. SQLite does not think of it by itself.
 * One condition alone is faster by its own index when tickets are only counted.
 */
export function narrowHint(filter: Filter, fewestConditions: number): Sql {
  const isCovered = filter.conditions.every(({ field }) => narrowFields.has(field));
  const isWorth = filter.conditions.length >= fewestConditions && isCovered && !filter.deleted;
  return isWorth ? raw('INDEXED BY tickets_narrow') : empty;
}

/**
 * A filter as the whole `FROM … WHERE …` over tickets `t`. Only a filter with text touches the full-text index. `hint`
 * tells SQLite which index to take, for a filter without text.
 */
export function fromWhere(filter: Filter, nowMs: number, hint: Sql = empty): Sql {
  const conditions = [
    filter.deleted ? sql`t.deleted_at IS NOT NULL` : sql`t.deleted_at IS NULL`,
    ...filter.conditions.map((condition) => conditionSql(condition, nowMs)),
  ];
  const words = matchExpression(filter.text);
  if (words === '') return sql`FROM tickets t ${hint} WHERE ${join(conditions, ' AND ')}`;
  return sql`FROM tickets_fts f CROSS JOIN tickets t ON t.id = f.rowid
    WHERE f.tickets_fts MATCH ${words} AND ${join(conditions, ' AND ')}`;
}

/** Every word as a prefix, every quoted phrase as it stands. Empty when the text holds nothing to look for. */
export function matchExpression(text: string): string {
  const terms: string[] = [];
  // FTS5 reads its expression up to the first NUL.
  for (const [, phrase, word] of text.replaceAll('\0', ' ').matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    const term = phrase ?? word ?? '';
    if (!/[\p{L}\p{N}]/u.test(term)) continue;
    terms.push(phrase === undefined ? `"${term}"*` : `"${term}"`);
  }
  return terms.join(' ');
}

/** Sort order; the id makes it total, in the direction in which an index can be walked. */
export function orderBy(sort: Sort, filter: Filter): Sql {
  const direction = raw(sort.direction === 'desc' ? 'DESC' : 'ASC');
  if (sort.field === 'id') {
    return matchExpression(filter.text) === ''
      ? sql`ORDER BY t.id ${direction}`
      : sql`ORDER BY f.rowid ${direction}`;
  }
  return sql`ORDER BY ${raw(rankOf(sort.field))} ${direction}, t.id ${direction}`;
}
