import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ancestors,
  buildRowTree,
  childrenOf,
  collapseFrom,
  hasChildren,
  positionOf,
  type RowTree,
  shownFor,
  visibleRows,
} from '../../../src/model/rows';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { traceOf, traceOfSpans } from '../../webview/synthetic';

/** A tree from depths, one row each: `0 1 2 1` is a root with two children, the first of which has one. */
function treeOf(...depths: number[]): RowTree {
  const parents = depths.map((depth, row) => depths.slice(0, row).lastIndexOf(depth - 1));
  const specs = depths.map((_, row) => ({ name: `span ${row}`, at: row, takes: depths.length - row }));
  return buildRowTree(traceOfSpans(specs, Int32Array.from(parents)).columns);
}

function collapsed(tree: RowTree, ...rows: number[]): Uint8Array {
  return Uint8Array.from({ length: tree.columns.count }, (_, row) => (rows.includes(row) ? 1 : 0));
}

describe('the tree of rows', () => {
  test('a subtree ends where the next row is not deeper', () => {
    expect([...treeOf(0, 1, 2, 2, 1, 0, 1).end]).toEqual([5, 4, 3, 4, 5, 7, 7]);
  });

  test('says how long the trace is, how deep, and how many spans failed', () => {
    const { columns } = traceOf([
      { name: 'a', at: 0, takes: 10, children: [{ name: 'b', at: 5, takes: 20, error: 'late' }] },
    ]);
    expect(buildRowTree(columns)).toMatchObject({ extent: 25e6, maxDepth: 1, errors: 1 });
  });

  test('says how long the trace is without what runs on behind its parent, which may have been forgotten', () => {
    const forgotten = { name: 'b', at: 5, takes: 60_000, children: [{ name: 'c', at: 7, takes: 59_000 }] };
    const { columns } = traceOf([{ name: 'a', at: 0, takes: 10, children: [forgotten] }]);
    const extent = () => buildRowTree(columns).extent;
    expect(extent()).toBe(60_005e6);
    for (const row of [1, 2]) columns.flags[row] |= SPAN_FLAG.open | SPAN_FLAG.running;
    expect(extent()).toBe(12.5e6);
    columns.flags[0] |= SPAN_FLAG.open | SPAN_FLAG.running;
    expect(extent()).toBe(60_005e6);
  });

  test('an empty trace has no rows and no extent', () => {
    const tree = buildRowTree(traceOf([]).columns);
    expect(tree).toMatchObject({ extent: 0, maxDepth: 0, errors: 0 });
    expect(visibleRows(tree, new Uint8Array(0))).toHaveLength(0);
  });

  test('children are the direct ones only', () => {
    const tree = treeOf(0, 1, 2, 3, 1, 1, 2);
    expect([...childrenOf(tree, 0)]).toEqual([1, 4, 5]);
    expect(hasChildren(tree, 3)).toBe(false);
  });

  test('a chain of 60,000 spans overflows nothing', () => {
    const tree = treeOf(...Array.from({ length: 300 }, (_, depth) => depth));
    expect([...ancestors(tree, 299)]).toHaveLength(299);
    const long = 60_000;
    const specs = Array.from({ length: long }, () => ({ name: 'a', at: 0, takes: 1 }));
    const chain = buildRowTree(
      traceOfSpans(
        specs,
        Int32Array.from(specs, (_, row) => row - 1),
      ).columns,
    );
    expect(chain.end[0]).toBe(long);
  });
});

describe('folding', () => {
  test('hides everything below a folded row and nothing else', () => {
    const tree = treeOf(0, 1, 2, 2, 1, 0, 1);
    expect([...visibleRows(tree, collapsed(tree, 1))]).toEqual([0, 1, 4, 5, 6]);
    expect([...visibleRows(tree, collapsed(tree, 0, 1))]).toEqual([0, 5, 6]);
  });

  test('collapsing all leaves the roots and their children', () => {
    const tree = treeOf(0, 1, 2, 3, 1, 2);
    expect([...visibleRows(tree, collapseFrom(tree, 1))]).toEqual([0, 1, 4]);
  });

  test('a hidden row is shown by the outermost folded row above it', () => {
    const tree = treeOf(0, 1, 2, 3);
    expect(shownFor(tree, collapsed(tree, 1, 2), 3)).toBe(1);
    expect(shownFor(tree, collapsed(tree, 3), 3)).toBe(3);
  });

  test('a row is visible exactly when none of its ancestors is folded, and is found where it stands', () => {
    const depths = fc.array(fc.nat(6), { minLength: 1, maxLength: 60 }).map((wanted) => {
      let last = -1;
      return wanted.map((depth) => (last = Math.min(depth, last + 1)));
    });
    fc.assert(
      fc.property(depths, fc.infiniteStream(fc.boolean()), (shape, folds) => {
        const tree = treeOf(...shape);
        const folded = Uint8Array.from(shape, () => (folds.next().value ? 1 : 0));
        const visible = visibleRows(tree, folded);
        for (let row = 0; row < shape.length; row++) {
          const hidden = [...ancestors(tree, row)].some((up) => folded[up]);
          expect(positionOf(visible, row)).toBe(hidden ? -1 : [...visible].indexOf(row));
        }
      }),
      { numRuns: 60 },
    );
  });
});
