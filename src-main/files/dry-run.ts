import { basename } from 'node:path';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { ImportMapping } from '../../src-shared/domain/import.ts';
import { createBatchWriter } from './batch-writer.ts';
import { countKeys } from './count-keys.ts';
import { sniffShape } from './csv-dialect.ts';
import { sniffEncoding, type TextFile } from './encoding.ts';
import type { ImportBatch, OpenedFile } from './import-batches.ts';
import type { Inspected } from './inspect.ts';
import { takeEvents } from './read-events.ts';
import { readBatches, takeRows } from './read-rows.ts';
import { planRecords } from './record-plan.ts';

/**
 * Begins to read a file by a mapping. Nothing of it is kept beyond the batch that is asked for, ids aside. What was
 * `inspected` before is not read once more. Throws `file_changed` for a file that is not the one that the mapping was made for.
 */
export function openFile(
  path: string,
  mapping: ImportMapping,
  importedAt: number,
  inspected?: Inspected,
): { opened: OpenedFile; batches: Generator<ImportBatch, void, void> } {
  const file = sniffEncoding(path, inspected?.file);
  assertInspected(file, mapping);
  const shape = sniffShape(file);
  const plan = planRecords(shape, mapping, importedAt);
  const opened = { totalBytes: file.bytes, header: shape.headText, encoding: file.encoding };
  const writer = createBatchWriter(shape.headers);
  if (mapping.repeatedIds === 'reject') {
    return { opened, batches: readBatches(file, shape, writer, takeRows(plan, writer)) };
  }
  const keys = file === inspected?.file ? inspected.keys : null;
  const isCounted = keys?.column === plan.column.key;
  const counts = isCounted ? keys.counts : countKeys(file, shape, plan.column.key);
  return { opened, batches: readBatches(file, shape, writer, takeEvents(plan, shape, counts, writer)) };
}

function assertInspected({ path, bytes, modifiedAt }: TextFile, { file }: ImportMapping): void {
  if (bytes === file.bytes && modifiedAt === file.modifiedAt) return;
  throw new BulkheadError(
    'file_changed',
    `“${basename(path)}” was changed after it was inspected, so that what was said of its columns may not hold. Nothing was stored.`,
  );
}
