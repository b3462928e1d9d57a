/** A place in one sequence with its place in another, both from 0. */
export type Pair = readonly [place: number, other: number];

/** Where each value stands that occurs once between `start` and `end`. */
export function singlePlaces(
  values: readonly string[],
  start = 0,
  end: number = values.length,
): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let at = start; at < end; at++) places.set(values[at], places.has(values[at]) ? -1 : at);
  for (const [value, at] of places) if (at < 0) places.delete(value);
  return places;
}

/** Pairs of places of one value, in the order of the first, for values that both have. */
export function inBoth(from: ReadonlyMap<string, number>, to: ReadonlyMap<string, number>): Pair[] {
  return [...from].flatMap(([value, place]): Pair[] => {
    const other = to.get(value);
    return other === undefined ? [] : [[place, other]];
  });
}

/**
 * The most of the pairs whose second numbers ascend, where the first do: what kept its order, without what was moved. By patience sorting:
 * n log n.
 */
export function longestAscending(pairs: readonly Pair[]): Pair[] {
  /** By length: the index of the pair that ends such a row with the least number. */
  const ends: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  pairs.forEach(([, other], index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]][1] < other) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? ends[low - 1] : -1;
    ends[low] = index;
  });
  const chosen: Pair[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]) chosen.push(pairs[index]);
  return chosen.reverse();
}
