/** A stretch of time; both ends in one unit, `to` may be Infinity. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * The same time as ascending stretches that do not touch.
 *
 *     given   |-----|       |---|
 *                |-----|    |-|
 *     result  |--------|    |---|
 */
export function mergedIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const interval of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && interval.from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, interval.to) };
    else merged.push(interval);
  }
  return merged;
}

/** How much of the time between two moments the stretches cover, which are as {@link mergedIntervals} gives them. */
export function coveredTime(merged: readonly Interval[], from: number, to: number): number {
  let covered = 0;
  for (const interval of merged) covered += Math.max(0, Math.min(to, interval.to) - Math.max(from, interval.from));
  return covered;
}
