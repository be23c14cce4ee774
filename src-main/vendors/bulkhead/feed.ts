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
  /** Read up to here; all records that came on the way, as they came last. */
  position: string;
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

  /** Reads on to the end; answers those of `keys` that came since the watch began, as they are now. One reading at a time. */
  async function readOn(
    collection: CollectionName,
    watch: Watch,
    keys: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Map<string, RemoteRecord>> {
    const before = watch.reading;
    const reading = before.then(async () => {
      for (let isEnd = false; !isEnd; ) {
        const next = await page(collection, watch.position, signal);
        for (const record of next.records) watch.latest.set(record.key, record);
        watch.position = next.cursor;
        isEnd = next.isEnd;
      }
    });
    watch.reading = reading.catch(() => undefined);
    await reading;
    return new Map([...keys].flatMap((key) => entryOf(watch.latest, key)));
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
        return await readOn(collection, watch, keys, signal);
      } catch (error) {
        watches.delete(collection);
        if (error instanceof HttpFailure && error.wrong === 410) return null;
        throw error;
      }
    },
    now: async (collection, keys, signal) => {
      const watch = watches.get(collection);
      if (!watch || keys.size <= fewRecords) return each(collection, keys, signal);
      const met = await readOn(collection, watch, keys, signal);
      const missing = [...keys].filter((key) => !met.has(key));
      for (const [key, record] of await each(collection, missing, signal)) met.set(key, record);
      return met;
    },
  };
}

function entryOf(records: ReadonlyMap<string, RemoteRecord>, key: string): [string, RemoteRecord][] {
  const record = records.get(key);
  return record ? [[key, record]] : [];
}
