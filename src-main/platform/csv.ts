import { isFormula } from './csv-guard.ts';

export { guard, unguard } from './csv-guard.ts';

/** What was changed on the way into the file and has to be said. */
export interface CsvCounts {
  /** Cells that were given an apostrophe so that no spreadsheet runs them. */
  guarded: number;
  /** NUL characters that became U+FFFD. */
  nuls: number;
  /** Cells with half a surrogate pair, which became U+FFFD. */
  malformed: number;
}

export interface CsvOptions {
  readonly delimiter?: ',' | ';' | '\t' | '|';
  /** Neutralise text that a spreadsheet would run. On unless said otherwise; numbers are never touched. */
  readonly isGuarded?: boolean;
  /** Counted up while encoding. */
  readonly counts?: CsvCounts;
}

/** Text may be guarded; numbers and truth are written as they are; null and undefined are empty. */
export type CsvCell = string | number | bigint | boolean | null | undefined;

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

export function createCsvCounts(): CsvCounts {
  return { guarded: 0, nuls: 0, malformed: 0 };
}

/** One row by RFC 4180, with its CRLF. */
export function csvLine(cells: readonly CsvCell[], options?: CsvOptions): string {
  return `${csvRow(cells, options)}\r\n`;
}

/** One row without a line end. Null and undefined are empty cells; text is quoted only where it must be. */
export function csvRow(cells: readonly CsvCell[], options: CsvOptions = {}): string {
  const delimiter = options.delimiter ?? ',';
  const quotes = needsQuotes[delimiter];
  const plain = isPlain[delimiter];
  const isGuarded = options.isGuarded ?? true;
  let line = '';
  for (let index = 0; index < cells.length; index++) {
    if (index > 0) line += delimiter;
    const cell = cells[index];
    if (typeof cell === 'string') {
      line += plain.test(cell) ? cell : textCell(cell, quotes, isGuarded, options.counts);
    } else if (typeof cell === 'number') line += cell;
    else if (cell !== null && cell !== undefined) line += plainCell(cell, quotes);
  }
  // A row of one empty cell would read as an empty line.
  return line === '' ? '""' : line;
}

/** One cell of text, guarded, as it stands in a row. */
export function csvText(text: string): string {
  return textCell(text, needsQuotes[','], true, undefined);
}

/** Many rows as one text. */
export function encodeRows(rows: readonly (readonly CsvCell[])[], options: CsvOptions = {}): string {
  let text = '';
  for (const row of rows) text += csvLine(row, options);
  return text;
}

function textCell(raw: string, quotes: RegExp, isGuarded: boolean, counts: CsvCounts | undefined): string {
  let text = raw;
  if (text.includes('\0') || !text.isWellFormed()) text = cleaned(text, counts);
  if (isGuarded && isFormula(text)) {
    if (counts) counts.guarded++;
    text = `'${text}`;
  }
  return quotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cleaned(text: string, counts: CsvCounts | undefined): string {
  const parts = text.split('\0');
  if (counts) {
    counts.nuls += parts.length - 1;
    if (!text.isWellFormed()) counts.malformed++;
  }
  return parts.join('\uFFFD').toWellFormed();
}

function plainCell(cell: number | bigint | boolean, quotes: RegExp): string {
  const text = String(cell);
  return quotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
