import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Query } from '../../src-shared/contract/records.ts';
import type { Store } from './store.ts';

/** Views a window keeps open: the one it shows, and those it may come back to. */
const viewsPerClient = 4;

/** Fixed orders of records: a view is the ids of a query at one moment, so that rows never move under the user. */
export interface Views {
  open(client: string, query: Query, nowMs: number): Promise<{ viewId: string; total: number }>;
  /** Ids at positions from `from` (inclusive) to `to` (exclusive). Throws `not_found` for a view that was closed. */
  ids(client: string, viewId: string, from: number, to: number): number[];
  forget(client: string): void;
  /** Every list is of a database that is gone. */
  forgetAll(): void;
}

export function createViews(store: Store): Views {
  const byClient = new Map<string, Map<string, Float64Array>>();
  let lastId = 0;

  return {
    open: async (client, query, nowMs) => {
      const ids = await store.read('orderedIds', { query, nowMs });
      lastId += 1;
      const viewId = `view-${lastId}`;
      const views = byClient.get(client) ?? new Map<string, Float64Array>();
      byClient.set(client, views.set(viewId, ids));
      const [oldest] = views.keys();
      if (views.size > viewsPerClient && oldest !== undefined) views.delete(oldest);
      return { viewId, total: ids.length };
    },
    ids: (client, viewId, from, to) => {
      const ids = byClient.get(client)?.get(viewId);
      if (!ids) throw new BulkheadError('not_found', 'This list was closed in the meantime.');
      return Array.from(ids.subarray(from, to));
    },
    forget: (client) => {
      byClient.delete(client);
    },
    forgetAll: () => byClient.clear(),
  };
}
