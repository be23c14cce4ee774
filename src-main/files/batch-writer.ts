import type { RejectedRow } from '../../src-shared/domain/import.ts';
import type { ImportBatch, ImportedRecord } from './import-batches.ts';
import type { RecordFields } from './read-record.ts';

/** Collects records for the way to the database; foreign values become JSON here, in the thread that reads. */
export interface BatchWriter {
  /** Rows taken or rejected since the last `flush`. */
  size(): number;
  reject(row: RejectedRow): void;
  /** Begins a record; its foreign values and events follow. */
  record(line: number, key: string, fields: RecordFields): void;
  /** One foreign value, or once an event was begun, one change of that event. */
  value(column: number, text: string): void;
  /** Begins the next event of the record; null for a time that is not known. */
  event(at: number | null): void;
  flush(bytesRead: number, isEnd: boolean): ImportBatch;
}

/** Text that JSON writes as it is: without quotation marks, backslashes, control characters and surrogates. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** A text as `JSON.stringify` writes it, which takes twice as long to find that there is nothing to escape. */
function toJson(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

export function createBatchWriter(headers: readonly string[]): BatchWriter {
  const names = headers.map((header) => JSON.stringify(header));
  let records: ImportedRecord[] = [];
  let rejected: RejectedRow[] = [];
  let current: Pick<ImportedRecord, 'line' | 'key' | 'fields'> | null = null;
  let extra = '';
  const events: string[] = [];
  let at: number | null = null;
  const values: string[] = [];
  let isEvent = false;

  function closePart(): void {
    const object = `{${values.join(',')}}`;
    if (isEvent) events.push(`{"at":${at},"changes":${object}}`);
    else extra = object;
    values.length = 0;
  }

  function closeRecord(): void {
    if (!current) return;
    closePart();
    records.push({ ...current, extra, events: events.length > 0 ? `[${events.join(',')}]` : null });
    current = null;
    events.length = 0;
    isEvent = false;
  }

  return {
    size: () => records.length + rejected.length,
    reject: (row) => void rejected.push(row),
    record(line, key, fields) {
      closeRecord();
      current = { line, key, fields };
    },
    value(column, text) {
      values.push(`${names[column]}:${toJson(text)}`);
    },
    event(time) {
      closePart();
      isEvent = true;
      at = time;
    },
    flush(bytesRead, isEnd) {
      closeRecord();
      const batch = { records, rejected, bytesRead, isEnd };
      records = [];
      rejected = [];
      return batch;
    },
  };
}
