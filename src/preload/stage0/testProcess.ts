/** A main script that runs tests in its own process. */
const TEST_SCRIPT = /[\\/]node_modules[\\/](mocha|ava|tap|@japa[\\/]runner|vite-node)[\\/]/;

const JEST_SCRIPT = /[\\/]node_modules[\\/]jest(-cli)?[\\/]/;

/** Processes that run the user's tests. */
export interface TestProcess {
  /** Compiles the user's files by `vm`, and may be killed as soon as its tests are done. */
  readonly sandbox: boolean;
}

/** Undefined for other programs. `script`: the real path of the main script. */
export function testProcess(
  script: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): TestProcess | undefined {
  const sandbox = env.VITEST === 'true' || env.JEST_WORKER_ID !== undefined || JEST_SCRIPT.test(script || '');
  const runs = sandbox || env.NODE_TEST_CONTEXT !== undefined || TEST_SCRIPT.test(script || '');
  return runs ? { sandbox } : undefined;
}
