import type { DurationStats } from '../../model/lineStats';

/** What the sketch behind the percentiles may be off by. */
const SKETCH_ERROR = 0.02;
/** Differences below this many nanoseconds are nobody's concern. */
const LEAST_NANOS = 200_000;
/** p95 lies so many standard deviations above the median of a normal distribution. */
const DEVIATIONS_TO_P95 = 1.645;
/** The median of n samples scatters by so many standard deviations over √n. */
const MEDIAN_SCATTER = 1.2533;
/** Two runs differ when their medians lie further apart than so many standard errors. */
const STANDARD_ERRORS = 2;

/**
 * By how many nanoseconds the median moved since the run before, or undefined while that may be chance: it has to exceed the scatter
 * of both medians and a share of the duration that shrinks as samples come in (40 % for one, 13 % for a hundred).
 */
export function changeSince(now: DurationStats, before: DurationStats | undefined): number | undefined {
  if (!before || before.count === 0 || now.count === 0) return undefined;
  const difference = now.p50 - before.p50;
  const size = Math.abs(difference);
  const share = 0.1 + 0.3 / Math.sqrt(Math.min(now.count, before.count));
  const chance = STANDARD_ERRORS * Math.hypot(medianError(now), medianError(before));
  const noise = Math.max(LEAST_NANOS, share * before.p50, SKETCH_ERROR * Math.max(now.p50, before.p50), chance);
  return size > noise ? difference : undefined;
}

/** Durations are skewed: their logarithms are taken to be spread normally, with p95 telling how far. */
function medianError({ p50, p95, count }: DurationStats): number {
  if (p50 <= 0) return 0;
  const deviation = Math.log(Math.max(p95, p50) / p50) / DEVIATIONS_TO_P95;
  return (MEDIAN_SCATTER * p50 * deviation) / Math.sqrt(count);
}
