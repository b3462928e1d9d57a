import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestModule } from 'vitest/node';

/** Where the summary goes; without it none is written. */
export const SUMMARY_FILE = 'SPANLINE_TEST_SUMMARY';

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** What failed, each with the first line of its error. */
  readonly failures: readonly string[];
  /** What passed, but not at the first try. */
  readonly retried: readonly string[];
  /** What could not be tried on this machine, and why. */
  readonly skipped: readonly string[];
}

/** Counts a run and names what went wrong in it, for the last lines of `npm test`: the first lines of a long run are not read. */
export default class SummaryReporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    const file = process.env[SUMMARY_FILE];
    if (!file) return;
    const summary = {
      passed: 0,
      failed: 0,
      failures: [] as string[],
      retried: [] as string[],
      skipped: [] as string[],
    };
    const fail = (name: string, error: { message: string } | undefined): void => {
      summary.failed++;
      summary.failures.push(`${name}: ${error?.message.split('\n')[0] ?? 'no error was given'}`);
    };
    for (const module of modules) {
      const path = relative(process.cwd(), module.moduleId);
      // A file that cannot be loaded, or whose hooks fail, has errors of its own.
      const broken = [module, ...module.children.allSuites()].flatMap((part) => part.errors());
      for (const error of broken) fail(path, error);
      for (const test of module.children.allTests()) {
        const name = `${path} > ${test.fullName}`;
        const result = test.result();
        const { state, errors } = result;
        if (state === 'passed') summary.passed++;
        if (state === 'failed') fail(name, errors[0]);
        if (result.state === 'skipped' && result.note) summary.skipped.push(`${name}: ${result.note}`);
        if (test.diagnostic()?.flaky) summary.retried.push(name);
      }
    }
    for (const error of unhandled) fail('outside of tests', error);
    writeFileSync(file, JSON.stringify(summary satisfies Summary));
  }
}
