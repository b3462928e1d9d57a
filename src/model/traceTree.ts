import { resolveParents } from './traceParents';
import type { TreeSpans } from './treeSpans';
import { sortedOrder } from './sortOrder';

/** The tree that spans make; a span is named by its place in {@link TreeSpans}. */
export interface TraceTree {
  /** Every span once: parents before children, siblings by start. */
  readonly order: Uint32Array;
  /** Place of the parent, -1 for roots and orphans. */
  readonly parent: Int32Array;
  /** 1 for a span that names a parent which is not there, or which descends from it. */
  readonly orphan: Uint8Array;
  /** The children of span i, by start: `children` from `childrenAt[i]` to `childrenAt[i + 1]`. */
  readonly children: Uint32Array;
  readonly childrenAt: Uint32Array;
  /** Spans without a parent, by start. */
  readonly roots: Uint32Array;
}

const DEEPEST = 0xffff;

/** Linear in the number of spans, whatever their shape: chains, stars, cycles and shared ids are a sender's to make. */
export function buildTree(rows: TreeSpans): TraceTree {
  const { parent, orphan } = resolveParents(rows);
  const { roots, children, childrenAt } = childrenByStart(parent, sortedOrder(rows.start));
  const order = new Uint32Array(rows.count);
  const stack = new Uint32Array(rows.count);
  let [top, placed] = [0, 0];
  for (let i = roots.length - 1; i >= 0; i--) stack[top++] = roots[i];
  while (top > 0) {
    const span = stack[--top];
    order[placed++] = span;
    for (let i = childrenAt[span + 1] - 1; i >= childrenAt[span]; i--) stack[top++] = children[i];
  }
  return { order, parent, orphan, children, childrenAt, roots };
}

/** Spans taken by start fall into each parent's list in that order. */
function childrenByStart(parent: Int32Array, byStart: Uint32Array) {
  const count = parent.length;
  const childrenAt = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) if (parent[i] >= 0) childrenAt[parent[i] + 1]++;
  for (let i = 0; i < count; i++) childrenAt[i + 1] += childrenAt[i];
  const next = childrenAt.slice(0, count);
  const children = new Uint32Array(childrenAt[count]);
  const roots = new Uint32Array(count - children.length);
  let rootCount = 0;
  for (const span of byStart) {
    if (parent[span] >= 0) children[next[parent[span]]++] = span;
    else roots[rootCount++] = span;
  }
  return { roots, children, childrenAt };
}

/** Of spans in tree order: times as in {@link TreeSpans}, and the row of the parent, which comes before its children, or -1. */
export interface OrderedSpans {
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly parent: Int32Array;
}

/** Rows above each row. Stays at 65,535 for what lies deeper. */
export function depths(parent: Int32Array): Uint16Array {
  const depth = new Uint16Array(parent.length);
  for (let row = 0; row < parent.length; row++)
    if (parent[row] >= 0) depth[row] = Math.min(DEEPEST, depth[parent[row]] + 1);
  return depth;
}

/**
 * Nanoseconds of each row that none of its children covers. What a child does before or after its parent is not the parent's time.
 *
 *     parent |--------------------|
 *     child     |-----|                 covered
 *     child        |-----|              covered where the one before has not
 *     child                    |-----|  covered up to the parent's end
 *
 * In tree order every child is met after its parent and after its older siblings, so one pass through memory is enough.
 */
export function selfTimes({ start, duration, parent }: OrderedSpans): Float64Array {
  const self = duration.slice();
  /** Up to when each row's children have covered it. */
  const reached = start.slice();
  for (let row = 0; row < parent.length; row++) {
    const above = parent[row];
    if (above < 0) continue;
    const end = Math.min(start[above] + duration[above], start[row] + duration[row]);
    const from = Math.max(reached[above], start[row]);
    if (end <= from) continue;
    self[above] -= end - from;
    reached[above] = end;
  }
  return self;
}
