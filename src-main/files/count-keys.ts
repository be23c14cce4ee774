import { owned } from './column-stats.ts';
import type { CsvShape } from './csv-dialect.ts';
import type { TextFile } from './encoding.ts';
import { scanRows } from './scan.ts';
import { textChunks } from './text-chunks.ts';

/** How many rows each id has: a first pass that looks at nothing else. */
export function countKeys(file: TextFile, shape: CsvShape, column: number): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (raw: string) => {
    const key = raw.trim();
    const count = counts.get(key);
    if (count === undefined) counts.set(owned(key), 1);
    else counts.set(key, count + 1);
  };
  if (file.hasQuotes || shape.isGuarded) countRows(file, shape, column, add);
  else countLines(file, shape, column, add);
  return counts;
}

function countRows(file: TextFile, shape: CsvShape, column: number, add: (key: string) => void): void {
  const width = shape.headers.length;
  for (const _chunk of scanRows(file, shape, (fields, place) => {
    if (fields.length === width && !place.hasBadQuote) add(fields[column] ?? '');
  })) {
    // Everything happens in the callback; the chunks only set the pace.
  }
}

/** Without a quotation mark in the file a row is a line, and the id is found without cutting the rest. */
function countLines(file: TextFile, shape: CsvShape, column: number, add: (key: string) => void): void {
  const { delimiter, newline } = shape;
  let carry = '';
  for (const { text, isLast } of textChunks(file)) {
    const input = carry + text;
    let start = 0;
    for (let end = input.indexOf(newline); end >= 0; end = input.indexOf(newline, start)) {
      addField(input, start, end, column, delimiter, add);
      start = end + 1;
    }
    carry = input.slice(start);
    if (isLast && carry !== '') addField(carry, 0, carry.length, column, delimiter, add);
  }
}

function addField(
  text: string,
  start: number,
  end: number,
  column: number,
  mark: string,
  add: (key: string) => void,
): void {
  let from = start;
  for (let skipped = 0; skipped < column; skipped++) {
    const next = text.indexOf(mark, from);
    if (next < 0 || next >= end) return;
    from = next + 1;
  }
  const next = text.indexOf(mark, from);
  add(text.slice(from, next < 0 || next > end ? end : next));
}
