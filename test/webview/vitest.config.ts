import { defineConfig } from 'vitest/config';

/** The waterfall's page in Chromium. `node esbuild.mjs --only=webview` builds what is tested. */
export default defineConfig({
  test: {
    include: ['test/webview/**/*.test.ts'],
    testTimeout: 90_000,
    // Vitest's own patience is a second, in which a busy machine has not laid out a large trace.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
    pool: 'forks',
    globalSetup: 'test/support/temporaryFiles.ts',
    // A browser on a busy machine: what fails is tried once more, and named at the end of the run.
    retry: 1,
    fileParallelism: false,
  },
});
