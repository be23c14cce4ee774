import {
  type RefCallback,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import {
  type Geometry,
  holderTop,
  type RowRange,
  rowsInSight,
  rowsToDraw,
  rowTop,
  scrollHeight,
  scrollTopToShow,
} from './windowing.ts';

export interface WindowOptions {
  readonly total: number;
  readonly rowPx: number;
  /** Room below the last row, for what lies over the end of the list. */
  readonly tailPx?: number;
}

export interface RowWindow {
  readonly scroller: RefCallback<HTMLDivElement>;
  /**
   * What stands above the scroller and follows it sideways. Not a sticky part of it: some seventeen million pixels
   * down, where single precision ends, a sticky element trembles.
   */
  readonly head: RefObject<HTMLDivElement | null>;
  readonly rows: RefObject<HTMLDivElement | null>;
  readonly heightPx: number;
  readonly drawn: RowRange;
  readonly inSight: RowRange;
  /** Where a drawn row stands, in px. */
  topOf(index: number): number;
  showRow(index: number): void;
  toTop(): void;
}

const sameRange = (a: RowRange, b: RowRange) => a.from === b.from && a.to === b.to;

/** Draws only the rows in sight of a list with rows of one height, however many there are. */
export function useWindow({ total, rowPx, tailPx = 0 }: WindowOptions): RowWindow {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const head = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const [inSight, setInSight] = useState<RowRange>({ from: 0, to: 0 });
  const [viewportPx, setViewportPx] = useState(0);
  const geometry: Geometry = { total, rowPx, viewportPx };
  const latest = useRef({ geometry, inSight });
  latest.current = { geometry, inSight };
  const drawn = rowsToDraw(inSight, total);

  const follow = useCallback(
    (isScroll: boolean) => {
      if (!element) return;
      const { geometry: now, inSight: before } = latest.current;
      // Read once: after the rows are drawn, reading it would lay the page out there and then.
      const { scrollTop } = element;
      const next = rowsInSight(scrollTop, now);
      if (!sameRange(before, next)) {
        // In the same frame as the scrolling, or rows would trail behind.
        if (isScroll) flushSync(() => setInSight(next));
        else setInSight(next);
      }
      place(rows.current, scrollTop, rowsToDraw(next, now.total), now);
      if (head.current) head.current.scrollLeft = element.scrollLeft;
    },
    [element],
  );

  useEffect(() => {
    if (!element) return;
    const above = head.current;
    const onScroll = () => follow(true);
    // The keyboard went to a column that was out of sight.
    const onHeadScroll = () => {
      if (above && above.scrollLeft !== element.scrollLeft) element.scrollLeft = above.scrollLeft;
    };
    const observer = new ResizeObserver(() => setViewportPx(element.clientHeight));
    element.addEventListener('scroll', onScroll, { passive: true });
    above?.addEventListener('scroll', onHeadScroll, { passive: true });
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      above?.removeEventListener('scroll', onHeadScroll);
      observer.disconnect();
    };
  }, [element, follow]);

  // These figures decide what is in sight.
  useLayoutEffect(() => follow(false), [follow, total, rowPx, viewportPx]);

  const toTop = useCallback(() => {
    if (element) element.scrollTop = 0;
  }, [element]);

  return {
    scroller: setElement,
    head,
    rows,
    heightPx: scrollHeight(geometry) + tailPx,
    drawn,
    inSight,
    topOf: (index) => rowTop(index, drawn.from, geometry),
    showRow: (index) => {
      if (!element) return;
      const { geometry: now } = latest.current;
      const uncovered = { ...now, viewportPx: Math.max(rowPx, now.viewportPx - tailPx) };
      element.scrollTop = scrollTopToShow(index, element.scrollTop, uncovered);
    },
    toTop,
  };
}

function place(element: HTMLElement | null, scrollTop: number, drawn: RowRange, geometry: Geometry): void {
  if (!element) return;
  const transform = `translateY(${holderTop(scrollTop, drawn.from, geometry)}px)`;
  if (element.style.transform !== transform) element.style.transform = transform;
}
