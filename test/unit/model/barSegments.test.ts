import { describe, expect, test } from 'vitest';
import { criticalSegments, drawnSegments, type Segments, selfSegments } from '../../../src/model/barSegments';
import { buildRowTree } from '../../../src/model/rows';
import { SPAN_FLAG } from '../../../src/model/traceColumns';
import { type SpanSpec, traceOf } from '../../webview/synthetic';

const MS = 1e6;

function treeOf(...roots: SpanSpec[]) {
  return buildRowTree(traceOf(roots).columns);
}

/** One character a millisecond: `#` inside a segment. */
function draw(segments: Segments, length: number): string {
  const picture = Array.from({ length }, () => '.');
  for (let i = 0; i < segments.length; i += 2)
    picture.fill('#', Math.round(segments[i] / MS), Math.round(segments[i + 1] / MS));
  return picture.join('');
}

describe('time of its own', () => {
  test('is where no child runs, however the children overlap', () => {
    const tree = treeOf({
      name: 'parent',
      at: 0,
      takes: 20,
      children: [
        { name: 'a', at: 3, takes: 5 },
        { name: 'b', at: 6, takes: 4 },
        { name: 'c', at: 15, takes: 10 },
      ],
    });
    expect(draw(selfSegments(tree, 0), 20)).toBe('###.......#####.....');
  });

  test('of a leaf is all of it', () => {
    expect(draw(selfSegments(treeOf({ name: 'leaf', at: 2, takes: 3 }), 0), 6)).toBe('..###.');
  });

  test('is not taken by a child that starts before its parent or after its end', () => {
    const tree = treeOf({
      name: 'parent',
      at: 5,
      takes: 10,
      children: [
        { name: 'early', at: 0, takes: 7 },
        { name: 'late', at: 16, takes: 4 },
      ],
    });
    expect(draw(selfSegments(tree, 0), 20)).toBe('.......########.....');
  });

  test('ignores grandchildren', () => {
    const tree = treeOf({
      name: 'a',
      at: 0,
      takes: 10,
      children: [{ name: 'b', at: 2, takes: 2, children: [{ name: 'c', at: 2, takes: 8 }] }],
    });
    expect(draw(selfSegments(tree, 0), 10)).toBe('##..######');
  });
});

describe('time on the critical path', () => {
  test('is what the critical children leave; the others do not count', () => {
    const tree = treeOf({
      name: 'root',
      at: 0,
      takes: 20,
      children: [
        { name: 'aside', at: 1, takes: 4 },
        { name: 'waited for', at: 8, takes: 10 },
      ],
    });
    tree.columns.flags.set([SPAN_FLAG.critical, 0, SPAN_FLAG.critical]);
    expect(draw(criticalSegments(tree, 0), 20)).toBe('########..........##');
    expect(draw(criticalSegments(tree, 1), 20)).toBe('.'.repeat(20));
  });

  test('ends with the parent that did not wait any longer', () => {
    const tree = treeOf({ name: 'parent', at: 0, takes: 8, children: [{ name: 'outlives it', at: 4, takes: 9 }] });
    tree.columns.flags.fill(SPAN_FLAG.critical);
    expect(draw(criticalSegments(tree, 1), 14)).toBe('....####......');
  });
});

describe('what is drawn of segments', () => {
  test('is cut to the stretch in view and told in fractions of it', () => {
    expect(drawnSegments(Float64Array.of(0, 10, 20, 30, 60, 90), 5, 25, 100)).toEqual([0, 0.25, 0.75, 1]);
  });

  test('of thousands is at most one piece a pixel, as wide as the share it stands for', () => {
    const segments = Float64Array.from({ length: 20_000 }, (_, i) => Math.floor(i / 2) + (i % 2) * 0.2);
    const drawn = drawnSegments(segments, 0, 10_000, 500);
    expect(drawn.length / 2).toBeLessThanOrEqual(500);
    let covered = 0;
    for (let i = 0; i < drawn.length; i += 2) covered += drawn[i + 1] - drawn[i];
    expect(covered).toBeCloseTo(0.2, 2);
  });
});
