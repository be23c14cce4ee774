import { basename } from 'node:path';
import { type CollectionName, collections } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { RejectedRow } from '../../src-shared/domain/import.ts';
import type { EditedRow } from '../actions/plan-edit.ts';
import { editableFields } from '../actions/shared/edit.ts';
import { sniffShape } from './csv-dialect.ts';
import { sniffEncoding } from './encoding.ts';
import type { EditBatch, OpenedExport } from './import-batches.ts';
import { whyNoExport } from './own-export.ts';
import { readBatches } from './read-rows.ts';

/** Where a row says what: indexes of columns, -1 where there is none. */
interface Places {
  readonly id: number;
  readonly version: number;
  readonly key: number;
  readonly source: number;
  readonly cells: readonly number[];
}

/** Begins to read an export that somebody has edited. Throws `not_an_export`, and `file_*` and `csv_*` errors. */
export function openExport(
  path: string,
  collection: CollectionName,
): { opened: OpenedExport; batches: Generator<EditBatch, void, void> } {
  const file = sniffEncoding(path);
  const shape = sniffShape(file);
  const { headers } = shape;
  const fields = editableFields(collection).filter((field) => headers.includes(field));
  const why = whyNoExport(collection, headers);
  if (why !== null)
    throw new BulkheadError(
      'not_an_export',
      `“${basename(path)}” is no export of ${collections[collection].many}: ${why}. Nothing was changed.`,
    );
  const places = {
    id: headers.indexOf('id'),
    version: headers.indexOf('version'),
    key: headers.indexOf('key'),
    source: headers.indexOf('source'),
    cells: fields.map((field) => headers.indexOf(field)),
  };
  const opened = {
    totalBytes: file.bytes,
    header: shape.headText,
    encoding: file.encoding,
    fields,
    hasKeys: headers.includes('key'),
    // Without a mark nothing says that it was saved as UTF-8.
    isLossy: file.encoding === 'windows-1252' || (file.isAscii && file.bomBytes === 0),
  };
  const writer = createEditWriter();
  const lines = new Map<number, number>();
  const taker = {
    take: (row: readonly string[], line: number, text: () => string, held: number) => {
      const read = readEdits({ row, held }, places, lines, line, text);
      if ('reason' in read) writer.reject({ line, reason: read.reason, text: text() });
      else writer.take(read);
    },
    keep() {},
    finish() {},
  };
  return { opened, batches: readBatches(file, shape, writer, taker) };
}

/** What a row says, or why it says nothing. Takes down which record it is about in `lines`. */
function readEdits(
  { row, held }: { readonly row: readonly string[]; readonly held: number },
  places: Places,
  lines: Map<number, number>,
  line: number,
  text: () => string,
): EditedRow | { readonly reason: string } {
  const id = wholeNumber(row[places.id]);
  if (id === null) return { reason: 'It has no number in “id”.' };
  const version = wholeNumber(row[places.version]);
  if (version === null) return { reason: 'It has no number in “version”.' };
  const first = lines.get(id);
  if (first !== undefined) return { reason: `The number ${id} is already used on line ${first}.` };
  lines.set(id, line);
  return {
    line,
    text: text(),
    id,
    version,
    key: places.key < 0 ? null : (row[places.key] ?? ''),
    source: places.source < 0 ? null : (row[places.source] ?? ''),
    cells: places.cells.map((column) => (column < held ? (row[column] ?? '') : null)),
  };
}

function wholeNumber(cell = ''): number | null {
  return /^[1-9]\d{0,14}$/.test(cell.trim()) ? Number(cell) : null;
}

function createEditWriter() {
  let records: EditedRow[] = [];
  let rejected: RejectedRow[] = [];
  return {
    size: () => records.length + rejected.length,
    take: (row: EditedRow) => void records.push(row),
    reject: (row: RejectedRow) => void rejected.push(row),
    flush(bytesRead: number, isEnd: boolean): EditBatch {
      const batch = { records, rejected, bytesRead, isEnd };
      records = [];
      rejected = [];
      return batch;
    },
  };
}
