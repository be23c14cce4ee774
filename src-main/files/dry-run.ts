import type { ImportMapping } from '../../src-shared/domain/import.ts';
import { createBatchWriter } from './batch-writer.ts';
import { countKeys } from './count-keys.ts';
import { sniffShape } from './csv-dialect.ts';
import { sniffEncoding } from './encoding.ts';
import type { Inspected } from './inspect.ts';
import { takeEvents } from './read-events.ts';
import { readBatches, takeRows } from './read-rows.ts';
import { planRecords } from './record-plan.ts';
import type { ImportBatch, OpenedFile } from './types.ts';

/**
 * Begins to read a file by a mapping. Nothing of it is kept beyond the batch that is asked for, ids aside. What was
 * `inspected` before is not read once more where the file stayed the same.
 */
export function openFile(
  path: string,
  mapping: ImportMapping,
  importedAt: number,
  inspected?: Inspected,
): { opened: OpenedFile; batches: Generator<ImportBatch, void, void> } {
  const file = sniffEncoding(path, inspected?.file);
  const shape = sniffShape(file);
  const plan = planRecords(shape, mapping, importedAt);
  const opened = { totalBytes: file.bytes, header: shape.headText };
  const writer = createBatchWriter(shape.headers);
  if (mapping.repeatedIds === 'reject') {
    return { opened, batches: readBatches(file, shape, writer, takeRows(plan, writer)) };
  }
  const keys = file === inspected?.file ? inspected.keys : null;
  const isCounted = keys?.column === plan.column.key;
  const counts = isCounted ? keys.counts : countKeys(file, shape, plan.column.key);
  return { opened, batches: readBatches(file, shape, writer, takeEvents(plan, shape, counts, writer)) };
}
