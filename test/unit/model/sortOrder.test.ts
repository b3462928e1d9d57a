import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedOrder } from '../../../src/model/sortOrder';

function expectSorted(keys: Float64Array): void {
  const expected = [...keys.keys()].sort((a, b) => keys[a] - keys[b] || a - b);
  // Compared as text: a difference between long lists is found at once, not after minutes of formatting.
  expect(sortedOrder(keys).join()).toBe(expected.join());
}

describe('the order of keys', () => {
  it.each([
    ['small', 1000],
    ['within a word', 2 ** 32 - 1],
    ['beyond a word', 2 ** 50],
    ['beyond what doubles tell apart', 2 ** 60],
  ])('is ascending and stable: %s', (_, most) => {
    fc.assert(
      fc.property(fc.integer({ min: 3000, max: 6000 }), fc.integer(), (count, seed) => {
        let state = seed >>> 0;
        const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
        expectSorted(Float64Array.from({ length: count }, () => Math.floor(random() * most)));
      }),
      { numRuns: 10 },
    );
  });

  it('holds for few keys, fractions, and none', () => {
    expectSorted(new Float64Array());
    expectSorted(Float64Array.of(3, -1, 2.5, 2.25, 2.5));
    expectSorted(Float64Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 5000) / 16));
  });

  it('holds for keys that one far away makes alike', () => {
    expectSorted(Float64Array.from({ length: 20_000 }, (_, i) => (i === 0 ? -1.8e18 : (i * 7919) % 20_000)));
  });
});
