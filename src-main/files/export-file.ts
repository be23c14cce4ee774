import { isUtf8 } from 'node:buffer';
import { basename, dirname } from 'node:path';
import { fieldOf } from '../../src-shared/collections/field.ts';
import { collectionOf } from '../../src-shared/collections/index.ts';
import type { ExportedFile } from '../../src-shared/domain/operation.ts';
import type { ExportFormat } from '../actions/export-format.ts';
import { openChosen, removeStaleTemps } from '../platform/atomic-file.ts';
import { byteOrderMark, csvLine } from '../platform/csv.ts';
import { type CellKind, type CsvPage, createPageEncoder, type PageEncoder } from '../platform/csv-page.ts';

export interface ExportTarget {
  readonly collection: string;
  readonly path: string;
  readonly columns: readonly string[];
  readonly hasBom: boolean;
  readonly format?: ExportFormat | undefined;
}

export interface ExportWatch {
  readonly isStopped: () => boolean;
  /** Told after every page how many rows are written. */
  readonly onRows: (rows: number) => void;
}

/**
 * Writes pages of rows, as CSV: names of fields first, times as ISO 8601 in UTC, text that a spreadsheet would run
 * neutralised; or as a JSON array, or an object a line. Answers null, leaving nothing behind, when it is stopped. Throws `disk_full` or `target_not_writable`.
 */
export async function writeExport(
  target: ExportTarget,
  pages: Iterable<CsvPage>,
  watch: ExportWatch,
): Promise<ExportedFile | null> {
  const file = openChosen(target.path);
  // What a process that was killed left half-written in the same folder.
  removeStaleTemps(dirname(target.path));
  const { head, tail, encodePage } = encodingOf(target);
  let rows = 0;
  let written: Promise<void> = Promise.resolve();
  try {
    file.write(head);
    for (const page of pages) {
      if (watch.isStopped()) {
        await written;
        file.abort();
        return null;
      }
      const lines = encodePage(page);
      await written;
      written = file.writeBehind(lines);
      rows += page.rows;
      watch.onRows(rows);
    }
    await written;
    if (tail !== '') file.write(tail);
    file.commit();
    return { path: target.path, name: basename(target.path), rows, bytes: file.bytes };
  } catch (error) {
    // The write that is still out must end before its file is closed; why the export failed is known already.
    await written.catch(() => undefined);
    file.abort();
    throw error;
  }
}

function kindOf(collection: string, column: string): CellKind {
  const kind = fieldOf(collectionOf(collection), column)?.kind;
  return kind === 'time' || kind === 'number' ? kind : 'text';
}

interface Encoding {
  readonly head: string;
  readonly tail: string;
  readonly encodePage: PageEncoder;
}

function encodingOf(target: ExportTarget): Encoding {
  switch (target.format) {
    case 'json':
      return jsonEncoding();
    case 'ndjson':
      return ndjsonEncoding;
    default:
      return csvEncoding(target);
  }
}

function csvEncoding({ collection, columns, hasBom }: ExportTarget): Encoding {
  return {
    head: (hasBom ? byteOrderMark : '') + csvLine(columns),
    tail: '',
    encodePage: createPageEncoder(columns.map((column) => kindOf(collection, column))),
  };
}

/** Every row comes as an object after a comma; the first one loses it. */
function jsonEncoding(): Encoding {
  let isFirst = true;
  return {
    head: '[',
    tail: '\n]\n',
    encodePage: ({ cells }) => {
      const rows = isFirst ? cells.subarray(1) : cells;
      isFirst = false;
      return asText(rows);
    },
  };
}

const ndjsonEncoding: Encoding = { head: '', tail: '', encodePage: ({ cells }) => asText(cells) };

/** A copy, because the page is used up before the write has ended. Bytes that are no text become U+FFFD, as in CSV. */
function asText(rows: Buffer): Buffer {
  return Buffer.from(isUtf8(rows) ? rows : rows.toString());
}
