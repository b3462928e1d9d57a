import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath } from '../../../src/model/criticalPath';
import { sortedOrder } from '../../../src/model/sortOrder';
import { buildTree, depths, selfTimes } from '../../../src/model/traceTree';
import type { TreeSpans } from '../../../src/model/treeSpans';
import { criticalOf, drawTree, selfOf, inOrder } from './drawTrace';

function drawn(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(margin)).join('\n');
}

describe('the tree of a trace', () => {
  it('has parents before children and siblings by start, in whatever order they arrived', () => {
    expect(
      drawTree(`
        d<a            |---|
        c<b     |-|
        b<a   |-----|
        a     |------------|
      `),
    ).toBe(
      drawn(`
        a
          b
            c
          d
      `),
    );
  });

  it('lets a child begin before its parent, as skewed clocks have it', () => {
    expect(
      drawTree(`
        a        |-----|
        b<a   |----|
        c<a  |--|
      `),
    ).toBe(
      drawn(`
        a
          c
          b
      `),
    );
  });

  it('marks spans whose parent has not arrived', () => {
    expect(
      drawTree(`
        b<gone    |--|
        c<b        |-|
        a       |------|
      `),
    ).toBe(
      drawn(`
        a
        b?
          c
      `),
    );
  });

  it('cuts a circle at its earliest span', () => {
    expect(
      drawTree(`
        a<c     |---|
        b<a   |---|
        c<b       |---|
        d<c        |-|
      `),
    ).toBe(
      drawn(`
        b?
          c
            a
            d
      `),
    );
  });

  it('takes a span that is its own parent for a root without one', () => {
    expect(
      drawTree(`
        a<a   |---|
        b<a    |-|
      `),
    ).toBe(
      drawn(`
        a?
          b
      `),
    );
  });

  it('puts a server below the client that shares its id, and children below the half in their own service', () => {
    expect(
      drawTree(`
        root/web               |------------|
        call<root=x@client/web  |----------|
        log<x/web               |-|
        serve<root=x@server/db    |------|
        query<x/db                  |--|
        other<x/cache               |--|
      `),
    ).toBe(
      drawn(`
        root
          call
            log
            serve
              query
              other
      `),
    );
  });

  it('keeps both of two spans with one id that are no client and server', () => {
    expect(
      drawTree(`
        a       |-----|
        b<a=x    |-|
        c<a=x       |-|
        d<x          |
      `),
    ).toBe(
      drawn(`
        a
          b
            d
          c
      `),
    );
  });
});

describe('self time', () => {
  it('is what no child covers, within the span', () => {
    const self = selfOf(`
      a      |--------|
      b<a      |--|
      c<a        |---|
      d<a           |-----|
      e<a  |---|
      f<a                  |--|
      g<b      |--|
    `);
    expect(self).toEqual({ a: 0, b: 0, c: 5, d: 7, e: 5, f: 4, g: 4 });
  });

  it('is the gaps between children', () => {
    expect(
      selfOf(`
        a   |----------|
        b<a  |--|
        c<a        |-|
      `),
    ).toMatchObject({ a: 5 });
  });
});

describe('the critical path', () => {
  it('follows the child that ended last, then the one that had ended when that began', () => {
    expect(
      criticalOf(`
        a    |--------------|
        b<a   |---|
        c<a    |-|
        d<a         |----|
        e<a           |-|
        f<d          |-|
      `),
    ).toBe('a b d f');
  });

  it('counts a child that outlives its parent up to the parent’s end', () => {
    expect(
      criticalOf(`
        a    |------|
        b<a     |--------|
        c<b          |--|
        d<b      |----|
        e<b     |-|
      `),
    ).toBe('a b d');
  });

  it('takes spans that overlap by a breath for one after the other', () => {
    const drawing = (gap: string) => `
      a    |------------------------------------------------|
      b<a   |------------------------|
      c<a   ${gap}|--------------------|
    `;
    const [breath, beside] = [' '.repeat(24), ' '.repeat(20)];
    expect([criticalOf(drawing(breath)), criticalOf(drawing(beside))]).toEqual(['a b c', 'a c']);
  });

  it('of one span without a duration is that span', () => {
    expect(criticalPath({ ...chain(1), duration: new Float64Array(1) }, buildTree(chain(1)))[0]).toBe(1);
  });

  it('leaves out what starts after its parent has ended', () => {
    expect(
      criticalOf(`
        a    |---|
        b<a        |--|
      `),
    ).toBe('a');
  });

  it('goes from root to root in a trace that has several', () => {
    expect(
      criticalOf(`
        a        |--|
        b<gone       |---|
        c<gone2     |--|
      `),
    ).toBe('a b');
  });
});

