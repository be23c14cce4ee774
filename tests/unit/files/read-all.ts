import { openFile } from '../../../src-main/files/dry-run.ts';
import { inspectFile } from '../../../src-main/files/inspect.ts';
import { unpackBatch } from '../../../src-main/files/pack.ts';
import type { ImportedRecord } from '../../../src-main/files/types.ts';
import type { ImportMapping, RejectedRow } from '../../../src-shared/domain/import.ts';

/** When the tests import; stands in where a file has no dates. */
export const importedAt = Date.UTC(2026, 0, 2, 3, 4, 5);

export const inspect = (path: string) => inspectFile(path, () => {});

/** Everything that a dry run gives, by the proposed mapping unless told otherwise. */
export function readAll(
  path: string,
  change: (mapping: ImportMapping) => ImportMapping = (mapping) => mapping,
) {
  const { opened, batches } = openFile(path, change(inspect(path).proposed), importedAt);
  const records: ImportedRecord[] = [];
  const rejected: RejectedRow[] = [];
  let isEnd = false;
  for (const packed of batches) {
    const batch = unpackBatch(packed);
    records.push(...batch.records);
    rejected.push(...batch.rejected);
    isEnd = batch.isEnd;
  }
  return { opened, records, rejected, isEnd };
}
