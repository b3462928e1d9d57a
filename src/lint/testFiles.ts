const TEST_PATH =
  /(^|\/)(__tests__|__mocks__|__fixtures__|(?:(?!a-?b-|split-|speed-)[\w-]+-)?tests?|specs?|e2e[\w-]*|(?:[\w-]+-)?fixtures|testing|test-utils|cypress|playwright|mocks?)\/|[._-](test|spec|e2e|stories|bench|mock|fixture|cy)\.[cm]?[jt]sx?$|(^|\/)(test|jest|vitest|mocha)[._-](setup|utils?|helpers?|env(ironment)?)\.[cm]?[jt]sx?$/i;
const NOT_OURS =
  /(^|\/)(node_modules|bower_components|vendor|dist|build|out|coverage|\.next|\.nuxt|\.output|\.svelte-kit|\.yarn)\/|\.min\.[cm]?js$|\.d\.[cm]?ts$/i;

/** Test code: its spans are props. `path` is relative to the workspace, with forward slashes. */
export function isTestFile(path: string): boolean {
  return TEST_PATH.test(path);
}

const SAMPLE_PATH =
  /(^|\/)(examples?|samples?|sample-app(lication)?s?|demos?|playgrounds?|tutorials?|quick-?starts?|test-?apps?)\//i;

/** A program that shows how something is used: small on purpose. */
export function isSampleFile(path: string): boolean {
  return SAMPLE_PATH.test(path.replaceAll('\\', '/'));
}

/** Installed, built or generated code, which is not edited by hand. */
export function isForeignFile(path: string): boolean {
  return NOT_OURS.test(path);
}
