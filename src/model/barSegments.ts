import { ancestors, childrenOf, type RowTree } from './rows';
import { SPAN_FLAG } from './traceColumns';

/** Stretches of time as pairs from, to, from, to, … in nanoseconds from the trace's epoch, ascending, not touching. */
export type Segments = Float64Array;

/** Time of a span in which none of its children ran. */
export function selfSegments(tree: RowTree, row: number): Segments {
  return uncovered(tree, row, endOf(tree, row), () => true);
}

/**
 * Time of a span in which it, and none of its children, held up the trace. Empty for a span that is not on the critical path. What
 * it does after the end of a parent held up nothing.
 */
export function criticalSegments(tree: RowTree, row: number): Segments {
  const { flags } = tree.columns;
  if (!(flags[row] & SPAN_FLAG.critical)) return new Float64Array(0);
  let end = endOf(tree, row);
  for (const up of ancestors(tree, row)) end = Math.min(end, endOf(tree, up));
  return uncovered(tree, row, end, (child) => (flags[child] & SPAN_FLAG.critical) !== 0);
}

// span      |------------------|
// child a      |----|
// child b         |----|
// child c                    |-----|
// result    |##|       |#####|
function uncovered(tree: RowTree, row: number, end: number, counts: (child: number) => boolean): Segments {
  const { start } = tree.columns;
  const segments: number[] = [];
  let reached = start[row];
  for (const child of childrenOf(tree, row)) {
    if (!counts(child)) continue;
    if (start[child] >= end) break;
    if (start[child] > reached) segments.push(reached, start[child]);
    reached = Math.max(reached, endOf(tree, child));
  }
  if (reached < end) segments.push(reached, end);
  return Float64Array.from(segments);
}

function endOf({ columns: { start, duration } }: RowTree, row: number): number {
  return start[row] + duration[row];
}

/** Up to so many pieces are drawn exactly; of more, every pixel shows its share. */
const MOST_EXACT = 300;

/**
 * What of the segments lies between two times, as pairs of fractions of that stretch. At most one piece a pixel comes of very many:
 * its width is the pixel's share, so that a bar with 10,000 children is as dark as it should be.
 */
export function drawnSegments(segments: Segments, from: number, to: number, pixels: number): number[] {
  const drawn: number[] = [];
  const span = to - from;
  for (let i = 0; i < segments.length; i += 2) {
    const [left, right] = [Math.max(0, (segments[i] - from) / span), Math.min(1, (segments[i + 1] - from) / span)];
    if (right > left) drawn.push(left, right);
  }
  return drawn.length <= MOST_EXACT * 2 ? drawn : perPixel(drawn, Math.max(1, Math.ceil(pixels)));
}

function perPixel(pieces: readonly number[], pixels: number): number[] {
  const shares = new Float64Array(pixels);
  for (let i = 0; i < pieces.length; i += 2) {
    const [left, right] = [pieces[i] * pixels, pieces[i + 1] * pixels];
    for (let pixel = Math.floor(left); pixel < right; pixel++)
      shares[pixel] += Math.min(right, pixel + 1) - Math.max(left, pixel);
  }
  const drawn: number[] = [];
  shares.forEach((share, pixel) => {
    if (share > 0.02) drawn.push(pixel / pixels, (pixel + Math.min(share, 1)) / pixels);
  });
  return drawn;
}
