import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DurationSketch } from '../../../src/model/durationSketch';

const durations = fc.array(
  fc.oneof(
    fc.nat({ max: 50 }),
    fc.nat(),
    fc.maxSafeNat(),
    fc.double({ min: 2 ** 53, max: 2 ** 64, noNaN: true }).map(Math.floor),
  ),
  { minLength: 1, maxLength: 200 },
);

function sketchOf(values: readonly number[]): DurationSketch {
  const sketch = new DurationSketch();
  values.forEach((value) => sketch.record(value));
  return sketch;
}

/** By nearest rank. */
function exactQuantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * values.length)) - 1];
}

function everything(sketch: DurationSketch) {
  const quantiles = Array.from({ length: 101 }, (_, i) => sketch.quantile(i / 100));
  return { count: sketch.count, min: sketch.min, max: sketch.max, sum: sketch.sum, quantiles };
}

describe('a sketch of durations', () => {
  it('is exact in count, sum, minimum and maximum', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const sketch = sketchOf(values);
        expect(sketch.count).toBe(values.length);
        expect(sketch.sum).toBe(values.reduce((sum, value) => sum + BigInt(value), 0n));
        expect([sketch.min, sketch.max]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  it('is at most 1.6 % off at every quantile', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const exact = exactQuantile(values, share);
        expect(Math.abs(sketchOf(values).quantile(share) - exact)).toBeLessThanOrEqual(exact * 0.016);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same from one sketch as from two that are merged', () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const merged = sketchOf(some);
        merged.merge(sketchOf(others));
        expect(everything(merged)).toEqual(everything(sketchOf([...some, ...others])));
      }),
    );
  });

  it('takes in an empty one, and is nothing itself at first', () => {
    const sketch = new DurationSketch();
    sketch.merge(new DurationSketch());
    expect([sketch.count, sketch.sum, sketch.quantile(0.5)]).toEqual([0, 0n, 0]);
    sketch.merge(sketchOf([7]));
    expect(sketch.quantile(0.5)).toBe(7);
  });

  it('stays below 10 kB for durations from nothing to five centuries', () => {
    expect(sketchOf([0, 1, 2 ** 64]).byteLength).toBeLessThan(10_000);
  });
});
