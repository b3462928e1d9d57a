import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/vscode/e2e/**/*.test.ts'],
    // One window at a time: two cores are few for VS Code, five services and a browser.
    fileParallelism: false,
    pool: 'forks',
    globalSetup: 'test/support/temporaryFiles.ts',
    // A workbench on a busy machine: what fails is tried once more, and named at the end of the run.
    retry: 1,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
