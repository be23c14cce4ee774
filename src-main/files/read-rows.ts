import type { RejectedRow } from '../../src-shared/domain/import.ts';
import type { BatchWriter } from './batch-writer.ts';
import { owned } from './column-stats.ts';
import type { CsvShape } from './csv-dialect.ts';
import type { TextFile } from './encoding.ts';
import { isRefusal, readFields, readKey, writeForeign } from './read-record.ts';
import type { RecordPlan } from './record-plan.ts';
import { scanRows, unreadable } from './scan.ts';

/** Enough rows to make a transaction worth its wait for the disk. */
const batchRows = 5000;
/** A batch is sent after this many bytes of file even when few rows came of them. */
const batchBytes = 4 << 20;

/** What a way of reading does with a row, between chunks, and with what it still has when the file ends. */
export interface RowTaker {
  /** `held`: of so many fields the row says something. */
  take(fields: string[], line: number, text: () => string, held: number): void;
  /** The chunk's text will be let go of: copy what has to outlive it. */
  keep(): void;
  finish(): void;
}

/** Where a taker puts what comes of rows. */
interface Collector<Batch> {
  /** Rows taken or rejected since the last `flush`. */
  size(): number;
  reject(row: RejectedRow): void;
  flush(bytesRead: number, isEnd: boolean): Batch;
}

/** Reads the file row by row and hands out what came of them in batches. */
export function* readBatches<Batch>(
  file: TextFile,
  shape: CsvShape,
  writer: Collector<Batch>,
  taker: RowTaker,
): Generator<Batch, void, void> {
  const rows = scanRows(file, shape, (fields, place, held) => {
    const reason = unreadable(fields, place, shape.headers, file.mayHoldNul);
    if (reason === null) taker.take(fields, place.line, place.text, held);
    else writer.reject({ line: place.line, reason, text: place.text() });
  });
  let sentBytes = 0;
  for (const { bytesRead, isLast } of rows) {
    if (isLast) taker.finish();
    else taker.keep();
    if (!isLast && writer.size() < batchRows && bytesRead - sentBytes < batchBytes) continue;
    sentBytes = bytesRead;
    yield writer.flush(bytesRead, isLast);
  }
}

/** Every row is a ticket of its own; an id seen before is a mistake. */
export function takeRows(plan: RecordPlan, writer: BatchWriter): RowTaker {
  const firstLines = new Map<string, number>();
  return {
    take(fields, line, text) {
      const reason = takeRow(fields, line);
      if (reason !== null) writer.reject({ line, reason, text: text() });
    },
    keep() {},
    finish() {},
  };

  function takeRow(row: readonly string[], line: number): string | null {
    const key = readKey(plan, row);
    if (typeof key !== 'string') return key.reason;
    const first = firstLines.get(key);
    if (first !== undefined) return `The id “${key}” is already used on line ${first}.`;
    firstLines.set(owned(key), line);
    const fields = readFields(plan, row);
    if (isRefusal(fields)) return fields.reason;
    writer.record(line, key, fields);
    writeForeign(plan, row, writer);
    return null;
  }
}
