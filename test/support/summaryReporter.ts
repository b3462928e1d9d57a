import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestModule } from 'vitest/node';
import { Counted, type FileSummaries, OF_NO_FILE } from './summary';

/** Where the summary goes; without it none is written. */
export const SUMMARY_FILE = 'SPANLINE_TEST_SUMMARY';

/** What Vitest tells of an error outside of tests. */
interface Unhandled {
  readonly message: string;
  /** The file that ran at that moment. */
  readonly VITEST_TEST_PATH?: string;
}

/** Counts a run, file by file, and names what went wrong in it, for the last lines of `npm test`: the first lines of a long run are not read. */
export default class SummaryReporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Unhandled[]): void {
    const file = process.env[SUMMARY_FILE];
    if (!file) return;
    const files: Record<string, Counted> = {};
    const countOf = (path: string): Counted => (files[path] ??= new Counted());
    for (const module of modules) {
      const path = pathOf(module.moduleId);
      const count = countOf(path);
      // A file that cannot be loaded, or whose hooks fail, has errors of its own.
      const broken = [module, ...module.children.allSuites()].flatMap((part) => part.errors());
      for (const error of broken) count.fail(path, error);
      for (const test of module.children.allTests()) {
        const name = `${path} > ${test.fullName}`;
        const result = test.result();
        const { state, errors } = result;
        if (state === 'passed') count.passed++;
        if (state === 'failed') count.fail(name, errors[0]);
        if (result.state === 'skipped' && result.note) count.skipped.push(`${name}: ${result.note}`);
        if (test.diagnostic()?.flaky) count.retried.push(name);
      }
    }
    for (const error of unhandled) {
      const path = error.VITEST_TEST_PATH ? pathOf(error.VITEST_TEST_PATH) : OF_NO_FILE;
      countOf(path).fail(`${path} outside of tests`.trimStart(), error);
    }
    writeFileSync(file, JSON.stringify(files satisfies FileSummaries));
  }
}

/** As it is given to Vitest to run this file alone. */
function pathOf(file: string): string {
  return relative(process.cwd(), file).replaceAll('\\', '/');
}
