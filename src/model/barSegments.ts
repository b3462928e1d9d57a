import { type RowTree, childrenOf } from './rows';
import { SPAN_FLAG } from './traceColumns';

/** Stretches of time as pairs from, to, from, to, … in nanoseconds from the trace's epoch, ascending, not touching. */
export type Segments = Float64Array;

/** Time of a span in which none of its children ran. */
export function selfSegments(tree: RowTree, row: number): Segments {
  return uncovered(tree, row, () => true);
}

/**
 * Time of a span in which it, and none of its children, held up the trace. Empty for a span that is not on the critical path.
 */
export function criticalSegments(tree: RowTree, row: number): Segments {
  const { flags } = tree.columns;
  if (!(flags[row] & SPAN_FLAG.critical)) return new Float64Array(0);
  return uncovered(tree, row, (child) => (flags[child] & SPAN_FLAG.critical) !== 0);
}

// span      |------------------|
// child a      |----|
// child b         |----|
// child c                    |-----|
// result    |##|       |#####|
function uncovered(tree: RowTree, row: number, counts: (child: number) => boolean): Segments {
  const { start, duration } = tree.columns;
  const end = start[row] + duration[row];
  const segments: number[] = [];
  let reached = start[row];
  for (const child of childrenOf(tree, row)) {
    if (!counts(child)) continue;
    if (start[child] >= end) break;
    if (start[child] > reached) segments.push(reached, start[child]);
    reached = Math.max(reached, start[child] + duration[child]);
  }
  if (reached < end) segments.push(reached, end);
  return Float64Array.from(segments);
}

/**
 * Segments as fractions of the span's own time, those closer together than `resolution` joined and those shorter dropped, so that
 * a span with 10,000 children draws no more pieces than pixels.
 */
export function drawnSegments(segments: Segments, from: number, span: number, resolution: number): number[] {
  const drawn: number[] = [];
  for (let i = 0; i < segments.length; i += 2) {
    const [left, right] = [(segments[i] - from) / span, (segments[i + 1] - from) / span];
    if (drawn.length > 0 && left - drawn[drawn.length - 1] < resolution) drawn[drawn.length - 1] = right;
    else drawn.push(left, right);
  }
  return drawn.filter((_, i) => drawn[i | 1] - drawn[i & ~1] >= resolution / 2);
}
