import Papa from 'papaparse';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ImportInspection } from '../../src-shared/domain/import.ts';
import { formatNumber } from '../../src-shared/domain/number-words.ts';

export interface Dialect {
  readonly delimiter: ImportInspection['delimiter'];
  /** What ends a row. With `\n` carriage returns before it belong to the line end. */
  readonly newline: '\n' | '\r';
}

/** Where the row that is being told stands; the same object every time, so read it at once. */
export interface RowPlace {
  /** The line on which the row begins, from 1. */
  line: number;
  /** A quotation mark stands where none may: the fields are a guess. */
  hasBadQuote: boolean;
  /** A line end stands behind it. */
  isEnded: boolean;
  /** The row as it stands in the file, without its line end. */
  text(): string;
}
export type OnRow = (fields: string[], place: RowPlace) => void;

export interface RowParser {
  /** Parses the next chunk and tells every row that is complete. Throws `csv_open_quote` and `csv_long_line`. */
  push(text: string, isLast: boolean): void;
}

/** How many columns behind the last name of a header have none: those of a sheet that are empty. */
export function namelessEnd(names: readonly string[]): number {
  const last = names.findLastIndex((name) => name !== '');
  return names.length - 1 - Math.max(last, 0);
}

/** Leaves out the fields of columns without a name, where the row has all of these and nothing is in them. */
export function dropNameless(fields: string[], width: number, nameless: number): void {
  if (nameless === 0 || fields.length !== width + nameless) return;
  if (fields.every((field, at) => at < width || field === '')) fields.length = width;
}

/** Beyond this, in characters, a row is none; one with a quotation mark is taken for one that was never closed. */
export const maxRowLength = 16_000_000;

/**
 * Is there still too little of what goes on to look at all of it again, as long as it may be a row? With twice as much
 * each time a long row costs its length, and not the square of it.
 */
export function isTooLittle(more: number, held: number): boolean {
  return more < held && held + more <= maxRowLength;
}

/** Cuts text into rows chunk by chunk, counting lines as an editor does. Empty lines are left out. */
export function createRowParser(dialect: Dialect, onRow: OnRow): RowParser {
  const { newline } = dialect;
  let line = 1;
  let carry = '';
  let more = '';
  let input = '';
  let hasQuotes = false;
  let start = 0;
  let end = 0;
  const place: RowPlace = {
    line: 1,
    hasBadQuote: false,
    isEnded: true,
    text: () => withoutLineEnd(input.slice(start, end)),
  };

  const parser = new Papa.Parser({
    delimiter: dialect.delimiter,
    newline,
    step: ({ data, errors, meta }: Papa.ParseStepResult<string[][]>) => {
      const fields = data[0] ?? [];
      end = meta.cursor;
      place.line = line;
      place.hasBadQuote = errors.length > 0;
      place.isEnded = input[end - 1] === newline;
      if (errors[0]) assertClosed(errors[0]);
      if (newline === '\n') dropCarriageReturns(fields, input, end, dialect.delimiter);
      if (fields.length > 1 || fields[0]?.trim() !== '') onRow(fields, place);
      line += hasQuotes ? countOf(newline, input, start, end) : 1;
      start = end;
    },
  });

  /** A stray quotation mark costs its row; one whose field runs on into the next line may have swallowed rows. */
  function assertClosed({ code, index = start }: Papa.ParseError): void {
    if (code !== 'MissingQuotes' && !fieldText(input, index, dialect).includes(newline)) return;
    throw openQuote(line + countOf(newline, input, start, index));
  }

  return {
    push(text, isLast) {
      more += text;
      if (!isLast && isTooLittle(more.length, carry.length)) return;
      input = carry + more;
      more = '';
      hasQuotes = input.includes('"');
      start = 0;
      parser.parse(input, 0, !isLast);
      carry = isLast ? '' : input.slice(start);
      if (carry.length > maxRowLength) throw hasQuotes ? openQuote(line) : longLine(line);
    },
  };
}

function openQuote(line: number): BulkheadError {
  return new BulkheadError(
    'csv_open_quote',
    `A quotation mark opens on line ${line} and is not closed properly, so the end of that row cannot be found. Nothing was read.`,
    { details: { line } },
  );
}

export function longLine(line: number): BulkheadError {
  return new BulkheadError(
    'csv_long_line',
    `Line ${line} is longer than ${formatNumber(maxRowLength)} characters, which no ticket is. Nothing was read.`,
    { details: { line } },
  );
}

/** The text of a quoted field up to the mark that closes it by the parser's rules, or to the end. */
function fieldText(input: string, from: number, { delimiter, newline }: Dialect): string {
  for (let at = input.indexOf('"', from); at >= 0; at = input.indexOf('"', at + 2)) {
    if (input[at + 1] === '"') continue;
    const rest = input.slice(at + 1, at + 200);
    const next = rest.trimStart()[0];
    const isAtLineEnd = rest.includes(newline) && rest.slice(0, rest.indexOf(newline)).trim() === '';
    if (next === undefined || next === delimiter || rest.startsWith(delimiter) || isAtLineEnd) {
      return input.slice(from, at);
    }
  }
  return input.slice(from);
}

/** Rows are cut at `\n`: carriage returns before it are a part of the line end, unless they stand in quotes. */
function dropCarriageReturns(fields: string[], input: string, end: number, delimiter: string): void {
  const last = fields[fields.length - 1];
  if (last === undefined || !last.endsWith('\r')) return;
  const until = input[end - 1] === '\n' ? end - 1 : end;
  const from = until - last.length;
  if (input.slice(from, until) !== last) return;
  if (fields.length > 1 && input[from - 1] !== delimiter) return;
  if (fields.length === 1 && input[from - 1] === '"') return;
  fields[fields.length - 1] = withoutReturns(last);
}

function countOf(mark: string, text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf(mark, from); at >= 0 && at < to; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

function withoutLineEnd(text: string): string {
  return withoutReturns(text.endsWith('\n') ? text.slice(0, -1) : text);
}

function withoutReturns(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\r') end--;
  return text.slice(0, end);
}
