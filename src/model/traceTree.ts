import { resolveParents } from './traceParents';
import type { TreeSpans } from './treeSpans';
import { sortedOrder } from './sortOrder';

/** The tree that spans make; a span is named by its place in {@link TreeSpans}. */
export interface TraceTree {
  /** Every span once: parents before children, siblings by start. */
  readonly order: Uint32Array;
  /** Place of the parent, -1 for roots and orphans. */
  readonly parent: Int32Array;
  /** Stays at 65,535 for what lies deeper. */
  readonly depth: Uint16Array;
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
  const depth = new Uint16Array(rows.count);
  const stack = new Uint32Array(rows.count);
  let [top, placed] = [0, 0];
  for (let i = roots.length - 1; i >= 0; i--) stack[top++] = roots[i];
  while (top > 0) {
    const span = stack[--top];
    order[placed++] = span;
    if (parent[span] >= 0) depth[span] = Math.min(DEEPEST, depth[parent[span]] + 1);
    for (let i = childrenAt[span + 1] - 1; i >= childrenAt[span]; i--) stack[top++] = children[i];
  }
  return { order, parent, depth, orphan, children, childrenAt, roots };
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

/**
 * Nanoseconds of each span that none of its children covers. What a child does before or after its parent is not the parent's time.
 *
 *     parent |--------------------|
 *     child     |-----|                 covered
 *     child        |-----|              covered where the one before has not
 *     child                    |-----|  covered up to the parent's end
 */
export function selfTimes({ count, start, duration }: TreeSpans, { children, childrenAt }: TraceTree): Float64Array {
  const self = new Float64Array(count);
  for (let span = 0; span < count; span++) {
    const end = start[span] + duration[span];
    let covered = 0;
    let reached = start[span];
    for (let i = childrenAt[span]; i < childrenAt[span + 1]; i++) {
      const child = children[i];
      const childEnd = Math.min(end, start[child] + duration[child]);
      const childStart = Math.max(reached, start[child]);
      if (childEnd <= childStart) continue;
      covered += childEnd - childStart;
      reached = childEnd;
    }
    self[span] = duration[span] - covered;
  }
  return self;
}
