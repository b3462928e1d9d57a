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

/** Where things are in {@link DurationSketch.cells}; the buckets' counts follow. */
const COUNT = 0;
const MIN = 1;
const MAX = 2;
/** Durations below one nanosecond, which have no logarithm. */
const ZEROS = 3;
const SUM_UNITS = 4;
const SUM_REST = 5;
const BUCKETS = 6;

/**
 * A mergeable histogram of durations on a logarithmic scale: quantiles within 1.6 %, count, sum, minimum and maximum exact. Takes
 * whole nanoseconds. A kilobyte where durations differ by a few octaves, 17 kB at worst. All of it is one array: a span that is
 * counted touches a cold line or two, where fields with doubles would be an object each.
 */
export class DurationSketch {
  private cells = emptyCells(0);
  /** The bucket whose count is the first in {@link cells}. */
  private first = 0;

  /** `duration` ≥ 0, finite. */
  record(duration: number): void {
    let { cells } = this;
    cells[COUNT]++;
    if (duration < cells[MIN]) cells[MIN] = duration;
    if (duration > cells[MAX]) cells[MAX] = duration;
    if (duration < 1) {
      cells[ZEROS]++;
      return;
    }
    addToSum(cells, duration);
    const bucket = bucketOf(duration);
    if (bucket < this.first || bucket - this.first >= cells.length - BUCKETS) cells = this.cover(bucket, bucket);
    cells[BUCKETS + bucket - this.first]++;
  }

  /** Adds all that `other` has seen. */
  merge(other: DurationSketch): void {
    const held = other.cells.length - BUCKETS;
    const cells = held > 0 ? this.cover(other.first, other.first + held - 1) : this.cells;
    cells[COUNT] += other.count;
    cells[ZEROS] += other.cells[ZEROS];
    cells[MIN] = Math.min(this.min, other.min);
    cells[MAX] = Math.max(this.max, other.max);
    addToSum(cells, other.cells[SUM_REST]);
    cells[SUM_UNITS] += other.cells[SUM_UNITS];
    const shift = other.first - this.first;
    for (let i = BUCKETS; i < other.cells.length; i++) cells[i + shift] += other.cells[i];
  }

  get count(): number {
    return this.cells[COUNT];
  }

  /** Infinity while nothing was recorded. */
  get min(): number {
    return this.cells[MIN];
  }

  /** 0 while nothing was recorded. */
  get max(): number {
    return this.cells[MAX];
  }

  /** In nanoseconds, exact. */
  get sum(): bigint {
    return BigInt(this.cells[SUM_UNITS]) * BigInt(SUM_UNIT) + BigInt(this.cells[SUM_REST]);
  }

  /**
   * The duration that `share` (0 to 1) of all are not above, by nearest rank: the middle of that duration's bucket, within minimum
   * and maximum. 0 while nothing was recorded.
   */
  quantile(share: number): number {
    const { cells, count } = this;
    const rank = Math.max(1, Math.ceil(share * count));
    let seen = cells[ZEROS];
    if (rank <= seen) return 0;
    for (let i = BUCKETS; i < cells.length; i++) {
      seen += cells[i];
      if (seen >= rank) return this.middle(this.first + i - BUCKETS);
    }
    return this.max;
  }

  get byteLength(): number {
    return this.cells.byteLength;
  }

  private middle(bucket: number): number {
    const middle = (lowerBound(bucket) + lowerBound(bucket + 1)) / 2;
    return Math.min(this.max, Math.max(this.min, middle));
  }

  /** Makes the window hold the buckets from `low` to `high`; gives the cells. */
  private cover(low: number, high: number): Float64Array {
    const held = this.cells.length - BUCKETS;
    const first = Math.floor((held > 0 ? Math.min(low, this.first) : low) / OCTAVE) * OCTAVE;
    const last = held > 0 ? Math.max(high, this.first + held - 1) : high;
    const size = (Math.floor(last / OCTAVE) + 1) * OCTAVE - first;
    if (size === held) return this.cells;
    const cells = emptyCells(size);
    cells.set(this.cells.subarray(0, BUCKETS));
    if (held > 0) cells.set(this.cells.subarray(BUCKETS), BUCKETS + this.first - first);
    this.cells = cells;
    this.first = first;
    return cells;
  }
}

function emptyCells(buckets: number): Float64Array {
  const cells = new Float64Array(BUCKETS + buckets);
  cells[MIN] = Infinity;
  return cells;
}

function addToSum(cells: Float64Array, amount: number): void {
  const rest = cells[SUM_REST] + amount;
  if (rest < SUM_UNIT && amount < SUM_UNIT) {
    cells[SUM_REST] = rest;
    return;
  }
  // Taken apart before they are added: the sum of two numbers above 2^52 may round.
  const units = Math.floor(amount / SUM_UNIT);
  const exact = cells[SUM_REST] + (amount - units * SUM_UNIT);
  cells[SUM_UNITS] += units + (exact >= SUM_UNIT ? 1 : 0);
  cells[SUM_REST] = exact >= SUM_UNIT ? exact - SUM_UNIT : exact;
}

export function durationStats(sketch: DurationSketch, errors: number): DurationStats {
  return { count: sketch.count, errors, p50: sketch.quantile(0.5), p95: sketch.quantile(0.95), max: sketch.max };
}
