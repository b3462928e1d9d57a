import type { DurationStats } from './lineStats';

/** Buckets per power of two. A bucket is at most 1/32 of its lower bound wide, so its middle is off by 1/64 = 1.6 % at most. */
const BUCKET_BITS = 5;
/** Windows grow by whole octaves, which keeps re-allocation rare. */
const OCTAVE = 1 << BUCKET_BITS;
/** Sums are carried in two numbers so that they stay exact where one would round. */
const SUM_UNIT = 2 ** 52;

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
/** The word that holds sign, exponent and the top of the mantissa. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Exponent and first five mantissa bits, which is the bucket of a logarithmic scale without a logarithm. */
function bucketOf(value: number): number {
  bits[0] = value;
  return words[HIGH] >>> (20 - BUCKET_BITS);
}

function lowerBound(bucket: number): number {
  words[1 - HIGH] = 0;
  words[HIGH] = bucket << (20 - BUCKET_BITS);
  return bits[0];
}

/** Where things are in {@link DurationSketch.state}. */
const COUNT = 0;
const MIN = 1;
const MAX = 2;
/** Durations below one nanosecond, which have no logarithm. */
const ZEROS = 3;
const SUM_UNITS = 4;
const SUM_REST = 5;
const STATE = 6;

/**
 * A mergeable histogram of durations on a logarithmic scale: quantiles within 1.6 %, count, sum, minimum and maximum exact. Takes
 * whole nanoseconds. Half a kilobyte where durations differ by a few octaves, 9 kB at worst.
 */
export class DurationSketch {
  /** One array, because fields with doubles would be an object each, and a cache miss each when a span is counted. */
  private readonly state = emptyState();
  /** Counts of the buckets from `first` on. */
  private counts = new Uint32Array(0);
  private first = 0;

  /** `duration` ≥ 0, finite. */
  record(duration: number): void {
    const { state } = this;
    state[COUNT]++;
    if (duration < state[MIN]) state[MIN] = duration;
    if (duration > state[MAX]) state[MAX] = duration;
    if (duration < 1) {
      state[ZEROS]++;
      return;
    }
    addToSum(state, duration);
    const bucket = bucketOf(duration);
    if (bucket < this.first || bucket - this.first >= this.counts.length) this.cover(bucket, bucket);
    this.counts[bucket - this.first]++;
  }

  /** Undoes one {@link record} of this duration. Minimum and maximum stay, until nothing is left. */
  takeBack(duration: number): void {
    const { state, counts } = this;
    const bucket = bucketOf(duration) - this.first;
    const isHeld = duration < 1 ? state[ZEROS] > 0 : (counts[bucket] ?? 0) > 0;
    if (!isHeld) return;
    if (duration < 1) state[ZEROS]--;
    else counts[bucket]--;
    state[COUNT]--;
    subtractFromSum(state, duration);
    if (state[COUNT] === 0) state.set(emptyState());
  }

  /** Adds all that `other` has seen. */
  merge(other: DurationSketch): void {
    const { state } = this;
    state[COUNT] += other.count;
    state[ZEROS] += other.state[ZEROS];
    state[MIN] = Math.min(this.min, other.min);
    state[MAX] = Math.max(this.max, other.max);
    addToSum(state, other.state[SUM_REST]);
    state[SUM_UNITS] += other.state[SUM_UNITS];
    if (other.counts.length === 0) return;
    this.cover(other.first, other.first + other.counts.length - 1);
    const shift = other.first - this.first;
    for (let i = 0; i < other.counts.length; i++) this.counts[i + shift] += other.counts[i];
  }

  get count(): number {
    return this.state[COUNT];
  }

  /** Infinity while nothing was recorded. */
  get min(): number {
    return this.state[MIN];
  }

  /** 0 while nothing was recorded. */
  get max(): number {
    return this.state[MAX];
  }

  /** In nanoseconds, exact. */
  get sum(): bigint {
    return BigInt(this.state[SUM_UNITS]) * BigInt(SUM_UNIT) + BigInt(this.state[SUM_REST]);
  }

  /**
   * The duration that `share` (0 to 1) of all are not above, by nearest rank: the middle of that duration's bucket, within minimum
   * and maximum. 0 while nothing was recorded.
   */
  quantile(share: number): number {
    const { state, counts } = this;
    const rank = Math.max(1, Math.ceil(share * state[COUNT]));
    let seen = state[ZEROS];
    if (rank <= seen) return 0;
    for (let i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) return this.middle(this.first + i);
    }
    return this.max;
  }

  get byteLength(): number {
    return this.state.byteLength + this.counts.byteLength;
  }

  private middle(bucket: number): number {
    const middle = (lowerBound(bucket) + lowerBound(bucket + 1)) / 2;
    return Math.min(this.max, Math.max(this.min, middle));
  }

  /** Makes the window hold the buckets from `low` to `high`. */
  private cover(low: number, high: number): void {
    const held = this.counts.length;
    const first = Math.floor((held > 0 ? Math.min(low, this.first) : low) / OCTAVE) * OCTAVE;
    const last = held > 0 ? Math.max(high, this.first + held - 1) : high;
    const size = (Math.floor(last / OCTAVE) + 1) * OCTAVE - first;
    if (size === held) return;
    const counts = new Uint32Array(size);
    if (held > 0) counts.set(this.counts, this.first - first);
    this.counts = counts;
    this.first = first;
  }
}

function emptyState(): Float64Array {
  const state = new Float64Array(STATE);
  state[MIN] = Infinity;
  return state;
}

function addToSum(state: Float64Array, amount: number): void {
  const rest = state[SUM_REST] + amount;
  if (rest < SUM_UNIT && amount < SUM_UNIT) {
    state[SUM_REST] = rest;
    return;
  }
  // Taken apart before they are added: the sum of two numbers above 2^52 may round.
  const units = Math.floor(amount / SUM_UNIT);
  const exact = state[SUM_REST] + (amount - units * SUM_UNIT);
  state[SUM_UNITS] += units + (exact >= SUM_UNIT ? 1 : 0);
  state[SUM_REST] = exact >= SUM_UNIT ? exact - SUM_UNIT : exact;
}

function subtractFromSum(state: Float64Array, amount: number): void {
  state[SUM_UNITS] -= Math.floor(amount / SUM_UNIT);
  state[SUM_REST] -= amount % SUM_UNIT;
  if (state[SUM_REST] >= 0) return;
  state[SUM_REST] += SUM_UNIT;
  state[SUM_UNITS]--;
}

export function durationStats(sketch: DurationSketch, errors: number): DurationStats {
  return { count: sketch.count, errors, p50: sketch.quantile(0.5), p95: sketch.quantile(0.95), max: sketch.max };
}
