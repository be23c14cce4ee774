/** Chromium cuts elements off a little above this height; above it the scroll bar stands for more than it shows. */
export const maxScrollPx = 33_000_000;

export interface Geometry {
  readonly total: number;
  readonly rowPx: number;
  /** Height of the stretch in which rows are seen. */
  readonly viewportPx: number;
}

export interface RowRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Rows drawn beyond each edge, and the step in which the drawn range moves, so that not every pixel draws. */
const overscan = 6;
const step = 4;

/** The height of the element that makes the scroll bar. */
export function scrollHeight({ total, rowPx }: Geometry): number {
  return Math.min(total * rowPx, maxScrollPx);
}

/** How many pixels of rows one pixel of scrolling stands for; 1 unless there are too many rows. */
function scale(geometry: Geometry): number {
  const { total, rowPx, viewportPx } = geometry;
  const scrollable = scrollHeight(geometry) - viewportPx;
  return scrollable <= 0 ? 1 : Math.max(1, (total * rowPx - viewportPx) / scrollable);
}

/** The first pixel of the rows that is in sight at a scroll position. */
export function offsetAt(scrollTop: number, geometry: Geometry): number {
  return Math.max(0, scrollTop) * scale(geometry);
}

/** The rows in sight, also those cut off at an edge. */
export function rowsInSight(scrollTop: number, geometry: Geometry): RowRange {
  const { total, rowPx, viewportPx } = geometry;
  const offset = offsetAt(scrollTop, geometry);
  const from = Math.min(total, Math.floor(offset / rowPx));
  return { from, to: Math.min(total, Math.ceil((offset + viewportPx) / rowPx)) };
}

/** The rows to draw for those in sight: some more at each edge, in steps. */
export function rowsToDraw({ from, to }: RowRange, total: number): RowRange {
  return {
    from: Math.max(0, Math.floor((from - overscan) / step) * step),
    to: Math.min(total, Math.ceil((to + overscan) / step) * step),
  };
}

/** Where the first drawn row stands in the scrolled element, so that the right rows are in sight. */
export function drawnTop(scrollTop: number, from: number, geometry: Geometry): number {
  const atRest = from * geometry.rowPx;
  return scale(geometry) === 1 ? atRest : atRest - offsetAt(scrollTop, geometry) + scrollTop;
}

/** The nearest scroll position that has a row wholly in sight. */
export function scrollTopToShow(index: number, scrollTop: number, geometry: Geometry): number {
  const { rowPx, viewportPx } = geometry;
  const offset = offsetAt(scrollTop, geometry);
  const top = index * rowPx;
  if (top < offset) return top / scale(geometry);
  if (top + rowPx > offset + viewportPx) return Math.max(0, top + rowPx - viewportPx) / scale(geometry);
  return scrollTop;
}
