import { basename } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { delimiters, type ImportInspection } from '../../src-shared/domain/import.ts';
import { createRowParser, type Dialect, namelessEnd } from './csv-rows.ts';
import { readDate } from './dates.ts';
import type { TextFile } from './encoding.ts';
import { isOwnExport } from './own-export.ts';
import { assertSeparates, separatorLine } from './separator-line.ts';
import { textChunks } from './text-chunks.ts';

export interface CsvShape extends Dialect {
  readonly headers: readonly string[];
  /** Columns behind these that have no name. */
  readonly nameless: number;
  /** Text in it was guarded against spreadsheets by our own export, and is read without the guard. */
  readonly isGuarded: boolean;
  /** Rows up to the names of the columns and with them. */
  readonly headRows: number;
  /** These rows as they stand in the file, without the last line end. */
  readonly headText: string;
}
type Delimiter = ImportInspection['delimiter'];

/** Rows that are looked at to tell the separator. */
const sampleRows = 50;

/**
 * Tells the separator, the line ends and the header from the head of the file. Throws `file_empty`, `csv_no_header`,
 * `csv_separator`.
 */
export function sniffShape(file: TextFile): CsvShape {
  const { text, isWhole } = headOf(file);
  if (text.trim() === '')
    throw new BulkheadError(
      'file_empty',
      `“${basename(file.path)}” holds nothing but empty lines. Nothing was read.`,
    );
  const newline = newlineOf(text);
  const said = separatorLine(text);
  const rest = text.slice(said?.text.length ?? 0);
  const delimiter = said?.delimiter ?? delimiterOf(rest, isWhole, newline);
  const header = rowsOf(rest, isWhole, { delimiter, newline }, 1, true)[0];
  if (!header)
    throw new BulkheadError(
      'csv_no_header',
      `“${basename(file.path)}” does not begin with a line of column names. Nothing was read.`,
    );
  const names = header.fields.map((name) => name.trim());
  const nameless = namelessEnd(names);
  const headers = names.slice(0, names.length - nameless);
  const headRows = said ? 2 : 1;
  const line = header.line + headRows - 1;
  if (said) assertSeparates(said, headers, line);
  assertNames(headers, line);
  const headText = `${said?.text ?? ''}${header.text}`;
  return { delimiter, newline, headers, nameless, isGuarded: isOwnExport(headers), headRows, headText };
}

function headOf(file: TextFile): { text: string; isWhole: boolean } {
  let text = '';
  for (const chunk of textChunks(file)) {
    text += chunk.text;
    if (text.trim() !== '' && chunk.bytesRead < file.bytes) return { text, isWhole: false };
  }
  return { text, isWhole: true };
}

/** The first line end outside quotes decides. Where `\r\n` was written as text on Windows, `\r\r\n` came of it. */
export function newlineOf(text: string): Dialect['newline'] {
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (char === '\n') return '\n';
    if (char === '\r') return /^\r+(?:\n|$)/.test(text.slice(at)) ? '\n' : '\r';
  }
  return '\n';
}

/** The separator that cuts most rows into as many fields as the header, and into the most of them. */
function delimiterOf(text: string, isWhole: boolean, newline: Dialect['newline']): Delimiter {
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of delimiters) {
    const widths = rowsOf(text, isWhole, { delimiter, newline }, sampleRows, false).map(
      ({ fields }) => fields.length,
    );
    const width = widths[0] ?? 1;
    if (width < 2) continue;
    const score =
      widths.filter((other) => other === width).length / widths.length + Math.min(width, 99) / 1000;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** The first rows; an open quote ends them early unless it is to be told. */
function rowsOf(text: string, isWhole: boolean, dialect: Dialect, limit: number, isStrict: boolean) {
  const rows: { fields: string[]; text: string; line: number }[] = [];
  const parser = createRowParser(dialect, (fields, place) => {
    if (rows.length < limit) rows.push({ fields, text: limit === 1 ? place.text() : '', line: place.line });
  });
  try {
    // Enough for the rows wanted, so that a long head is not parsed five times over.
    const head = limit === 1 ? text : text.slice(0, 65_536);
    parser.push(head, isWhole && head.length === text.length);
    if (rows.length === 0 && head.length < text.length) parser.push(text.slice(head.length), isWhole);
  } catch (cause) {
    if (isStrict && rows.length === 0) throw cause;
    if (!(cause instanceof BulkheadError) || cause.code !== 'csv_open_quote') throw cause;
  }
  return rows;
}

function assertNames(names: readonly string[], line: number): void {
  const say = (why: string) =>
    new BulkheadError('csv_no_header', `Line ${line} does not name the columns: ${why}. Nothing was read.`, {
      details: { line },
    });
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const column = index + 1;
    if (name === '') throw say(`column ${column} has no name`);
    if (/^[-+]?[\d.,]+%?$/.test(name)) throw say(`the name of column ${column} is the number ${name}`);
    if (looksLikeData(name))
      throw say(`column ${column} holds “${name.slice(0, 60)}”, which looks like data`);
    if (name === '__proto__') throw say(`“__proto__” (column ${column}) cannot be kept as a name`);
    const twin = seen.get(name);
    if (twin !== undefined) throw say(`columns ${twin} and ${column} are both called “${name.slice(0, 60)}”`);
    seen.set(name, column);
  }
}

function looksLikeData(name: string): boolean {
  if (name.length > 200 || name.includes('\n')) return true;
  if (/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(name) || /^https?:\/\//i.test(name)) return true;
  return (['iso', 'dmy', 'mdy'] as const).some((order) => readDate(name, order) !== null);
}
