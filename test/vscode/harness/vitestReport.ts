import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failedFiles, type FileSummaries, type Summary, totalOf, withSecondTry } from '../../support/summary';
import { SUMMARY_FILE } from '../../support/summaryReporter';
import { REPOSITORY } from './paths';

/** Runs Vitest on these files, on all that are wanted when there are none, with arguments and environment besides its own. A failed test is no error. */
export type RunVitest = (
  args: readonly string[],
  files: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<void>;

export interface SummaryOptions {
  /** Vitest's own report, beside our summary. */
  readonly reporter: 'default' | 'verbose';
  /** Where Vitest writes the summary to. */
  readonly file: string;
  /** Runs what failed once more: for tests that a busy machine can make fail. */
  readonly twice: boolean;
}

/**
 * Runs Vitest. The tests of a file may share a window, so what is tried again is the file, from its start.
 * @throws when Vitest did not come to its end.
 */
export async function summaryOf(runVitest: RunVitest, { reporter, file, twice }: SummaryOptions): Promise<Summary> {
  const own = join(REPOSITORY, 'test', 'support', 'summaryReporter.ts');
  const attempt = async (files: readonly string[]): Promise<FileSummaries> => {
    await rm(file, { force: true });
    await runVitest([`--reporter=${reporter}`, `--reporter=${own}`], files, { [SUMMARY_FILE]: file });
    return JSON.parse(await readFile(file, 'utf8')) as FileSummaries;
  };
  const first = await attempt([]);
  const failed = failedFiles(first);
  if (!twice || failed.length === 0) return totalOf(first);
  console.log(`\nOnce more, each from its start:\n${failed.map((each) => `  ${each}`).join('\n')}\n`);
  return totalOf(withSecondTry(first, await attempt(failed).catch(() => ({}))));
}
