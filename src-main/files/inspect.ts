import { basename } from 'node:path';
import { collectionNames } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ImportInspection } from '../../src-shared/domain/import.ts';
import {
  addValue,
  type ColumnStats,
  createColumnStats,
  owned,
  settle,
  toInspectedColumn,
} from './column-stats.ts';
import { type CsvShape, sniffShape } from './csv-dialect.ts';
import { sniffEncoding, type TextFile } from './encoding.ts';
import { matchHeaders } from './header-names.ts';
import { isMissing } from './missing.ts';
import { notesOf } from './notes.ts';
import { whyNoExport } from './own-export.ts';
import { proposeMapping } from './propose.ts';
import { isHeaderAgain, scanRows, unreadable } from './scan.ts';

/** What one pass over a file found, columns aside. */
export interface FileFacts {
  rows: number;
  /** Rows whose id an earlier row has too. */
  repeated: number;
  ids: number;
  raggedCount: number;
  raggedLines: number[];
  /** Rows of which the last columns were left out, and are read as empty. */
  shortCount: number;
  shortLines: number[];
  badQuoteLines: number[];
  nulLines: number[];
  headerLines: number[];
  replacementCharacters: number;
}
/** What an inspection found that reading the same file needs to know again. */
export interface Inspected {
  readonly inspection: ImportInspection;
  readonly file: TextFile;
  /** How many rows each id of a column has; null where rows are not to be brought together by their ids. */
  readonly keys: { readonly column: number; readonly counts: ReadonlyMap<string, number> } | null;
}
export type OnBytes = (bytes: number, total: number) => void;

/** Share of the rows above which differing field counts are the file's fault rather than a few rows'. */
const maxRaggedShare = 0.05;
const listedLines = 5;

/** Reads the whole file once and proposes how to import it. Throws `file_*` and `csv_*` errors. */
export function inspectFile(path: string, onBytes: OnBytes): Inspected {
  const file = sniffEncoding(path);
  const shape = sniffShape(file);
  const matches = matchHeaders(shape.headers);
  const keyColumn = [...matches].find(([, field]) => field === 'key')?.[0] ?? -1;
  const columns = shape.headers.map((header, index) => {
    const field = matches.get(index);
    return createColumnStats(
      index,
      header,
      field === 'createdAt' || field === 'updatedAt' || isDateName(header),
    );
  });
  const { facts, rowsOfId } = readAll(file, shape, columns, keyColumn, onBytes);
  assertEven(facts, shape.headers.length);
  const { mapping, dates } = proposeMapping(file, columns, matches, facts);
  const inspection: ImportInspection = {
    name: basename(path),
    bytes: file.bytes,
    encoding: file.encoding,
    delimiter: shape.delimiter,
    rows: facts.rows,
    columns: columns.map(toInspectedColumn),
    proposed: mapping,
    exportOf: collectionNames.filter((name) => whyNoExport(name, shape.headers) === null),
    ...notesOf({ file, columns, facts, mapping, dates, isGuarded: shape.isGuarded }),
  };
  const keys = mapping.repeatedIds === 'events' ? { column: keyColumn, counts: rowsOfId } : null;
  return { inspection, file, keys };
}

function readAll(
  file: TextFile,
  shape: CsvShape,
  columns: ColumnStats[],
  keyColumn: number,
  onBytes: OnBytes,
): { facts: FileFacts; rowsOfId: Map<string, number> } {
  const width = shape.headers.length;
  const counts: FileFacts = {
    rows: 0,
    repeated: 0,
    ids: 0,
    raggedCount: 0,
    raggedLines: [],
    shortCount: 0,
    shortLines: [],
    badQuoteLines: [],
    nulLines: [],
    headerLines: [],
    replacementCharacters: 0,
  };
  const rowsOfId = new Map<string, number>();
  let lastId = '';
  let run = 0;
  const rows = scanRows(file, shape, (fields, place, held) => {
    counts.rows++;
    const { line } = place;
    if (!place.hasBadQuote && isHeaderAgain(fields, shape.headers)) {
      counts.headerLines.push(line);
      return;
    }
    if (place.hasBadQuote || fields.length !== width || file.mayHoldNul) {
      if (unreadable(fields, place, shape.headers, file.mayHoldNul) !== null) {
        noteBadRow(counts, line, place.hasBadQuote, fields.length !== width);
        return;
      }
    }
    if (held < width) {
      counts.shortCount++;
      if (counts.shortLines.length < listedLines) counts.shortLines.push(line);
    }
    for (const column of columns) addValue(column, fields[column.index] ?? '', line);
    if (keyColumn < 0) return;
    const id = fields[keyColumn] ?? '';
    if (id !== lastId) {
      addRows(rowsOfId, lastId, run);
      lastId = id;
      run = 0;
    }
    run++;
  });
  for (const { text, bytesRead } of rows) {
    if (!file.isAscii) counts.replacementCharacters += countReplacements(text);
    onBytes(bytesRead, file.bytes);
  }
  for (const column of columns) settle(column);
  addRows(rowsOfId, lastId, run);
  counts.ids = rowsOfId.size;
  for (const count of rowsOfId.values()) counts.repeated += count - 1;
  return { facts: counts, rowsOfId };
}

function addRows(rowsOfId: Map<string, number>, id: string, count: number): void {
  if (isMissing(id)) return;
  const key = id.trim();
  const known = rowsOfId.get(key);
  rowsOfId.set(known === undefined ? owned(key) : key, (known ?? 0) + count);
}

function noteBadRow(counts: FileFacts, line: number, hasBadQuote: boolean, isRagged: boolean): void {
  if (!hasBadQuote && isRagged) counts.raggedCount++;
  const lines = hasBadQuote ? counts.badQuoteLines : isRagged ? counts.raggedLines : counts.nulLines;
  if (!isRagged || hasBadQuote || lines.length < listedLines) lines.push(line);
}

function assertEven({ rows, raggedCount, raggedLines }: FileFacts, width: number): void {
  if (raggedCount <= rows * maxRaggedShare) return;
  // In a file of a few rows, one slip is a slip.
  if (raggedCount < 3 && raggedCount * 2 <= rows) return;
  const more = raggedCount > raggedLines.length ? ' and more' : '';
  throw new BulkheadError(
    'csv_ragged',
    `${raggedCount} of ${rows} rows do not have the ${width} fields that the header names: ` +
      `line ${raggedLines.join(', ')}${more}. Nothing was read.`,
    { details: { lines: raggedLines.map(String) } },
  );
}

function isDateName(header: string): boolean {
  return /(_at|_on|date|time)$/i.test(header);
}

function countReplacements(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\uFFFD'); at >= 0; at = text.indexOf('\uFFFD', at + 1)) count++;
  return count;
}