/** Spans in a chain, each the child of the one before. */
function chain(count: number): TreeSpans {
  const ids = new Uint32Array(2 * count);
  const parents = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    ids[2 * i] = i + 1;
    parents[2 * i] = i;
  }
  return {
    count,
    spanIds: ids,
    parentIds: parents,
    start: Float64Array.from({ length: count }, (_, i) => i),
    duration: Float64Array.from({ length: count }, (_, i) => 3 * count - 2 * i),
    kind: new Uint8Array(count),
    service: new Uint16Array(count),
  };
}

describe('traces of unusual shape', () => {
  it('100,000 spans deep', () => {
    const spans = chain(100_000);
    const tree = buildTree(spans);
    expect([...tree.order.subarray(99_998)]).toEqual([99_998, 99_999]);
    const rows = inOrder(spans, tree);
    const depth = depths(rows.parent);
    expect([depth[65_534], depth[65_535], depth[99_999]]).toEqual([65_534, 65_535, 65_535]);
    expect(selfTimes(rows)[0]).toBe(2);
    expect(criticalPath(spans, tree).every((flag) => flag === 1)).toBe(true);
  });

  it('a circle of 100,000', () => {
    const spans = chain(100_000);
    spans.parentIds[0] = 100_000;
    const { orphan, order } = buildTree(spans);
    expect([order.length, orphan[0], orphan.reduce((sum, flag) => sum + flag, 0)]).toEqual([100_000, 1, 1]);
  });

  it('100,000 children of one', () => {
    const spans = chain(100_000);
    spans.parentIds.fill(0);
    for (let i = 1; i < spans.count; i++) spans.parentIds[2 * i] = 1;
    const tree = buildTree(spans);
    expect(depths(inOrder(spans, tree).parent).reduce((sum, depth) => sum + depth, 0)).toBe(99_999);
    expect(criticalPath(spans, tree)[0]).toBe(1);
  });

  it('any: every span is there once, below its parent', () => {
    const anyParents = fc.array(
      fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 30 }), fc.nat({ max: 20 }), fc.nat({ max: 20 })),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(anyParents, (drawnSpans) => {
        const count = drawnSpans.length;
        const spans: TreeSpans = {
          count,
          spanIds: Uint32Array.from(drawnSpans.flatMap(([id]) => [0, id + 1])),
          parentIds: Uint32Array.from(drawnSpans.flatMap(([, parent]) => [0, parent])),
          start: Float64Array.from(drawnSpans, ([, , start]) => start),
          duration: Float64Array.from(drawnSpans, ([, , , duration]) => duration),
          kind: Uint8Array.from(drawnSpans, ([id, parent]) => 1 + ((id + parent) % 3)),
          service: new Uint16Array(count),
        };
        const tree = buildTree(spans);
        expect([...tree.order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        const rows = inOrder(spans, tree);
        const depth = depths(rows.parent);
        const place = new Map([...tree.order].map((span, i) => [span, i]));
        for (let span = 0; span < count; span++) {
          const parent = tree.parent[span];
          if (parent < 0) continue;
          expect(place.get(parent)!).toBeLessThan(place.get(span)!);
          expect(depth[place.get(span)!]).toBe(depth[place.get(parent)!] + 1);
        }
        for (const self of selfTimes(rows)) expect(self).toBeGreaterThanOrEqual(0);
        const critical = criticalPath(spans, tree);
        for (let span = 0; span < count; span++) {
          if (critical[span] && tree.parent[span] >= 0) expect(critical[tree.parent[span]]).toBe(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('sorting places by key', () => {
  it('sorts what is long as it sorts what is short', () => {
    const keys = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.maxSafeInteger()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(keys, (few) => {
        const repeated = Array.from({ length: 5000 }, (_, i) => few[(i * 7) % few.length]);
        const expected = repeated.map((_, i) => i).sort((a, b) => repeated[a] - repeated[b] || a - b);
        expect([...sortedOrder(Float64Array.from(repeated))]).toEqual(expected);
      }),
      { numRuns: 50, examples: [[[-9007199254740985, 18, 19]]] },
    );
  });
});
