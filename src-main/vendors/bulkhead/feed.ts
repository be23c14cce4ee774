import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { RemoteRecord } from '../../../src-shared/domain/delivery.ts';
import type { Http, HttpAnswer } from '../../remotes/http.ts';
import { HttpFailure, type Wrong } from '../../remotes/http-failure.ts';
import { type Page, RemoteError } from '../../remotes/remote.ts';
import { getRecords } from './records.ts';
import { createWatch, type Watch } from './watch.ts';
import { expectBody, toRecord, WirePage } from './wire.ts';

const pageSize = 1_000;
const tooMuch: readonly Wrong[] = ['body_too_large', 'total_timeout'];
/** With so few records it is quicker to ask for each. */
const fewRecords = 20;

/** Reads the changes of a server's records. */
export interface Feed {
  /** The next page after `cursor`. Throws `RemoteError`. */
  pull(collection: CollectionName, cursor: string | null, signal: AbortSignal): Promise<Page>;
  /**
   * The present state, by key, of those records that have changed since the puller last saw them. Null if it is not
   * known what the puller has seen. Throws `HttpFailure`.
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

/** `workspaceId` is who asks, so that it is not told of what is its own. */
export function createFeed(http: Http, workspaceId: () => Promise<string>): Feed {
  const watches = new Map<CollectionName, Watch>();
  const pageSizes = new Map<CollectionName, number>();

  /**
   * A page, of fewer records if so many are more than is taken in one piece or come too slowly: their texts are long, or the
   * line is slow for a while. After each that comes, twice as many are asked for again.
   */
  async function ask(collection: CollectionName, from: string, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = { 'bulkhead-workspace': await workspaceId() };
    for (;;) {
      const limit = pageSizes.get(collection) ?? pageSize;
      const path = `/api/v1/${collection}/changes?limit=${limit}${from}`;
      try {
        const answer = await http.ask({ method: 'GET', path, headers }, signal);
        pageSizes.set(collection, Math.min(2 * limit, pageSize));
        return answer;
      } catch (error) {
        const isTooMuch = error instanceof HttpFailure && tooMuch.includes(error.wrong);
        if (!isTooMuch || limit === 1) throw error;
        pageSizes.set(collection, Math.ceil(limit / 2));
      }
    }
  }

  async function page(collection: CollectionName, cursor: string | null, signal: AbortSignal): Promise<Page> {
    const from = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await ask(collection, from, signal);
    const { items, cursor: next, end_of_stream: isEnd } = expectBody(WirePage, body, 'a page of changes');
    if (!isEnd && next === cursor)
      throw new HttpFailure(
        'unexpected_answer',
        'The remote answered with a page of changes that leads to itself.',
      );
    return { records: items.map((item) => toRecord(collection, item)), cursor: next, isEnd };
  }

  /** What is known since a cursor from which is pulled; of a walk from the beginning, nothing. */
  function watchFrom(collection: CollectionName, cursor: string | null): Watch | null {
    const known = watches.get(collection);
    if (cursor !== null && known?.pulls(cursor)) return known;
    watches.delete(collection);
    if (cursor === null) return null;
    const watch = createWatch(cursor);
    watches.set(collection, watch);
    return watch;
  }

  /** Reads on to the end, one reading at a time. What one reading brings serves all who wait for something. */
  async function readOn(collection: CollectionName, watch: Watch, signal: AbortSignal): Promise<void> {
    const reading = watch.reading.then(async () => {
      for (let isEnd = false; !isEnd; ) {
        const next = await page(collection, watch.position, signal);
        watch.take(next);
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
      all.filter((key) => !watch.latest(key)),
      signal,
    );
    for (const key of all) {
      const record = watch.latest(key);
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
      const watch = watchFrom(collection, cursor);
      try {
        const pulled = await page(collection, cursor, signal);
        if (watch && cursor !== null) watch.pulled(cursor, pulled);
        return pulled;
      } catch (error) {
        if (!(error instanceof HttpFailure) || error.wrong !== 410) throw error;
        throw new RemoteError(
          'cursor_expired',
          'What has changed since is no longer kept; everything is read again.',
          { cause: error },
        );
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
          [...keys].filter((key) => watch.hasSeen(key)),
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
