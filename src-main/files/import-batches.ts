import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { ImportInspection, ImportMapping, RejectedRow } from '../../src-shared/domain/import.ts';
import type { EditedRow, EditedSheet } from '../actions/plan-edit.ts';
import type { PackedRows } from '../platform/packed-rows.ts';
import type { NewRecord } from '../store/store.ts';
import type { RecordFields } from './read-record.ts';

/** A record read from a file, ready to become a ticket. Field names are those of the collection; times are epoch ms. */
export interface ImportedRecord {
  /** The line on which its (last) row begins. */
  readonly line: number;
  /** Its id in the file. */
  readonly key: string;
  /** Mapped fields, without `id`, `key`, `source`, `version` and `deletedAt`. */
  readonly fields: RecordFields;
  /** Foreign columns by header, missing values left out: a JSON object of texts. */
  readonly extra: string;
  /** Its life so far, oldest first, where rows are events: `RecordEvent`s as JSON, or null. */
  readonly events: string | null;
}

/** The same as an import plans it. */
export function toNewRecord({ key, fields, extra, events }: ImportedRecord, source: string): NewRecord {
  return { ...fields, key, source, extra, events };
}

/** What came of some rows of a file. */
interface Batch<Records> {
  readonly records: Records;
  /** Rows that cannot be taken; `text` is the row as it stands in the file, without its line end. */
  readonly rejected: readonly RejectedRow[];
  readonly bytesRead: number;
  /** True for the last batch. */
  readonly isEnd: boolean;
}
export type ImportBatch = Batch<readonly ImportedRecord[]>;
export type EditBatch = Batch<readonly EditedRow[]>;

/** A batch on its way to the database, as the plan takes it. */
export type PackedBatch<Row = NewRecord> = Batch<PackedRows<Row>>;

/** What the dry run knows of the file before the first row. */
export interface OpenedFile {
  readonly totalBytes: number;
  /** The file down to its header, as it stands there, without the line end: how an error file begins. */
  readonly header: string;
  readonly encoding: ImportInspection['encoding'];
}

/** What is known of an edited export before its first row. */
export interface OpenedExport extends OpenedFile, EditedSheet {
  /** Its rows say what their records are called, beside their numbers. */
  readonly hasKeys: boolean;
}

/** A file being read in a thread of its own. Pulled, so that a slow writer slows the reading. */
export interface ImportReader {
  /** Reads the whole file once. `onBytes` is told now and then how far it is. Rejects with a `BulkheadError` for a file that cannot be imported. */
  inspect(path: string, onBytes: (bytes: number, total: number) => void): Promise<ImportInspection>;
  /** Begins the dry run of a file. Call `next` until `isEnd`. */
  open(path: string, mapping: ImportMapping): Promise<OpenedFile>;
  next(): Promise<PackedBatch>;
  /** Begins to read an export of a collection that was edited. Call `nextEdits` until `isEnd`. */
  openExport(path: string, collection: CollectionName): Promise<OpenedExport>;
  nextEdits(): Promise<PackedBatch<EditedRow>>;
  /** Ends the thread at once, whatever it is doing. */
  close(): Promise<void>;
}
