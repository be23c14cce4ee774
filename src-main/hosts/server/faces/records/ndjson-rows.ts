import { readNdjson, refusedLine } from '../../../../files/ndjson.ts';
import { csvLine } from '../../../../platform/csv.ts';

/**
 * NDJSON as CSV, so that a body of any length takes little memory. The columns are the fields of the first line. Throws
 * as `readNdjson`, and `invalid_request` that names the line for other fields than these, for fields that are not among
 * `known`, and for what is no plain value.
 */
export async function* ndjsonAsCsv(
  body: AsyncIterable<Buffer>,
  known: readonly string[],
): AsyncGenerator<Buffer> {
  let columns: readonly string[] | null = null;
  for await (const rows of readNdjson(body)) {
    let text = '';
    for (const { line, row } of rows) {
      if (columns === null) text += headerOf(line, row, known);
      columns ??= Object.keys(row);
      text += rowOf(line, row, columns);
    }
    if (text !== '') yield Buffer.from(text);
  }
}

function headerOf(line: number, record: Readonly<Record<string, unknown>>, known: readonly string[]): string {
  const unknown = Object.keys(record).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refusedLine(line, `has an unknown field "${unknown.slice(0, 60)}"`);
  return csvLine(Object.keys(record));
}

function rowOf(line: number, record: Readonly<Record<string, unknown>>, columns: readonly string[]): string {
  const unknown = Object.keys(record).find((name) => !columns.includes(name));
  if (unknown !== undefined)
    throw refusedLine(line, `has a field "${unknown.slice(0, 60)}" that the first line has not`);
  const cells = columns.map((column) => {
    const value: unknown = record[column] ?? '';
    if (typeof value !== 'string' && typeof value !== 'number')
      throw refusedLine(line, `has neither a text nor a number in "${column}"`);
    // JSON reads a longer number as another one: two ids would become the same.
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
      throw refusedLine(line, `has a number in "${column}" that is too long to be kept: write it as a text`);
    return value;
  });
  // Not for a spreadsheet: every text stays as it came.
  return csvLine(cells, { isGuarded: false });
}
