import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { Item } from '../../../src-shared/domain/item.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge } from '../../state/context.tsx';
import { itemsOf, type PlanPart } from './plan-parts.ts';

const pageItems = 200;

export interface Items {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: ErrorDto | null;
  loadMore(): void;
}

/** The items of a part of a plan, a page at a time. Use a `key` per operation and part. */
export function useItems(id: number, part: PlanPart): Items {
  const bridge = useBridge();
  const [items, setItems] = useState<readonly Item[]>([]);
  const [hasMore, setHasMore] = useState(true);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<ErrorDto | null>(null);
  const isBusy = useRef(false);
  const last = useRef(0);

  const loadMore = useCallback(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    setLoading(true);
    bridge
      .request('operations.items', { id, ...itemsOf(part), after: last.current, limit: pageItems })
      .then((page) => {
        last.current = page.items.at(-1)?.seq ?? last.current;
        setItems((before) => [...before, ...page.items]);
        setHasMore(page.hasMore);
      })
      .catch((reason: unknown) => setError(toErrorDto(reason)))
      .finally(() => {
        isBusy.current = false;
        setLoading(false);
      });
  }, [bridge, id, part]);

  useEffect(loadMore, [loadMore]);

  return { items, hasMore, isLoading, error, loadMore };
}
