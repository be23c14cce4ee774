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

/** Browsers paint with 24 bits: text some ten million pixels into its layer is bent. So no holder is longer than this. */
const stretchRows = 4096;

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

/**
 * Where the element that holds the drawn rows stands in the scrolled one. While all rows fit it stays for a long
 * stretch, and every row keeps its own place in it, so that scrolling paints nothing but the rows that come.
 */
export function holderTop(scrollTop: number, from: number, geometry: Geometry): number {
  if (fits(geometry)) return stretchOf(from) * geometry.rowPx;
  return from * geometry.rowPx - offsetAt(scrollTop, geometry) + scrollTop;
}

/** Where a drawn row stands in its holder. */
export function rowTop(index: number, from: number, geometry: Pick<Geometry, 'total' | 'rowPx'>): number {
  return (index - (fits(geometry) ? stretchOf(from) : from)) * geometry.rowPx;
}

/** The first row of the stretch that a row is in. */
function stretchOf(index: number): number {
  return index - (index % stretchRows);
}

function fits({ total, rowPx }: Pick<Geometry, 'total' | 'rowPx'>): boolean {
  return total * rowPx <= maxScrollPx;
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
