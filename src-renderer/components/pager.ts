import type { ErrorDto } from '../../src-shared/contract/errors.ts';

export interface Page<T> {
  readonly rows: readonly T[];
  readonly hasMore: boolean;
}

export interface Pages<T> extends Page<T> {
  /** `loading` until the first page came or failed; `more` while a later page is on its way. */
  readonly status: 'loading' | 'ready' | 'more' | 'broken';
  readonly error: ErrorDto | null;
}

export interface Pager<T> {
  get(): Pages<T>;
  subscribe(listener: () => void): () => void;
  /** Asks for the page after the last row. Does nothing while a page is on its way or none is left. */
  more(): Promise<void>;
  /** Reads the first page again and puts it in front of the rows that come after it. */
  refresh(): Promise<void>;
  /** Answers that are still on their way are thrown away. */
  close(): void;
}

interface PagerOptions<T> {
  /** Reads the page after a row, or the first one. */
  readonly load: (last: T | undefined) => Promise<Page<T>>;
  /** Puts whatever was thrown into words. */
  readonly explain: (error: unknown) => ErrorDto;
  /** Names a row; a row stands in the list once. */
  readonly idOf: (row: T) => number;
}

/** Rows that are read page by page in one order, each answer asked for once, and failures told in place. */
export function createPager<T>({ load, explain, idOf }: PagerOptions<T>): Pager<T> {
  let pages: Pages<T> = { rows: [], hasMore: false, status: 'loading', error: null };
  let isBusy = false;
  let isClosed = false;
  let wantsRefresh = false;
  const listeners = new Set<() => void>();

  function set(next: Pages<T>) {
    if (isClosed) return;
    pages = next;
    for (const listener of listeners) listener();
  }

  async function read(last: T | undefined, join: (page: Page<T>) => Page<T>) {
    isBusy = true;
    try {
      const page = await load(last);
      set({ ...join(page), status: 'ready', error: null });
    } catch (error) {
      set({ ...pages, status: 'broken', error: explain(error) });
    } finally {
      isBusy = false;
    }
    // A refresh that came meanwhile counts from now on: what was read may be older than its cause.
    if (wantsRefresh && !isClosed) {
      wantsRefresh = false;
      await refresh();
    }
  }

  function refresh(): Promise<void> {
    if (isBusy) {
      wantsRefresh = true;
      return Promise.resolve();
    }
    return read(undefined, (page) => {
      const last = page.rows.at(-1);
      const at = last === undefined ? -1 : pages.rows.findIndex((row) => idOf(row) === idOf(last));
      // Where the two do not meet, rows may be missing between them: only the fresh page is certain.
      return at < 0 ? page : { rows: [...page.rows, ...pages.rows.slice(at + 1)], hasMore: pages.hasMore };
    });
  }

  return {
    get: () => pages,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async more() {
      if (isBusy || isClosed) return;
      const last = pages.rows.at(-1);
      if (last === undefined) return refresh();
      if (!pages.hasMore) return;
      set({ ...pages, status: 'more', error: null });
      await read(last, (page) => {
        const known = new Set(pages.rows.map(idOf));
        return {
          rows: [...pages.rows, ...page.rows.filter((row) => !known.has(idOf(row)))],
          hasMore: page.hasMore,
        };
      });
    },
    refresh,
    close() {
      isClosed = true;
      listeners.clear();
    },
  };
}
