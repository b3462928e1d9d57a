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

/**
 * A mergeable histogram of durations on a logarithmic scale: quantiles within 1.6 %, count, sum, minimum and maximum exact. Takes
 * whole nanoseconds; zero has a bucket of its own. Some hundred bytes where durations differ by a few octaves, 9 kB at worst.
 */
export class DurationSketch {
  count = 0;
  min = Infinity;
  max = 0;
  private zeros = 0;
  private sumUnits = 0;
  private sumRest = 0;
  /** Counts of the buckets from `first` on. */
  private counts = new Uint32Array(0);
  private first = 0;

  /** `duration` ≥ 0, finite. */
  record(duration: number): void {
    this.count++;
    if (duration < this.min) this.min = duration;
    if (duration > this.max) this.max = duration;
    if (duration < 1) {
      this.zeros++;
      return;
    }
    this.addToSum(duration);
    const bucket = bucketOf(duration);
    if ((bucket - this.first) >>> 0 >= this.counts.length) this.cover(bucket, bucket);
    this.counts[bucket - this.first]++;
  }

  /** Adds all that `other` has seen. */
  merge(other: DurationSketch): void {
    if (other.count === 0) return;
    this.count += other.count;
    this.zeros += other.zeros;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.addToSum(other.sumRest);
    this.sumUnits += other.sumUnits;
    if (other.counts.length === 0) return;
    this.cover(other.first, other.first + other.counts.length - 1);
    const shift = other.first - this.first;
    for (let i = 0; i < other.counts.length; i++) this.counts[i + shift] += other.counts[i];
  }

  /** In nanoseconds, exact. */
  get sum(): bigint {
    return BigInt(this.sumUnits) * BigInt(SUM_UNIT) + BigInt(this.sumRest);
  }

  /**
   * The duration that `share` (0 to 1) of all are not above, by nearest rank: the middle of that duration's bucket, within minimum
   * and maximum. 0 while nothing was recorded.
   */
  quantile(share: number): number {
    if (this.count === 0) return 0;
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = this.zeros;
    if (rank <= seen) return 0;
    for (let i = 0; i < this.counts.length; i++) {
      seen += this.counts[i];
      if (seen >= rank) return this.middle(this.first + i);
    }
    return this.max;
  }

  get byteLength(): number {
    return this.counts.byteLength;
  }

  private middle(bucket: number): number {
    const middle = (lowerBound(bucket) + lowerBound(bucket + 1)) / 2;
    return Math.min(this.max, Math.max(this.min, middle));
  }

  private addToSum(amount: number): void {
    let rest = this.sumRest + amount;
    if (rest >= SUM_UNIT || amount >= SUM_UNIT) {
      // Taken apart before they are added: the sum of two numbers above 2^52 may round.
      const units = Math.floor(amount / SUM_UNIT);
      this.sumUnits += units;
      rest = this.sumRest + (amount - units * SUM_UNIT);
      if (rest >= SUM_UNIT) {
        this.sumUnits++;
        rest -= SUM_UNIT;
      }
    }
    this.sumRest = rest;
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

export function durationStats(sketch: DurationSketch, errors: number): DurationStats {
  return { count: sketch.count, errors, p50: sketch.quantile(0.5), p95: sketch.quantile(0.95), max: sketch.max };
}
