const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const WORD = 2 ** 32 - 1;
/** Up to this many, a comparison sort is quicker than counting into buckets. */
const FEW = 2048;
/** Up to this many keys that are alike are put in order one by one. */
const FEW_ALIKE = 16;

/** The places of `keys` in ascending order of key; equal keys stay in the order of their places. Keys are finite. */
export function sortedOrder(keys: Float64Array): Uint32Array {
  const places = new Uint32Array(keys.length);
  for (let i = 0; i < places.length; i++) places[i] = i;
  if (isSorted(keys)) return places;
  if (keys.length <= FEW) return sortByKey(places, keys);
  const { words, areExact } = wordsOf(keys);
  const sorted = radixSorted(words, places);
  if (!areExact) sortAlike(sorted, words, keys);
  return sorted;
}

function isSorted(keys: Float64Array): boolean {
  for (let i = 1; i < keys.length; i++) if (keys[i] < keys[i - 1]) return false;
  return true;
}

function sortByKey(places: Uint32Array, keys: Float64Array): Uint32Array {
  return places.sort((a, b) => keys[a] - keys[b] || a - b);
}

/** A word for each key, in the order of the keys; keys that are further apart than words reach may share one. */
function wordsOf(keys: Float64Array): { words: Uint32Array; areExact: boolean } {
  let least = Infinity;
  let most = -Infinity;
  let areWhole = true;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (key < least) least = key;
    if (key > most) most = key;
    if (key !== Math.floor(key)) areWhole = false;
  }
  const scale = Math.min(1, WORD / (most - least));
  const words = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) words[i] = (keys[i] - least) * scale;
  return { words, areExact: areWhole && scale === 1 };
}

/** Least significant digit first, skipping digits that all words share. */
function radixSorted(words: Uint32Array, places: Uint32Array): Uint32Array {
  let from = places;
  let to: Uint32Array = new Uint32Array(places.length);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    if (!sortByDigit(words, shift, from, to)) continue;
    [from, to] = [to, from];
  }
  return from;
}

/** False, with nothing moved, when every word has the same digit. */
function sortByDigit(words: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array): boolean {
  const ends = new Uint32Array(BUCKETS + 1);
  for (let i = 0; i < words.length; i++) ends[((words[i] >>> shift) & (BUCKETS - 1)) + 1]++;
  if (ends[((words[0] >>> shift) & (BUCKETS - 1)) + 1] === words.length) return false;
  for (let bucket = 1; bucket <= BUCKETS; bucket++) ends[bucket] += ends[bucket - 1];
  for (let i = 0; i < from.length; i++) to[ends[(words[from[i]] >>> shift) & (BUCKETS - 1)]++] = from[i];
  return true;
}

/** Puts keys that share a word in order among themselves. */
function sortAlike(sorted: Uint32Array, words: Uint32Array, keys: Float64Array): void {
  for (let from = 0; from < sorted.length;) {
    const word = words[sorted[from]];
    let to = from + 1;
    while (to < sorted.length && words[sorted[to]] === word) to++;
    if (to - from > FEW_ALIKE) sortByKey(sorted.subarray(from, to), keys);
    else if (to - from > 1) insertInOrder(sorted, from, to, keys);
    from = to;
  }
}

function insertInOrder(places: Uint32Array, from: number, to: number, keys: Float64Array): void {
  for (let next = from + 1; next < to; next++) {
    const place = places[next];
    let at = next;
    for (; at > from && keys[places[at - 1]] > keys[place]; at--) places[at] = places[at - 1];
    places[at] = place;
  }
}
