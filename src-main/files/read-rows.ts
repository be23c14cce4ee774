import type { RejectedRow } from '../../src-shared/domain/import.ts';
import { owned } from './column-stats.ts';
import type { CsvShape } from './csv-dialect.ts';
import type { TextFile } from './encoding.ts';
import { isRefusal, readContent, readKey } from './read-record.ts';
import type { RecordPlan } from './record-plan.ts';
import { scanRows, unreadable } from './scan.ts';
import type { ImportBatch, ImportedRecord } from './types.ts';

/** Enough rows to make a message worth sending. */
const batchRows = 2000;
/** A batch is sent after this many bytes of file even when few rows came of them. */
const batchBytes = 4 << 20;

/** What a way of reading does with a row, and what it still has when the file ends. */
export interface RowTaker {
  take(fields: string[], line: number, text: () => string): void;
  finish(): void;
}

export interface Sink {
  records: ImportedRecord[];
  rejected: RejectedRow[];
}

/** Reads the file row by row and hands out what came of them in batches. */
export function* readBatches(
  file: TextFile,
  shape: CsvShape,
  takerOf: (sink: Sink) => RowTaker,
): Generator<ImportBatch, void, void> {
  const sink: Sink = { records: [], rejected: [] };
  const taker = takerOf(sink);
  const width = shape.headers.length;
  const rows = scanRows(file, shape, (fields, place) => {
    const reason = unreadable(fields, place, width, file.mayHoldNul);
    if (reason === null) taker.take(fields, place.line, place.text);
    else sink.rejected.push({ line: place.line, reason, text: place.text() });
  });
  let sentBytes = 0;
  for (const { bytesRead, isLast } of rows) {
    if (isLast) taker.finish();
    const count = sink.records.length + sink.rejected.length;
    if (!isLast && count < batchRows && bytesRead - sentBytes < batchBytes) continue;
    sentBytes = bytesRead;
    yield { records: sink.records, rejected: sink.rejected, bytesRead, isEnd: isLast };
    sink.records = [];
    sink.rejected = [];
  }
}

/** Every row is a ticket of its own; an id seen before is a mistake. */
export function takeRows(plan: RecordPlan, sink: Sink): RowTaker {
  const firstLines = new Map<string, number>();
  const reject = (line: number, reason: string, text: () => string) =>
    sink.rejected.push({ line, reason, text: text() });
  return {
    take(fields, line, text) {
      const key = readKey(plan, fields);
      if (typeof key !== 'string') return void reject(line, key.reason, text);
      const first = firstLines.get(key);
      if (first !== undefined)
        return void reject(line, `The id “${key}” is already used on line ${first}.`, text);
      firstLines.set(owned(key), line);
      const content = readContent(plan, fields);
      if (isRefusal(content)) reject(line, content.reason, text);
      else sink.records.push({ line, key, fields: content.fields, extra: content.extra, events: [] });
    },
    finish() {},
  };
}
