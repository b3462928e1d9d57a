/** Two trailing folders and the file's name agreeing is no accident; a lone `index.ts` is. */
const FEWEST_SHARED_PARTS = 2;

/**
 * Files of the workspace that a path of another machine (a container, a CI runner) most likely means: those that share the longest
 * trail of folders with it. Paths with forward slashes.
 */
export function likelyFiles(path: string, files: readonly string[]): string[] {
  const shared = files.map((file) => ({ file, parts: sharedTrail(path, file) }));
  const most = Math.max(0, ...shared.map(({ parts }) => parts));
  if (most < FEWEST_SHARED_PARTS) return [];
  return shared.filter(({ parts }) => parts === most).map(({ file }) => file);
}

/** `/app/src/a.ts` and `/home/me/shop/src/a.ts` share two parts. */
function sharedTrail(a: string, b: string): number {
  const [left, right] = [a.split('/').reverse(), b.split('/').reverse()];
  let shared = 0;
  while (shared < left.length && shared < right.length && left[shared] === right[shared]) shared++;
  return shared;
}
