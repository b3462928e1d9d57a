import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inBoth, longestAscending, singlePlaces, type Pair } from '../../../src/base/ascending';

const pairsOf = (others: readonly number[]): Pair[] => others.map((other, place) => [place, other]);

/** By trying every choice: for a handful of numbers. */
function longestByTrying(others: readonly number[]): number {
  let longest = 0;
  for (let choice = 0; choice < 1 << others.length; choice++) {
    const chosen = others.filter((_, index) => choice & (1 << index));
    if (chosen.every((other, index) => index === 0 || chosen[index - 1] < other))
      longest = Math.max(longest, chosen.length);
  }
  return longest;
}

test('what was moved is left out of what ascends', () => {
  expect(longestAscending(pairsOf([0, 4, 1, 2, 3]))).toEqual([
    [0, 0],
    [2, 1],
    [3, 2],
    [4, 3],
  ]);
  expect(longestAscending([])).toEqual([]);
});

test('no choice of pairs is longer, and the same number does not ascend', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 9 }), (others) => {
      const chosen = longestAscending(pairsOf(others));
      expect(chosen.every(([, other], index) => index === 0 || chosen[index - 1][1] < other)).toBe(true);
      expect(chosen.every(([place], index) => index === 0 || chosen[index - 1][0] < place)).toBe(true);
      expect(chosen).toHaveLength(longestByTrying(others));
    }),
  );
});

test('a value that occurs twice has no single place, however often it occurs', () => {
  expect([...singlePlaces(['a', 'b', 'a', 'c', 'a'])]).toEqual([
    ['b', 1],
    ['c', 3],
  ]);
});

test('what stands outside the range is not looked at', () => {
  expect([...singlePlaces(['a', 'b', 'a', 'b'], 1, 3)]).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
});

test('values that one side lacks make no pair, and pairs come in the order of the first side', () => {
  expect(inBoth(singlePlaces(['x', 'a', 'b']), singlePlaces(['b', 'a', 'y']))).toEqual([
    [1, 1],
    [2, 0],
  ]);
});
