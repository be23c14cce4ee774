import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery, RecordChange } from '../../../src-shared/domain/delivery.ts';
import type { Changes } from '../../../src-shared/domain/item.ts';

/** One thing that a remote can be told, by the way that it takes. */
export interface Way {
  readonly name: string;
  readonly collection: CollectionName;
  /** What record `at` becomes. */
  change(at: number): RecordChange;
}

function fields(after: Changes): RecordChange {
  return { kind: 'fields', before: {}, after };
}

export const ways: readonly Way[] = [
  { name: 'a status by one call', collection: 'tickets', change: () => fields({ status: 'solved' }) },
  { name: 'an assignee by one call', collection: 'tickets', change: () => fields({ assignee: null }) },
  {
    name: 'a deletion by one call',
    collection: 'tickets',
    change: () => fields({ deletedAt: 1_700_000_000_000 }),
  },
  {
    name: 'a comment by one call',
    collection: 'tickets',
    change: () => ({ kind: 'comment', body: 'Hello', isInternal: true }),
  },
  {
    name: 'values of their own record by record',
    collection: 'tickets',
    change: (at) => fields({ product: `Product ${at}` }),
  },
  { name: 'sessions closed by one call', collection: 'sessions', change: () => fields({ status: 'closed' }) },
  {
    name: 'sessions archived by one call',
    collection: 'sessions',
    change: () => fields({ status: 'archived' }),
  },
  {
    name: 'sessions renamed record by record',
    collection: 'sessions',
    change: () => fields({ title: 'Another' }),
  },
  {
    name: 'videos in a category record by record',
    collection: 'videos',
    change: () => fields({ category: 'Talks' }),
  },
  {
    name: 'videos deleted by one call',
    collection: 'videos',
    change: () => fields({ deletedAt: 1_700_000_000_000 }),
  },
  {
    name: 'order statuses by a stream',
    collection: 'orders',
    change: () => fields({ status: 'PROCESSING' }),
  },
  { name: 'orders archived by a stream', collection: 'orders', change: () => fields({ isArchived: 'yes' }) },
];

let count = 0;

/** Deliveries of a way to records with these ids, each at its version. */
export function deliveriesOf(
  way: Way,
  records: readonly { key: string; version: number | null }[],
): Delivery[] {
  return records.map(({ key, version }, at) => {
    count += 1;
    return {
      key: `delivery-${count}`,
      recordKey: key,
      version,
      isAsPulled: version !== null,
      change: way.change(at),
    };
  });
}
