const DIGIT_BITS = 16;
const BUCKETS = 1 << DIGIT_BITS;
const TWO_32 = 2 ** 32;
/** Up to this many, a comparison sort is quicker than counting into 65,536 buckets. */
const FEW = 4096;

/** The places of `keys`, whole numbers, in ascending order of key; equal keys stay in the order of their places. */
export function sortedOrder(keys: Float64Array): Uint32Array {
  const places = new Uint32Array(keys.length);
  for (let i = 0; i < places.length; i++) places[i] = i;
  if (isSorted(keys)) return places;
  const least = keys.reduce((a, b) => Math.min(a, b), Infinity);
  const most = keys.reduce((a, b) => Math.max(a, b), -Infinity);
  // Counting goes by the distance from the least key, which is exact up to here only.
  const countable = most - least <= Number.MAX_SAFE_INTEGER;
  if (keys.length <= FEW || !countable) return places.sort((a, b) => keys[a] - keys[b] || a - b);
  return radixSorted(keys, places, least);
}

function isSorted(keys: Float64Array): boolean {
  for (let i = 1; i < keys.length; i++) if (keys[i] < keys[i - 1]) return false;
  return true;
}

/** Least significant digit first, skipping digits that all keys share. */
function radixSorted(keys: Float64Array, places: Uint32Array, least: number): Uint32Array {
  const [low, high] = halves(keys, least);
  let from = places;
  let to: Uint32Array = new Uint32Array(places.length);
  for (const words of [low, high]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (!sortByDigit(words, shift, from, to)) continue;
      [from, to] = [to, from];
    }
  }
  return from;
}

function halves(keys: Float64Array, least: number): [low: Uint32Array, high: Uint32Array] {
  const low = new Uint32Array(keys.length);
  const high = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] - least;
    const upper = Math.floor(key / TWO_32);
    high[i] = upper;
    low[i] = key - upper * TWO_32;
  }
  return [low, high];
}

/** False, with nothing moved, when every key has the same digit. */
function sortByDigit(words: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array): boolean {
  const ends = new Uint32Array(BUCKETS + 1);
  for (let i = 0; i < words.length; i++) ends[((words[i] >>> shift) & (BUCKETS - 1)) + 1]++;
  if (ends[((words[0] >>> shift) & (BUCKETS - 1)) + 1] === words.length) return false;
  for (let bucket = 1; bucket <= BUCKETS; bucket++) ends[bucket] += ends[bucket - 1];
  for (let i = 0; i < from.length; i++) to[ends[(words[from[i]] >>> shift) & (BUCKETS - 1)]++] = from[i];
  return true;
}
