import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/vscode/e2e/**/*.test.ts'],
    // One window at a time: two cores are few for VS Code, five services and a browser.
    fileParallelism: false,
    pool: 'forks',
    globalSetup: 'test/support/temporaryFiles.ts',
    // The tests of a file share a window, so what fails is tried once more as a file (e2e.ts): a single test would go on from where
    // its first try left the window.
    retry: 0,
    // Nobody waits for these but when something is wrong; a busy machine can take minutes to start a window.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
