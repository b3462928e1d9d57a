import { STATUS_ERROR } from './span';
import { SPAN_FLAG, type TraceColumns } from './traceColumns';

/** A trace with what is needed to fold and walk it. Rows are indexes into its columns. */
export interface RowTree {
  readonly columns: TraceColumns;
  /** One past the last row of each row's subtree: `end[row] === row + 1` for a leaf. */
  readonly end: Int32Array;
  /** Nanoseconds from the earliest start to the latest end, not counting how long spans run on that their parent did not wait for. */
  readonly extent: number;
  readonly maxDepth: number;
  readonly errors: number;
}

/** What runs on behind its parent's end is shown to run on, by this part of the time before. */
const BEHIND_SHARE = 0.25;

export function buildRowTree(columns: TraceColumns): RowTree {
  const { count, parent, depth, status } = columns;
  const end = new Int32Array(count);
  let [maxDepth, errors] = [0, 0];
  // Backwards, so that a child's end is known before its parent takes it over.
  for (let row = count - 1; row >= 0; row--) {
    if (end[row] === 0) end[row] = row + 1;
    if (parent[row] >= 0 && end[parent[row]] < end[row]) end[parent[row]] = end[row];
    maxDepth = Math.max(maxDepth, depth[row]);
    if (status[row] === STATUS_ERROR) errors++;
  }
  return { columns, end, extent: extentOf(columns), maxDepth, errors };
}

/**
 * A span that runs on when its parent has ended may have been forgotten. It leaves the picture then, instead of pressing all else
 * together for as long as its program runs.
 *
 *     parent    |---------|    :
 *     child         |----------:----------→
 */
function extentOf({ count, parent, start, duration, flags }: TraceColumns): number {
  const ends = new Float64Array(count);
  const limits = new Float64Array(count).fill(Infinity);
  let extent = 0;
  for (let row = 0; row < count; row++) {
    const up = parent[row];
    ends[row] = start[row] + duration[row];
    if (up >= 0 && flags[row] & SPAN_FLAG.running) {
      limits[row] = flags[up] & SPAN_FLAG.running ? limits[up] : ends[up] * (1 + BEHIND_SHARE);
      ends[row] = Math.min(ends[row], Math.max(limits[row], start[row]));
    }
    extent = Math.max(extent, ends[row]);
  }
  return extent;
}

export function hasChildren({ end }: RowTree, row: number): boolean {
  return end[row] > row + 1;
}

/** The rows that show, top to bottom, when the subtrees of rows with `collapsed[row] !== 0` are folded. */
export function visibleRows({ columns, end }: RowTree, collapsed: Uint8Array): Int32Array {
  const visible = new Int32Array(columns.count);
  let length = 0;
  for (let row = 0; row < columns.count; row = collapsed[row] ? end[row] : row + 1) visible[length++] = row;
  return visible.subarray(0, length);
}

/** Where a row stands in `visible`; -1 when it is folded away. */
export function positionOf(visible: Int32Array, row: number): number {
  let [low, high] = [0, visible.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (visible[middle] === row) return middle;
    if (visible[middle] < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Parent, grandparent, … of a row, the nearest first. */
export function* ancestors({ columns }: RowTree, row: number): Generator<number> {
  for (let up = columns.parent[row]; up >= 0; up = columns.parent[up]) yield up;
}

/** The row itself, or the outermost folded row that hides it. */
export function shownFor(tree: RowTree, collapsed: Uint8Array, row: number): number {
  let shown = row;
  for (const up of ancestors(tree, row)) if (collapsed[up]) shown = up;
  return shown;
}

/** Direct children, in the order of their start. */
export function* childrenOf({ end }: RowTree, row: number): Generator<number> {
  for (let child = row + 1; child < end[row]; child = end[child]) yield child;
}

/** Folds every row that has children and lies at `depth` or deeper. */
export function collapseFrom(tree: RowTree, depth: number): Uint8Array {
  const collapsed = new Uint8Array(tree.columns.count);
  for (let row = 0; row < collapsed.length; row++)
    if (tree.columns.depth[row] >= depth && hasChildren(tree, row)) collapsed[row] = 1;
  return collapsed;
}
