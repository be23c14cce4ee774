import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { toErrorDto } from '../bridge/error-dto.ts';
import { useWhenBack } from '../state/use-when-back.ts';
import { createPager, type Page, type Pager, type Pages } from './pager.ts';

const loading: Pages<never> = { rows: [], hasMore: false, status: 'loading', error: null };

interface UsePagerOptions<T> {
  /** Another key is another list: it is read anew. */
  readonly key: string;
  readonly load: (last: T | undefined) => Promise<Page<T>>;
  readonly idOf: (row: T) => number;
}

/** A list read page by page while its component is shown; the first page is asked for at once. */
export function usePager<T>({ key, load, idOf }: UsePagerOptions<T>) {
  const [current, setCurrent] = useState<{ key: string; pager: Pager<T> } | null>(null);
  // The key alone says when the list is another one; the functions are made anew whenever anything is drawn.
  const source = useRef({ load, idOf });
  useEffect(() => {
    source.current = { load, idOf };
  });
  useEffect(() => {
    const { load, idOf } = source.current;
    const pager = createPager({ load, idOf, explain: toErrorDto });
    setCurrent({ key, pager });
    void pager.more();
    return () => pager.close();
  }, [key]);

  // The rows of another list are never shown, not even for the moment until its own pager stands.
  const pager = current?.key === key ? current.pager : null;
  // What could not be read while the console was away.
  useWhenBack(() => pager?.get().status === 'broken' && void pager.more());
  const pages = useSyncExternalStore<Pages<T>>(
    pager?.subscribe ?? neverChanges,
    () => pager?.get() ?? loading,
  );
  return { pages, more: () => void pager?.more(), refresh: () => void pager?.refresh() };
}

function neverChanges(): () => void {
  return () => undefined;
}
