/** Imported first, so that the time to evaluate our own bundle is part of what activation is said to take. */
export const bundleStart = performance.now();

/** Milliseconds since our bundle began to run, to a tenth. */
export function sinceStart(): number {
  return Math.round((performance.now() - bundleStart) * 10) / 10;
}
