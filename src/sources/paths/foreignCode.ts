/**
 * Paths of code that is nobody's in this workspace: the runtime's, or an installed package's. Looking for a file of the user's that
 * ends alike would find the wrong one.
 */
const FOREIGN: readonly RegExp[] = [
  /(?:^|\/)node_modules\//,
  /^(?:node|ext|bun|internal|deno):/,
  /(?:^|\/)(?:site|dist)-packages\//,
  /\/lib(?:64)?\/python\d[\d.]*\//,
  /^<frozen /,
  /\/go\/(?:pkg\/mod|src)\//,
  /^(?:runtime|net|database|encoding|internal)\/[^.]*\.go$/,
  /\/(?:gems|rubygems|bundler)\//,
  /\/\.cargo\/registry\//,
  /^\/rustc\//,
  /(?:^|\/)vendor\/(?:[^/]+\.[^/]+\/|composer\/|bundle\/)/,
  /^\/_\/(?:src\/(?:libraries|coreclr|mono)|artifacts)\//,
];

/** `path` as `pathKey` writes it. */
export function isForeignCode(path: string): boolean {
  return FOREIGN.some((pattern) => pattern.test(path));
}
