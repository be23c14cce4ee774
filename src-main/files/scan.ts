import { unguard } from '../platform/csv-guard.ts';
import type { CsvShape } from './csv-dialect.ts';
import { createLineParser } from './csv-lines.ts';
import { createRowParser, dropNameless, type RowPlace } from './csv-rows.ts';
import type { TextFile } from './encoding.ts';
import { fillBlocks, type OnFilledRow } from './row-blocks.ts';
import { type TextChunk, textChunks } from './text-chunks.ts';

/** Tells every row below the header, chunk by chunk; rows without a single filled field are left out. */
export function* scanRows(
  file: TextFile,
  shape: CsvShape,
  onRow: OnFilledRow,
): Generator<TextChunk, void, void> {
  let headRows = 0;
  const rows = fillBlocks(shape.headers.length, (fields, place, held) => {
    if (fields[0] === '' && fields.every((field) => field === '')) return;
    if (shape.isGuarded) for (const [index, field] of fields.entries()) fields[index] = unguard(field);
    onRow(fields, place, held);
  });
  const isPlain = file.isAscii && !file.hasQuotes && !shape.isGuarded;
  const createParser = isPlain ? createLineParser : createRowParser;
  const parser = createParser(shape, (fields, place) => {
    if (headRows < shape.headRows) {
      headRows++;
      return;
    }
    dropNameless(fields, shape.headers.length, shape.nameless);
    rows.onRow(fields, place);
  });
  for (const chunk of textChunks(file)) {
    parser.push(chunk.text, chunk.isLast);
    if (chunk.isLast) rows.end();
    yield chunk;
  }
}

/** True for a header further down, where files were put together; each may bring its byte order mark, which `trim` takes for a space. */
export function isHeaderAgain(fields: readonly string[], headers: readonly string[]): boolean {
  // Nearly every row is told apart by its first field.
  if (fields[0]?.endsWith(headers[0] ?? '') !== true || fields.length !== headers.length) return false;
  return headers.every((header, index) => fields[index]?.trim() === header);
}

/** Why a row cannot be read at all, or null. */
export function unreadable(
  fields: readonly string[],
  place: RowPlace,
  headers: readonly string[],
  mayHoldNul: boolean,
): string | null {
  const width = headers.length;
  if (place.hasBadQuote) return 'There is a quotation mark in the middle of a quoted field.';
  if (fields.length !== width) return `It has ${fields.length} fields where the header has ${width}.`;
  if (isHeaderAgain(fields, headers)) return 'It is the header again, not a ticket.';
  if (!mayHoldNul) return null;
  const nul = fields.findIndex((field) => field.includes('\0'));
  return nul < 0 ? null : `Column ${nul + 1} holds a NUL character, which is not text.`;
}
