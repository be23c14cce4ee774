import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { type Choice, fieldOf } from '../../../src-shared/collections/field.ts';
import { type Condition, lowerAscii, toEpochMs } from '../../../src-shared/domain/condition.ts';
import type { Filter, Sort } from '../../../src-shared/domain/filter.ts';
import { hasPieces } from './pieces.ts';
import { columnOf, rankOf, type Table } from './table.ts';

/** A condition as SQL over a table's alias `t`: the set-based form of `matches` in `src-shared/domain/condition.ts`. */
export function conditionSql(table: Table, condition: Condition, nowMs: number): Sql {
  const column = raw(`t.${columnOf(table, condition.field)}`);
  const { kind, choices } = fieldOf(table.collection, condition.field) ?? {};
  const isNumeric = kind === 'time' || kind === 'number';
  switch (condition.op) {
    case 'in': {
      const isIn = isNumeric
        ? sql`CAST(${column} AS TEXT) IN (${join(condition.values)})`
        : kind === 'choice'
          ? // Asked for as they are stored, so that an index serves.
            sql`${column} IN (${join(condition.values.map((value) => asStored(choices ?? [], value)))})`
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

/** A choice in the letters in which it is stored. */
function asStored(choices: readonly Choice[], value: string): string {
  return choices.find((choice) => lowerAscii(choice.value) === lowerAscii(value))?.value ?? value;
}

/**
 * The hint to read `…_narrow` from end to end, for a filter that it covers. SQLite does not think of it by itself.
 * One condition alone is faster by its own index when records are only counted.
 */
export function narrowHint(table: Table, filter: Filter, fewestConditions: number): Sql {
  const isCovered = filter.conditions.every(({ field }) => table.narrow.has(field));
  const isWorth = filter.conditions.length >= fewestConditions && isCovered && !filter.deleted;
  return isWorth ? raw(`INDEXED BY ${table.name}_narrow`) : empty;
}

/**
 * A filter as the whole `FROM … WHERE …` over a table's alias `t`. Only a filter with text touches the full-text index. `hint`
 * tells SQLite which index to take, for a filter without text.
 */
export function fromWhere(table: Table, filter: Filter, nowMs: number, hint: Sql = empty): Sql {
  const conditions = [
    filter.deleted ? sql`t.deleted_at IS NOT NULL` : sql`t.deleted_at IS NULL`,
    ...filter.conditions.map((condition) => conditionSql(table, condition, nowMs)),
  ];
  const words = matchExpression(filter.text);
  const name = raw(table.name);
  if (words === '') return sql`FROM ${name} t ${hint} WHERE ${join(conditions, ' AND ')}`;
  if (hasPieces(table)) {
    return sql`FROM ${name} t WHERE t.id IN (SELECT rowid FROM ${name}_fts WHERE ${name}_fts MATCH ${words}
      UNION SELECT c.video_id FROM video_chunks_fts f JOIN video_chunks c ON c.id = f.rowid WHERE f.video_chunks_fts MATCH ${words})
      AND ${join(conditions, ' AND ')}`;
  }
  return sql`FROM ${name}_fts f CROSS JOIN ${name} t ON t.id = f.rowid
    WHERE f.${name}_fts MATCH ${words} AND ${join(conditions, ' AND ')}`;
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
export function orderBy(table: Table, sort: Sort, filter: Filter): Sql {
  const direction = raw(sort.direction === 'desc' ? 'DESC' : 'ASC');
  if (sort.field === 'id') {
    return matchExpression(filter.text) === '' || hasPieces(table)
      ? sql`ORDER BY t.id ${direction}`
      : sql`ORDER BY f.rowid ${direction}`;
  }
  return sql`ORDER BY ${raw(rankOf(table, sort.field))} ${direction}, t.id ${direction}`;
}
