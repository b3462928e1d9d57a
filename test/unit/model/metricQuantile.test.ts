import { describe, expect, it } from 'vitest';
import type { ExponentialHistogram, Histogram } from '../../../src/model/metric';
import { metricQuantile } from '../../../src/model/metricQuantile';

const histogram = (members: Partial<Histogram>): Histogram => ({
  kind: 'histogram',
  count: 0,
  bounds: [],
  counts: [],
  ...members,
});
const exponential = (members: Partial<ExponentialHistogram>): ExponentialHistogram => ({
  kind: 'exponential',
  count: 0,
  scale: 0,
  zeroCount: 0,
  zeroThreshold: 0,
  positive: { offset: 0, counts: [] },
  negative: { offset: 0, counts: [] },
  ...members,
});

describe('a quantile', () => {
  it('lies within its bucket in proportion to what was counted there', () => {
    const value = histogram({ bounds: [10, 20], counts: [10, 10, 0] });
    expect([0.25, 0.5, 0.75, 1].map((share) => metricQuantile(value, share))).toEqual([5, 10, 15, 20]);
  });

  it('goes no further than the extremes, where they are known', () => {
    const value = histogram({ bounds: [10], counts: [1, 3], min: 8, max: 14 });
    expect(metricQuantile(value, 0)).toBe(8);
    expect(metricQuantile(value, 1)).toBe(14);
  });

  it('beyond the last bound is that bound at least', () => {
    expect(metricQuantile(histogram({ bounds: [10], counts: [0, 5] }), 0.5)).toBe(10);
  });

  it('of nothing is unknown', () => {
    expect(metricQuantile(histogram({ bounds: [1], counts: [0, 0] }), 0.5)).toBeUndefined();
    expect(metricQuantile(exponential({}), 0.5)).toBeUndefined();
    expect(metricQuantile({ kind: 'int', value: '5' }, 0.5)).toBeUndefined();
  });

  it('of an exponential histogram follows its base', () => {
    const value = exponential({ scale: 0, positive: { offset: 1, counts: [2, 2] } });
    expect([0.25, 0.5, 1].map((share) => metricQuantile(value, share))).toEqual([3, 4, 8]);
  });

  it('counts zeros and what lies below them', () => {
    const value = exponential({ zeroCount: 2, negative: { offset: 0, counts: [2] } });
    expect([0.25, 0.75].map((share) => metricQuantile(value, share))).toEqual([-1.5, 0]);
  });

  it('of a summary is what the sender says, or unknown', () => {
    const value = { kind: 'summary', count: 1, quantiles: [{ quantile: 0.5, value: 3 }] } as const;
    expect([metricQuantile(value, 0.5), metricQuantile(value, 0.9)]).toEqual([3, undefined]);
  });
});
