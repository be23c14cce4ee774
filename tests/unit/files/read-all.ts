import { openFile } from '../../../src-main/files/dry-run.ts';
import type { ImportedRecord } from '../../../src-main/files/import-batches.ts';
import { inspectFile } from '../../../src-main/files/inspect.ts';
import type { RecordEvent } from '../../../src-shared/collections/record.ts';
import type { ImportInspection, ImportMapping, RejectedRow } from '../../../src-shared/domain/import.ts';

/** When the tests import; stands in where a file has no dates. */
export const importedAt = Date.UTC(2026, 0, 2, 3, 4, 5);

export const inspect = (path: string) => inspectFile(path, () => {}).inspection;

/** The notes on what is proposed, in one text. */
export const mappingWords = ({ mappingNotes }: ImportInspection) =>
  mappingNotes.map(({ text }) => text).join(' ');

/** Everything that a dry run gives, by the proposed mapping unless told otherwise. */
export function readAll(
  path: string,
  change: (mapping: ImportMapping) => ImportMapping = (mapping) => mapping,
) {
  const { opened, batches } = openFile(path, change(inspect(path).proposed), importedAt);
  const records: ReadRecord[] = [];
  const rejected: RejectedRow[] = [];
  let isEnd = false;
  for (const batch of batches) {
    records.push(...batch.records.map(parsed));
    rejected.push(...batch.rejected);
    isEnd = batch.isEnd;
  }
  return { opened, records, rejected, isEnd };
}

type Parsed<R> = Omit<R, 'extra' | 'events'> & { extra: Record<string, string>; events: RecordEvent[] };
type ReadRecord = Parsed<ImportedRecord>;

/** A record with its JSON as values. */
export function parsed<R extends { readonly extra: string; readonly events: string | null }>(
  record: R,
): Parsed<R> {
  const events = record.events === null ? [] : (JSON.parse(record.events) as RecordEvent[]);
  return { ...record, extra: JSON.parse(record.extra) as Record<string, string>, events };
}
