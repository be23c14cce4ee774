import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Http } from '../../remotes/http.ts';
import { HttpFailure } from '../../remotes/http-failure.ts';
import { type Page, RemoteError } from '../../remotes/remote.ts';
import { getRecords } from './records.ts';
import { expectBody, toRecord, WirePage } from './wire.ts';

const pageSize = 1_000;
/** With so few records it is quicker to ask for each. */
const fewRecords = 20;
/** Records that are remembered as they came: more than all batches under way are made of. */
const mostRemembered = 10_000;

/** Reads the changes of a server's records. */
export interface Feed {
  /** The next page after `cursor`. Throws `RemoteError`. */
  pull(collection: CollectionName, cursor: string | null, signal: AbortSignal): Promise<Page>;
  /**
   * How records stand now that may have changed since whoever pulls knows of them: by key, those that did. Null where
   * nothing is known of what whoever pulls knows. Throws `HttpFailure`.
   */
  changed(
    collection: CollectionName,
    keys: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, RemoteRecord> | null>;
  /** Records as they are now, by key. Throws `HttpFailure`. */
  now(
    collection: CollectionName,
    keys: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, RemoteRecord>>;
}

/** What is known of a collection since a cursor that whoever pulls has written down. */
interface Watch {
  readonly from: string;
  /** Read up to here. */
  position: string;
  /** The keys of all records that came on the way, and the latest of them as they came. */
  readonly seen: Set<string>;
  readonly latest: Map<string, RemoteRecord>;
  reading: Promise<unknown>;
}

export function createFeed(http: Http): Feed {
  const watches = new Map<CollectionName, Watch>();

  async function page(collection: CollectionName, cursor: string | null, signal: AbortSignal): Promise<Page> {
    const from = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/api/v1/${collection}/changes?limit=${pageSize}${from}`;
    const { body } = await http.ask({ method: 'GET', path }, signal);
    const { items, cursor: next, end_of_stream: isEnd } = expectBody(WirePage, body, 'a page of changes');
    if (!isEnd && next === cursor)
      throw new HttpFailure(
        'unexpected_answer',
        'The remote answered with a page of changes that leads to itself.',
      );
    return { records: items.map((item) => toRecord(collection, item)), cursor: next, isEnd };
  }

  /** Reads on to the end, one reading at a time. What one reading brings serves all who wait for something. */
  async function readOn(collection: CollectionName, watch: Watch, signal: AbortSignal): Promise<void> {
    const reading = watch.reading.then(async () => {
      for (let isEnd = false; !isEnd; ) {
        const next = await page(collection, watch.position, signal);
        for (const record of next.records) remember(watch, record);
        watch.position = next.cursor;
        isEnd = next.isEnd;
      }
    });
    watch.reading = reading.catch(() => undefined);
    await reading;
  }

  /** Those of `keys` that are remembered, and the others asked for one by one. */
  async function withRest(
    collection: CollectionName,
    watch: Watch,
    keys: Iterable<string>,
    signal: AbortSignal,
  ): Promise<Map<string, RemoteRecord>> {
    const all = [...keys];
    const found = await each(
      collection,
      all.filter((key) => !watch.latest.has(key)),
      signal,
    );
    for (const key of all) {
      const record = watch.latest.get(key);
      if (record) found.set(key, record);
    }
    return found;
  }

  async function each(
    collection: CollectionName,
    keys: Iterable<string>,
    signal: AbortSignal,
  ): Promise<Map<string, RemoteRecord>> {
    const found = new Map<string, RemoteRecord>();
    for await (const record of getRecords(http, collection, [...keys], signal)) found.set(record.key, record);
    return found;
  }

  return {
    pull: async (collection, cursor, signal) => {
      // What comes with a cursor is written down; what a page brings may not be yet.
      const isWatched = watches.get(collection)?.from === cursor;
      if (cursor !== null && !isWatched)
        watches.set(collection, {
          from: cursor,
          position: cursor,
          seen: new Set(),
          latest: new Map(),
          reading: Promise.resolve(),
        });
      try {
        return await page(collection, cursor, signal);
      } catch (error) {
        if (error instanceof HttpFailure && error.wrong === 410) {
          watches.delete(collection);
          throw new RemoteError(
            'cursor_expired',
            'What changed since is not kept any more; all is read anew.',
            { cause: error },
          );
        }
        throw error;
      }
    },
    changed: async (collection, keys, signal) => {
      const watch = watches.get(collection);
      if (!watch) return null;
      try {
        await readOn(collection, watch, signal);
        return await withRest(
          collection,
          watch,
          [...keys].filter((key) => watch.seen.has(key)),
          signal,
        );
      } catch (error) {
        watches.delete(collection);
        if (error instanceof HttpFailure && error.wrong === 410) return null;
        throw error;
      }
    },
    now: async (collection, keys, signal) => {
      const watch = watches.get(collection);
      if (!watch || keys.size <= fewRecords) return each(collection, keys, signal);
      await readOn(collection, watch, signal);
      return withRest(collection, watch, keys, signal);
    },
  };
}

function remember({ seen, latest }: Watch, record: RemoteRecord): void {
  seen.add(record.key);
  // At the end of the row, so that the one that is let go of came longest ago.
  latest.delete(record.key);
  latest.set(record.key, record);
  if (latest.size <= mostRemembered) return;
  const [oldest] = latest.keys();
  if (oldest !== undefined) latest.delete(oldest);
}
