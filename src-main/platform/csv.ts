import { guard } from './csv-guard.ts';

export interface CsvOptions {
  readonly delimiter?: ',' | ';' | '\t' | '|';
  /** Neutralise text that a spreadsheet would run. On unless said otherwise; numbers are never touched. */
  readonly isGuarded?: boolean;
}

/** Text may be guarded; numbers are written as they are; null is empty. */
export type CsvCell = string | number | null;

export const byteOrderMark = '\uFEFF';

const needsQuotes = {
  ',': /[",\r\n]/,
  ';': /[";\r\n]/,
  '\t': /["\t\r\n]/,
  '|': /["|\r\n]/,
} as const;

/** Text that is written as it is: most cells are, and one look decides. */
const isPlain = {
  ',': /^[A-Za-z0-9][^",\r\n\0\uD800-\uDFFF]*$/,
  ';': /^[A-Za-z0-9][^";\r\n\0\uD800-\uDFFF]*$/,
  '\t': /^[A-Za-z0-9][^"\t\r\n\0\uD800-\uDFFF]*$/,
  '|': /^[A-Za-z0-9][^"|\r\n\0\uD800-\uDFFF]*$/,
} as const;

/** One row by RFC 4180, with its CRLF. */
export function csvLine(cells: readonly CsvCell[], options?: CsvOptions): string {
  return `${csvRow(cells, options)}\r\n`;
}

/** One row without a line end. Text is quoted only where it must be. */
export function csvRow(cells: readonly CsvCell[], options: CsvOptions = {}): string {
  const delimiter = options.delimiter ?? ',';
  const quotes = needsQuotes[delimiter];
  const plain = isPlain[delimiter];
  const isGuarded = options.isGuarded ?? true;
  let line = '';
  for (const [index, cell] of cells.entries()) {
    if (index > 0) line += delimiter;
    if (typeof cell === 'string') line += plain.test(cell) ? cell : textCell(cell, quotes, isGuarded);
    else if (cell !== null) line += cell;
  }
  // A row of one empty cell would read as an empty line.
  return line === '' ? '""' : line;
}

/** One cell of text, guarded, as it stands in a row. */
export function csvText(text: string): string {
  return textCell(text, needsQuotes[','], true);
}

function textCell(raw: string, quotes: RegExp, isGuarded: boolean): string {
  const kept = raw.replaceAll('\0', '\uFFFD').toWellFormed();
  const text = isGuarded ? guard(kept) : kept;
  return quotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
