import { useCallback, useEffect, useRef, useState } from 'react';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { Item } from '../../../src-shared/domain/item.ts';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge } from '../../state/context.tsx';
import { useWhenBack } from '../../state/use-when-back.ts';
import { changedFields } from './changed-columns.ts';
import { itemsOf, type PlanPart } from './plan-parts.ts';

const pageItems = 200;

interface Loaded {
  readonly pages: readonly (readonly Item[])[];
  readonly count: number;
  /** The fields that any of them changes. */
  readonly fields: readonly string[];
  readonly hasMore: boolean;
}

export interface Items extends Omit<Loaded, 'pages'> {
  readonly isLoading: boolean;
  readonly error: ErrorDto | null;
  at(index: number): Item | undefined;
  /** Reads the next page; after an error, the same one again. */
  loadMore(): void;
}

/** The items of a part of a plan, a page at a time. Use a `key` per operation and part. */
export function useItems(operation: Operation, part: PlanPart): Items {
  const { id, undoOf, collection } = operation;
  const bridge = useBridge();
  // Pages are kept as they came: whoever scrolls through a million items does not copy them again and again.
  const [loaded, setLoaded] = useState<Loaded>({ pages: [], count: 0, fields: [], hasMore: true });
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<ErrorDto | null>(null);
  const isBusy = useRef(false);
  const last = useRef(0);

  const loadMore = useCallback(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    setLoading(true);
    setError(null);
    bridge
      .request('operations.items', {
        id,
        ...itemsOf({ undoOf }, part),
        after: last.current,
        limit: pageItems,
      })
      .then(({ items, hasMore }) => {
        last.current = items.at(-1)?.seq ?? last.current;
        setLoaded(({ pages, count, fields }) => ({
          pages: [...pages, items],
          count: count + items.length,
          fields: changedFields(items, collectionOf(collection), fields),
          hasMore,
        }));
      })
      .catch((reason: unknown) => setError(toErrorDto(reason)))
      .finally(() => {
        isBusy.current = false;
        setLoading(false);
      });
  }, [bridge, id, collection, undoOf, part]);

  useEffect(loadMore, [loadMore]);
  useWhenBack(() => error && loadMore());

  const { pages, ...rest } = loaded;
  // Every page but the last is full.
  const at = (index: number) => pages[Math.floor(index / pageItems)]?.[index % pageItems];
  return { ...rest, at, isLoading, error, loadMore };
}
