import type { CollectionName } from '../../src-shared/collections/index.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { Query } from '../../src-shared/contract/records.ts';
import type { Store } from './store.ts';

/** Views a window keeps open: the one it shows, and those it may come back to. */
const viewsPerClient = 4;
/** Windows of one person that have views; the one that opened its latest longest ago gives way, as if it had gone. */
const clientsPerActor = 16;

/** Fixed orders of records: a view is the ids of a query at one moment, so that rows never move under the user. */
export interface Views {
  open(owner: Owner, query: Query, nowMs: number): Promise<{ viewId: string; total: number }>;
  /** Whose records, and their ids from position `from` to `to` (exclusive). Throws `not_found` for a view that was closed. */
  part(client: string, viewId: string, from: number, to: number): ViewPart;
  forget(client: string): void;
  /** Every list is of a database that is gone. */
  forgetAll(): void;
}

interface Owner {
  readonly client: string;
  readonly actor: string;
}

interface ViewPart {
  readonly collection: CollectionName;
  readonly ids: number[];
}

interface View {
  readonly collection: CollectionName;
  readonly ids: Float64Array;
}

export function createViews(store: Store): Views {
  const byClient = new Map<string, { readonly actor: string; readonly views: Map<string, View> }>();
  let lastId = 0;

  return {
    open: async ({ client, actor }, query, nowMs) => {
      const ids = await store.read('orderedIds', { query, nowMs });
      lastId += 1;
      const viewId = `view-${lastId}`;
      const views = byClient.get(client)?.views ?? new Map<string, View>();
      views.set(viewId, { collection: query.collection, ids });
      const [first] = views.keys();
      if (views.size > viewsPerClient && first !== undefined) views.delete(first);
      byClient.delete(client);
      byClient.set(client, { actor, views });
      const clients = [...byClient].filter(([, other]) => other.actor === actor);
      const [oldest] = clients.at(-1 - clientsPerActor) ?? [];
      if (oldest !== undefined) byClient.delete(oldest);
      return { viewId, total: ids.length };
    },
    part: (client, viewId, from, to) => {
      const view = byClient.get(client)?.views.get(viewId);
      if (!view) throw new BulkheadError('not_found', 'This list was closed in the meantime.');
      return { collection: view.collection, ids: Array.from(view.ids.subarray(from, to)) };
    },
    forget: (client) => {
      byClient.delete(client);
    },
    forgetAll: () => byClient.clear(),
  };
}
