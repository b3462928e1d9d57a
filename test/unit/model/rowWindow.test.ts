import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  maxTop,
  rowsInView,
  scrollbarAt,
  scrollGeometry,
  topAfterScroll,
  topToReveal,
} from '../../../src/model/rowWindow';

const ROW = 22;

describe('rows in view', () => {
  test('are those that are partly in view, and the overscan', () => {
    expect(rowsInView(100, 220, ROW, 1000, 0)).toEqual({ first: 4, last: 15 });
    expect(rowsInView(100, 220, ROW, 1000, 3)).toEqual({ first: 1, last: 18 });
  });

  test('end at the last row', () => {
    expect(rowsInView(0, 500, ROW, 3, 10)).toEqual({ first: 0, last: 3 });
    expect(rowsInView(0, 500, ROW, 0, 10)).toEqual({ first: 0, last: 0 });
  });
});

describe('scrolling few rows', () => {
  const geometry = scrollGeometry(1000, ROW, 500);

  test('is the scrollbar’s own position', () => {
    expect(geometry.physical).toBe(1000 * ROW);
    expect(topAfterScroll(geometry, 0, 0, 4321)).toBe(4321);
    expect(scrollbarAt(geometry, 4321)).toBe(4321);
  });
});

describe('scrolling a million rows', () => {
  const geometry = scrollGeometry(1_000_000, ROW, 500);

  test('needs no element higher than browsers can make', () => {
    expect(geometry.physical).toBeLessThan(10_000_000);
    expect(maxTop(geometry)).toBe(22_000_000 - 500);
  });

  test('the wheel moves rows pixel by pixel', () => {
    expect(topAfterScroll(geometry, 9_000_000, 3_000_000, 3_000_066)).toBe(9_000_066);
  });

  test('dragging the thumb goes to the proportional place', () => {
    const half = (geometry.physical - geometry.viewport) / 2;
    expect(topAfterScroll(geometry, 0, 0, half)).toBeCloseTo(maxTop(geometry) / 2, 0);
  });

  test('both ends can be reached', () => {
    expect(topAfterScroll(geometry, 300, 100, 0)).toBe(0);
    const end = geometry.physical - geometry.viewport;
    expect(topAfterScroll(geometry, 5, end - 10, end)).toBe(maxTop(geometry));
  });

  test('the scrollbar put at a place leads back to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: maxTop(geometry) }), (top) => {
        const scrollbar = scrollbarAt(geometry, top);
        expect(scrollbar).toBeLessThanOrEqual(geometry.physical - geometry.viewport);
        expect(topAfterScroll(geometry, 0, -1e9, scrollbar)).toBeCloseTo(top, -1);
      }),
    );
  });
});

describe('bringing a row into view', () => {
  test('does not move what is in view', () => {
    expect(topToReveal(100, 500, ROW, 15)).toBe(100);
  });

  test('moves as little as shows the row and two more around it', () => {
    expect(topToReveal(1000, 500, ROW, 10)).toBe(10 * ROW - 2 * ROW);
    expect(topToReveal(0, 500, ROW, 40)).toBe(41 * ROW + 2 * ROW - 500);
  });

  test('works in a view that is lower than the context', () => {
    expect(topToReveal(0, 30, ROW, 10)).toBe(11 * ROW + 4 - 30);
  });
});
