import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUMMARY_FILE, type Summary } from '../../support/summaryReporter';
import { REPOSITORY } from './paths';

/** Arguments and environment with which Vitest writes its summary to `file`, beside what it prints. */
export function summaryTo(file: string, reporter: 'default' | 'verbose') {
  const own = join(REPOSITORY, 'test', 'support', 'summaryReporter.ts');
  return { args: [`--reporter=${reporter}`, `--reporter=${own}`], env: { [SUMMARY_FILE]: file } };
}

/** @throws when Vitest did not come to its end. */
export async function readSummary(file: string): Promise<Summary> {
  return JSON.parse(await readFile(file, 'utf8')) as Summary;
}
