/**
 * Scrolling over more rows than a browser can make an element high (Chromium 33 million pixels, Firefox 17). The scrolled element
 * gets at most MAX_HEIGHT; beyond that the scrollbar's position stands for a proportional place, while small moves (wheel, keys)
 * still move rows pixel by pixel.
 */
export interface ScrollGeometry {
  /** Height of all rows, in pixels. */
  readonly content: number;
  /** Height of the visible part. */
  readonly viewport: number;
  /** Height that the scrolled element gets. */
  readonly physical: number;
}

const MAX_HEIGHT = 8_000_000;

export function scrollGeometry(rows: number, rowHeight: number, viewport: number): ScrollGeometry {
  const content = rows * rowHeight;
  return { content, viewport, physical: Math.min(Math.max(content, viewport), Math.max(MAX_HEIGHT, viewport)) };
}

export function maxTop({ content, viewport }: ScrollGeometry): number {
  return Math.max(0, content - viewport);
}

/** The scrollbar's position for a place in the content. */
export function scrollbarAt(geometry: ScrollGeometry, top: number): number {
  const [most, physicalMost] = [maxTop(geometry), geometry.physical - geometry.viewport];
  return most <= physicalMost ? top : (top / most) * physicalMost;
}

/**
 * The place in the content after the scrollbar moved from `before` to `now` while the content stood at `top`. A jump (dragging the
 * thumb) goes to the proportional place, a small move counts as it is.
 */
export function topAfterScroll(geometry: ScrollGeometry, top: number, before: number, now: number): number {
  const [most, physicalMost] = [maxTop(geometry), geometry.physical - geometry.viewport];
  if (most <= physicalMost) return Math.min(now, most);
  if (now <= 0) return 0;
  if (now >= physicalMost - 1) return most;
  if (Math.abs(now - before) > geometry.viewport) return (now / physicalMost) * most;
  return Math.min(Math.max(top + now - before, 0), most);
}

export interface RowRange {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

/** Rows that are at least partly in view, plus `overscan` more at either side. */
export function rowsInView(top: number, viewport: number, rowHeight: number, rows: number, overscan: number): RowRange {
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const last = Math.min(rows, Math.ceil((top + viewport) / rowHeight) + overscan);
  return { first: Math.min(first, last), last };
}

/** The least move that brings a row wholly into view, with `margin` rows of context where there is room. */
export function topToReveal(top: number, viewport: number, rowHeight: number, position: number, margin = 2): number {
  const context = Math.min(margin * rowHeight, Math.max(0, (viewport - rowHeight) / 2));
  const [rowTop, rowBottom] = [position * rowHeight - context, (position + 1) * rowHeight + context];
  if (rowTop < top) return Math.max(0, rowTop);
  if (rowBottom > top + viewport) return rowBottom - viewport;
  return top;
}
