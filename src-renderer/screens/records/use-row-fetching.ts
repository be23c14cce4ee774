import { useEffect, useRef } from 'react';
import type { RowRange } from '../../components/windowing.ts';
import { useConsoleStore } from '../../state/context.tsx';

const settleMs = 90;

/**
 * Fetches rows that come into sight: at once while scrolling slowly, and after a fast scroll only those where it stops.
 */
export function useRowFetching(inSight: RowRange, drawn: RowRange): void {
  const store = useConsoleStore();
  const lastFrom = useRef(0);

  useEffect(() => {
    store.getState().setVisible({ from: inSight.from, to: inSight.to });
    const moved = Math.abs(inSight.from - lastFrom.current);
    lastFrom.current = inSight.from;
    const isFlung = moved > 3 * (inSight.to - inSight.from);
    const need = () => store.getState().needRows({ from: drawn.from, to: drawn.to });
    if (!isFlung) return need();
    const timer = setTimeout(need, settleMs);
    return () => clearTimeout(timer);
  }, [store, inSight.from, inSight.to, drawn.from, drawn.to]);
}
