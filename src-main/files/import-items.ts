import type { NewRecord } from '../store/store.ts';
import type { ImportedRecord } from './types.ts';

/** A record of a file as an import plans it. */
export function toNewRecord(record: ImportedRecord, source: string): NewRecord {
  return {
    ...record.fields,
    key: record.key,
    source,
    extra: record.extra,
    events: record.events,
  };
}
