import type { ExponentialHistogram, Histogram, MetricValue } from './metric';

/**
 * The value that `share` (0 to 1) of what was measured is not above, as far as buckets tell: between a bucket's bounds it is taken
 * to grow evenly. Undefined where nothing was counted, or only beyond the last bound.
 */
export function metricQuantile(value: MetricValue, share: number): number | undefined {
  switch (value.kind) {
    case 'int':
    case 'double':
      return undefined;
    case 'summary':
      return value.quantiles.find(({ quantile }) => quantile === share)?.value;
    case 'histogram':
      return within(value, share, histogramBuckets(value));
    case 'exponential':
      return within(value, share, exponentialBuckets(value));
  }
}

interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

function within({ min, max }: Histogram | ExponentialHistogram, share: number, buckets: readonly Bucket[]) {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  let left = share * total;
  const found = buckets.find(({ count }) => count > 0 && (left -= count) <= 0) ?? buckets[buckets.length - 1];
  const from = Math.max(found.from, min ?? -Infinity);
  const to = Math.min(found.to, max ?? Infinity);
  const part = found.count === 0 ? 1 : Math.min(1, Math.max(0, (left + found.count) / found.count));
  if (Number.isFinite(from) && Number.isFinite(to)) return from + (to - from) * part;
  const edge = Number.isFinite(from) ? from : to;
  return Number.isFinite(edge) ? edge : undefined;
}

function histogramBuckets({ bounds, counts, min }: Histogram): Bucket[] {
  // Most measurements are not negative: the lowest bucket begins at zero unless something says otherwise.
  const lowest = min ?? (bounds.length > 0 && bounds[0] > 0 ? 0 : -Infinity);
  return counts.map((count, i) => ({ from: i === 0 ? lowest : bounds[i - 1], to: bounds[i] ?? Infinity, count }));
}

function exponentialBuckets({ scale, zeroCount, zeroThreshold, positive, negative }: ExponentialHistogram): Bucket[] {
  const bound = (index: number): number => 2 ** (index * 2 ** -scale);
  const below = negative.counts.map((count, i) => ({
    from: -bound(negative.offset + i + 1),
    to: -bound(negative.offset + i),
    count,
  }));
  const above = positive.counts.map((count, i) => ({
    from: bound(positive.offset + i),
    to: bound(positive.offset + i + 1),
    count,
  }));
  const zero = { from: negative.counts.length > 0 ? -zeroThreshold : 0, to: zeroThreshold, count: zeroCount };
  return [...below.reverse(), zero, ...above];
}
