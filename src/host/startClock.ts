/** Imported first, so that the time to evaluate our own bundle is part of what activation is said to take. */
const bundleStart = performance.now();

/** Milliseconds since our bundle began to run. */
export function sinceStart(): number {
  return performance.now() - bundleStart;
}
