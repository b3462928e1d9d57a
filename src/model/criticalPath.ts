import { sortedOrder } from './sortOrder';
import type { TraceTree } from './traceTree';
import type { TreeSpans } from './treeSpans';

/**
 * Clocks tick in milliseconds here and there, and a call may be made before the one that it waited for has been ended: spans that
 * overlap by less than this share of what they are part of, and by less than a millisecond, count as one after the other.
 */
const OVERLAP_SHARE = 0.05;
const OVERLAP_NANOS = 1_000_000;

/**
 * Which spans lie on the critical path, 1 each: shortening one of them shortens the trace. Found from the end backwards: of a span's
 * children the one that ended last, then of those that had ended when it began the last, and so on; the same inside each of them.
 * Roots count as children of the trace as a whole.
 *
 *     A |##....#####|
 *     B   |####|          waits for nobody after it, and A waits for it
 *     C   |--|            done before B: not on the path
 *
 * A child that outlives its parent counts up to the parent's end.
 */
export function criticalPath(rows: TreeSpans, tree: TraceTree): Uint8Array {
  const { count, start, duration } = rows;
  const { children, childrenAt, roots } = tree;
  const critical = new Uint8Array(count);
  /** Up to when a span on the path is looked at. */
  const limit = new Float64Array(count);
  const pending = new Uint32Array(count);
  let top = 0;
  const mark = (span: number, end: number) => {
    critical[span] = 1;
    limit[span] = end;
    pending[top++] = span;
  };
  const follow = (candidates: Uint32Array, from: number, until: number) => {
    for (const [span, end] of lastEnders(rows, candidates, from, until)) mark(span, end);
  };
  if (roots.length === 1) mark(roots[0], start[roots[0]] + duration[roots[0]]);
  else if (roots.length > 1) follow(roots, start[roots[0]], latestEnd(rows, roots));
  while (top > 0) {
    const span = pending[--top];
    const own = children.subarray(childrenAt[span], childrenAt[span + 1]);
    if (own.length > 0) follow(own, start[span], Math.min(limit[span], start[span] + duration[span]));
  }
  return critical;
}

function latestEnd({ start, duration }: TreeSpans, spans: Uint32Array): number {
  let latest = -Infinity;
  for (const span of spans) latest = Math.max(latest, start[span] + duration[span]);
  return latest;
}

/** The chain of spans that led from `from` up to `until`, the last first, each with the time up to which it counts. */
function lastEnders(
  { start, duration }: TreeSpans,
  spans: Uint32Array,
  from: number,
  until: number,
): [span: number, end: number][] {
  const endOf = (span: number) => Math.min(until, start[span] + duration[span]);
  if (spans.length === 1) return start[spans[0]] < until ? [[spans[0], endOf(spans[0])]] : [];
  const overlap = Math.min(OVERLAP_NANOS, OVERLAP_SHARE * (until - from));
  const chain: [number, number][] = [];
  const before = Float64Array.from(spans, (span) => until - endOf(span));
  let reached = until;
  for (const place of sortedOrder(before)) {
    const span = spans[place];
    if (endOf(span) > reached + overlap || start[span] >= reached) continue;
    chain.push([span, Math.min(reached, endOf(span))]);
    reached = start[span];
  }
  return chain;
}
