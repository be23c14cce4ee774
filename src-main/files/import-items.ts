import type { NewItem } from '../sql/items.ts';
import type { ImportedRecord } from './types.ts';

/** A record of a file as a planned item. */
export function toNewItem(record: ImportedRecord, source: string): NewItem {
  return {
    key: record.key,
    source,
    after: JSON.stringify({ key: record.key, source, ...record.fields }),
    payload: JSON.stringify({
      extra: JSON.stringify(record.extra),
      events: record.events.length > 0 ? JSON.stringify(record.events) : null,
    }),
  };
}
