import { Random } from '../lib/random';

/** The difference between two that were measured at the same time, in the unit of the samples, and how sure it is. */
export interface PairedDifference {
  /** The middle of all differences. */
  readonly median: number;
  /** So low and so high that it lies between in 19 of 20 cases. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/**
 * `pairs`: for each pair of processes the differences of its rounds. Two processes of the same program differ by themselves, by how
 * their memory lies and when their code was compiled, so the doubt is estimated by drawing pairs first and then rounds of theirs.
 */
export function pairedDifference(pairs: readonly (readonly number[])[]): PairedDifference {
  const random = new Random(1);
  const draw = <T>(items: readonly T[]): T[] => items.map(() => items[random.below(items.length)]);
  const medians = Array.from({ length: RESAMPLES }, () => median(draw(pairs).flatMap((rounds) => draw(rounds))));
  medians.sort((a, b) => a - b);
  const at = (share: number) => medians[Math.floor(share * (RESAMPLES - 1))];
  return { median: median(pairs.flat()), low: at(0.025), high: at(0.975) };
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
