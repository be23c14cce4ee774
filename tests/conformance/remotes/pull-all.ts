import type { Remote, RemoteRecord } from '../../../src-main/remotes/remote.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';

/** All records of a collection as a mirror of them has them, with what has changed meanwhile. */
export async function pullAll(remote: Remote, collection: CollectionName): Promise<RemoteRecord[]> {
  const records = new Map<string, RemoteRecord>();
  const { signal } = new AbortController();
  for (let cursor: string | null = null, isEnd = false; !isEnd; ) {
    const page = await remote.pull(collection, cursor, signal);
    for (const record of page.records) records.set(record.key, record);
    ({ cursor, isEnd } = page);
    // What is written down is what one asks with next.
    if (isEnd) await remote.pull(collection, cursor, signal);
  }
  return [...records.values()];
}
