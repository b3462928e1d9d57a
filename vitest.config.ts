import { defineConfig } from 'vitest/config';

/** What opens ports, starts processes or tries thousands of inputs: `npm run test:integration`. The rest is done in seconds. */
const INTEGRATION = [
  'test/unit/**/*.property.test.ts',
  'test/unit/analysis/evidence/engineAndServer.test.ts',
  'test/unit/analysis/languages/languageIndex.test.ts',
  'test/unit/analysis/server*.test.ts',
  'test/unit/build/compilerFree.test.ts',
  'test/unit/cli/packed.test.ts',
  'test/unit/engine/**/*.test.ts',
  'test/unit/forward/*.test.ts',
  'test/unit/host/attachNode.test.ts',
  'test/unit/host/python.test.ts',
  'test/unit/host/uninstall.test.ts',
  'test/unit/lint/robustness.test.ts',
  'test/unit/otlp/receiver*.test.ts',
  'test/unit/store/hostile.test.ts',
  'test/unit/store/keptTraces.test.ts',
  'test/unit/store/retention.test.ts',
  'test/unit/store/segmentMemory.test.ts',
];

const ALL = ['test/unit/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: 'test/support/temporaryFiles.ts',
    // Only what is wrong waits so long. Vitest's own patience is a second, which a busy machine can spend on something else.
    testTimeout: 120_000,
    expect: { poll: { timeout: 40_000 } },
    projects: [
      // Run without isolation by its script: a process for each of a hundred files takes longer than what they test.
      { extends: true, test: { name: 'unit', include: ALL, exclude: INTEGRATION } },
      // Ports, processes and disks of a busy machine: what fails is tried once more, and named at the end of the run.
      { extends: true, test: { name: 'integration', include: INTEGRATION, retry: 1 } },
    ],
  },
});
