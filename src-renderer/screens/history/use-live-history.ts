import { useEffect, useRef } from 'react';
import type { Operation } from '../../../src-shared/domain/operation.ts';
import { usePaced } from '../../components/use-paced.ts';
import { usePager } from '../../components/use-pager.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import type { TrackedOperation } from '../../state/operations-slice.ts';
import { type HistoryFilter, listRequest, stillFits } from './history-filter.ts';
import { withNews } from './operation-marks.ts';

/** The list is read again at most this often while operations come and go. */
const readEveryMs = 1_000;

/** The operations that fit a filter, latest first, each as fresh as the last event about it. */
export function useLiveHistory(filter: HistoryFilter) {
  const bridge = useBridge();
  const live = useConsole((state) => state.operations);
  const connection = useConsole((state) => state.connection);
  const { pages, more, refresh } = usePager<Operation>({
    key: JSON.stringify(filter),
    idOf: (operation) => operation.id,
    load: async (last) => {
      const { operations, hasMore } = await bridge.request('operations.list', listRequest(filter, last));
      return { rows: operations, hasMore };
    },
  });

  // New operations and new states change which ones fit; new counts do not.
  const states = usePaced(statesOf(live), readEveryMs);
  const seen = useRef({ states, connection });
  useEffect(() => {
    const isNews = seen.current.states !== states || seen.current.connection !== connection;
    seen.current = { states, connection };
    if (isNews && connection === 'connected') refresh();
  });

  const operations = withNews(pages.rows, live).filter((operation) => stillFits(filter, operation));
  return { operations, pages, more };
}

function statesOf(live: ReadonlyMap<number, TrackedOperation>): string {
  return [...live.values()]
    .map(({ operation: { id, state } }) => `${id}:${state}`)
    .sort()
    .join();
}
