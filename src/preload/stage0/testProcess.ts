import { packageFile } from './packageFile';

/** Packages whose main script runs tests in its own process. */
const RUNNERS = ['mocha', 'ava', 'tap', '@japa/runner', 'vite-node'];
const JEST = ['jest', 'jest-cli'];

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
  const { packageName = '' } = (script && packageFile(script)) || {};
  const sandbox = env.VITEST === 'true' || env.JEST_WORKER_ID !== undefined || JEST.indexOf(packageName) >= 0;
  const runs = sandbox || env.NODE_TEST_CONTEXT !== undefined || RUNNERS.indexOf(packageName) >= 0;
  return runs ? { sandbox } : undefined;
}
