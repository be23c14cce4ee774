import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { StoredRemote } from '../store/store.ts';

/**
 * How many records of remotes are here. Counting walks over them, and how remotes stand is asked for every few seconds: so they
 * are counted again only when records of their collection have changed.
 */
export interface Counts {
  of(remote: Pick<StoredRemote, 'name' | 'mirrors'>): Promise<ReadonlyMap<CollectionName, number>>;
  /** What was counted of a collection, or of all, holds no more. */
  forget(collection?: CollectionName): void;
}

/** `walk` counts one collection of a remote. */
export function createCounts(
  walk: (mirror: { collection: CollectionName; name: string }) => Promise<number>,
): Counts {
  /** By collection, then by the remote's name. One that is under way when it is forgotten is not kept. */
  const counted = new Map<CollectionName, Map<string, Promise<number>>>();

  function count(collection: CollectionName, name: string): Promise<number> {
    const known = counted.get(collection) ?? new Map<string, Promise<number>>();
    counted.set(collection, known);
    const before = known.get(name);
    if (before) return before;
    const counting = walk({ collection, name });
    known.set(name, counting);
    counting.catch(() => known.delete(name));
    return counting;
  }

  return {
    of: async ({ name, mirrors }) => {
      const entries = mirrors.map(
        async ({ collection }) => [collection, await count(collection, name)] as const,
      );
      return new Map(await Promise.all(entries));
    },
    forget: (collection) => {
      if (collection === undefined) counted.clear();
      else counted.delete(collection);
    },
  };
}
