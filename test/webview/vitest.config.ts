import { defineConfig } from 'vitest/config';

/** The waterfall's page in Chromium. `node esbuild.mjs --only=webview` builds what is tested. */
export default defineConfig({
  test: {
    include: ['test/webview/**/*.test.ts'],
    testTimeout: 180_000,
    // Vitest's own patience is a second, in which a busy machine has not laid out a large trace.
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 180_000,
    pool: 'forks',
    globalSetup: 'test/support/temporaryFiles.ts',
    // Each opens a page of its own. A browser on a busy machine: what fails is tried once more, and named at the end of the run.
    retry: 1,
    fileParallelism: false,
  },
});
