import sql, { type Sql } from 'sql-template-tag';
import { z } from 'zod';

/**
 * A value as JSON for SQLite to take apart. Half of a surrogate pair becomes U+FFFD, as in a text that is bound by itself:
 * SQLite would make bytes of it that are no UTF-8.
 */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\\ud') ? JSON.stringify(value, wellFormed) : json;
}

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

const Numbers = z.array(z.int().positive());

/** Numbers of records or items, as they are stored. */
export function numbersIn(json: string): number[] {
  return Numbers.parse(JSON.parse(json));
}

/** What stands behind `IN`: one parameter, and so one statement, however many values there are. */
export function listOf(values: readonly (string | number)[]): Sql {
  return sql`(SELECT value FROM json_each(${jsonText(values)}))`;
}
