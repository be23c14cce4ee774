import { csvLine } from '../../../../platform/csv.ts';
import { ApiError } from '../http/api-error.ts';

/** A line longer than this is no record. */
const maxLineBytes = 4 * 1024 * 1024;
const newline = 10;

/**
 * NDJSON as CSV, a line at a time, so that a body of any length takes little memory. Bytes become text only as whole lines.
 * The columns are the fields of the first line. Throws 422 that names the line for what is no object of these fields with
 * plain values, or of fields that are not among `known`.
 */
export async function* ndjsonAsCsv(
  body: AsyncIterable<Buffer>,
  known: readonly string[],
): AsyncGenerator<Buffer> {
  let columns: readonly string[] | null = null;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  let rest: Buffer = Buffer.alloc(0);

  function toRow(bytes: Buffer): string {
    line += 1;
    let text: string;
    try {
      text = decoder.decode(bytes).trim();
    } catch {
      throw refused(line, 'is not UTF-8');
    }
    if (text === '') return '';
    const record = parse(line, text);
    const header = columns === null ? headerOf(line, record, known) : '';
    columns ??= Object.keys(record);
    return header + rowOf(line, record, columns);
  }

  for await (const chunk of body) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const rows: string[] = [];
    let from = 0;
    for (let at = rest.indexOf(newline); at !== -1; at = rest.indexOf(newline, from)) {
      rows.push(toRow(rest.subarray(from, at)));
      from = at + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > maxLineBytes) throw refused(line + 1, `is longer than ${maxLineBytes} bytes`);
    if (rows.length > 0) yield Buffer.from(rows.join(''));
  }
  if (rest.length > 0) yield Buffer.from(toRow(rest));
}

function headerOf(line: number, record: Readonly<Record<string, unknown>>, known: readonly string[]): string {
  const unknown = Object.keys(record).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refused(line, `has an unknown field "${unknown.slice(0, 60)}"`);
  return csvLine(Object.keys(record));
}

function rowOf(line: number, record: Readonly<Record<string, unknown>>, columns: readonly string[]): string {
  const unknown = Object.keys(record).find((name) => !columns.includes(name));
  if (unknown !== undefined)
    throw refused(line, `has a field "${unknown.slice(0, 60)}" that the first line has not`);
  const cells = columns.map((column) => {
    const value: unknown = record[column] ?? '';
    if (typeof value !== 'string' && typeof value !== 'number')
      throw refused(line, `has neither a text nor a number in "${column}"`);
    // JSON reads a longer number as another one: two ids would become the same.
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
      throw refused(line, `has a number in "${column}" that is too long to be kept: write it as a text`);
    return value;
  });
  // Not for a spreadsheet: every text stays as it came.
  return csvLine(cells, { isGuarded: false });
}

function parse(line: number, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(line, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refused(line, 'is not an object');
  return Object.fromEntries(Object.entries(value));
}

function refused(line: number, problem: string): ApiError {
  return new ApiError(422, 'invalid_request', `Line ${line} ${problem}. Nothing was changed.`, {
    details: { line },
  });
}
