/** The value that a share of the samples does not exceed: nearest rank, rounded to a tenth. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
  return Math.round(value * 10) / 10;
}
