import type {
  delimiters,
  ImportInspection,
  ImportMapping,
  RejectedRow,
} from '../../src-shared/domain/import.ts';
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
  /** Its life so far, oldest first, where rows are events: `TicketEvent`s as JSON, or null. */
  readonly events: string | null;
}

export interface ImportBatch {
  readonly records: readonly ImportedRecord[];
  /** Rows that cannot become records; `text` is the row as it stands in the file, without its line end. */
  readonly rejected: readonly RejectedRow[];
  readonly bytesRead: number;
  /** True for the last batch. */
  readonly isEnd: boolean;
}

/** A batch on its way to the database, its records as the import plans them. */
export interface PackedBatch extends Omit<ImportBatch, 'records'> {
  readonly records: PackedRows<NewRecord>;
}

/** What the dry run knows of the file before the first row. */
export interface OpenedFile {
  readonly totalBytes: number;
  /** The file down to its header, as it stands there, without the line end: how an error file begins. */
  readonly header: string;
  readonly delimiter: (typeof delimiters)[number];
}

/** A file being read in a thread of its own. Pulled, so that a slow writer slows the reading. */
export interface ImportReader {
  /** Reads the whole file once. `onBytes` is told now and then how far it is. Rejects with a `BulkheadError` for a file that cannot be imported. */
  inspect(path: string, onBytes: (bytes: number, total: number) => void): Promise<ImportInspection>;
  /** Begins the dry run of a file. Call `next` until `isEnd`. */
  open(path: string, mapping: ImportMapping): Promise<OpenedFile>;
  next(): Promise<PackedBatch>;
  /** Ends the thread at once, whatever it is doing. */
  close(): Promise<void>;
}
