import type { ExponentialBuckets, ExponentialHistogram, Histogram, MetricNumber, MetricValue } from '../model/metric';

/** Beyond this many buckets a merged histogram is made coarser, as SDKs do with their own. */
const MAX_BUCKETS = 320;

/** `held` and `delta` as one value; `delta` alone where the two do not go together, such as histograms of other bounds. */
export function added(held: MetricValue, delta: MetricValue): MetricValue {
  if (isNumber(held) && isNumber(delta)) return sum(held, delta);
  if (held.kind === 'histogram' && delta.kind === 'histogram') return mergeHistograms(held, delta);
  if (held.kind === 'exponential' && delta.kind === 'exponential') return mergeExponential(held, delta);
  return delta;
}

function isNumber(value: MetricValue): value is MetricNumber {
  return value.kind === 'int' || value.kind === 'double';
}

function sum(held: MetricNumber, delta: MetricNumber): MetricNumber {
  if (held.kind === 'int' && delta.kind === 'int')
    return { kind: 'int', value: String(BigInt(held.value) + BigInt(delta.value)) };
  return { kind: 'double', value: Number(held.value) + Number(delta.value) };
}

function mergeHistograms(held: Histogram, delta: Histogram): Histogram {
  const sameBounds =
    held.bounds.length === delta.bounds.length && held.bounds.every((bound, i) => bound === delta.bounds[i]);
  if (!sameBounds) return delta;
  return { ...delta, ...mergeTotals(held, delta), counts: held.counts.map((count, i) => count + delta.counts[i]) };
}

type Totals = Pick<Histogram, 'count' | 'sum' | 'min' | 'max'>;

/** Minimum and maximum are known of the whole when they are known of both parts. */
function mergeTotals(held: Totals, delta: Totals): Totals {
  const both = (a: number | undefined, b: number | undefined, merge: (a: number, b: number) => number) =>
    a === undefined || b === undefined ? undefined : merge(a, b);
  return {
    count: held.count + delta.count,
    sum: both(held.sum, delta.sum, (a, b) => a + b),
    min: held.count === 0 ? delta.min : delta.count === 0 ? held.min : both(held.min, delta.min, Math.min),
    max: held.count === 0 ? delta.max : delta.count === 0 ? held.max : both(held.max, delta.max, Math.max),
  };
}

function mergeExponential(held: ExponentialHistogram, delta: ExponentialHistogram): ExponentialHistogram {
  let scale = Math.min(held.scale, delta.scale);
  const at = (one: ExponentialHistogram, side: 'positive' | 'negative') => coarser(one[side], one.scale - scale);
  const merge = (side: 'positive' | 'negative') => addBuckets(at(held, side), at(delta, side));
  while (span(held, delta, 'positive', scale) > MAX_BUCKETS || span(held, delta, 'negative', scale) > MAX_BUCKETS)
    scale--;
  return {
    kind: 'exponential',
    ...mergeTotals(held, delta),
    scale,
    zeroCount: held.zeroCount + delta.zeroCount,
    zeroThreshold: Math.max(held.zeroThreshold, delta.zeroThreshold),
    positive: merge('positive'),
    negative: merge('negative'),
  };
}

/** Buckets that both sides take together at a scale. */
function span(a: ExponentialHistogram, b: ExponentialHistogram, side: 'positive' | 'negative', scale: number): number {
  const ends = [a, b]
    .filter((one) => one[side].counts.length > 0)
    .map((one) => {
      const shift = one.scale - scale;
      const { offset, counts } = one[side];
      return [shifted(offset, shift), shifted(offset + counts.length - 1, shift)];
    });
  if (ends.length === 0) return 0;
  return Math.max(...ends.map(([, last]) => last)) - Math.min(...ends.map(([first]) => first)) + 1;
}

/** The bucket that holds this one when the scale is `shift` lower: each step joins two. */
function shifted(index: number, shift: number): number {
  return Math.floor(index / 2 ** shift);
}

function coarser({ offset, counts }: ExponentialBuckets, shift: number): ExponentialBuckets {
  if (shift === 0 || counts.length === 0) return { offset: shifted(offset, shift), counts };
  const first = shifted(offset, shift);
  const joined = new Array<number>(shifted(offset + counts.length - 1, shift) - first + 1).fill(0);
  counts.forEach((count, i) => (joined[shifted(offset + i, shift) - first] += count));
  return { offset: first, counts: joined };
}

function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.counts.length === 0) return b;
  if (b.counts.length === 0) return a;
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const counts = new Array<number>(end - offset).fill(0);
  for (const one of [a, b]) one.counts.forEach((count, i) => (counts[one.offset - offset + i] += count));
  return { offset, counts };
}
