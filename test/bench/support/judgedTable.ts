// The findings that were looked at by hand, one file for each repository: what the linter says there, and whether it is right.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../../vscode/harness/paths';

export const VERDICTS = [
  /** A finding that is right. */
  'true',
  /** A finding that is none. */
  'false',
  /** A mistake that was found by hand, which the linter should find. */
  'expected',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  /** Relative to the repository. */
  readonly file: string;
  /** 1-based, in the repository's commit. */
  readonly line: number;
  readonly rule: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * Repositories that were looked at while the rules were written, and those that were looked at only afterwards, a set at a time: what was
 * wrong in one is mended before the next is opened, so that only its first contact says how the linter fares on what it has not seen.
 */
export const SETS = [
  'build',
  'held-out',
  'held-out-2',
  'held-out-3',
  'held-out-4',
  'held-out-5',
  'held-out-6',
  'held-out-7',
  'held-out-8',
  'held-out-9',
  'held-out-10',
  'held-out-11',
  'held-out-12',
  'held-out-13',
  'held-out-14',
] as const;
export type JudgedSet = (typeof SETS)[number];

/** What the linter said before anything was mended for the repository; information and warnings, not hints. */
export interface FirstContact {
  readonly warnings: number;
  readonly rightWarnings: number;
  /** With the warnings. */
  readonly findings: number;
  readonly right: number;
  /** Mistakes found by hand alone. */
  readonly missed: number;
}

export interface JudgedRepository {
  /** `owner/name` */
  readonly repository: string;
  readonly commit: string;
  readonly set: JudgedSet;
  readonly firstContact?: FirstContact;
  readonly judged: readonly Judgement[];
}

export const TABLE_FOLDER = join(REPOSITORY, 'test', 'fixtures', 'lint-judged');

export async function readTable(): Promise<JudgedRepository[]> {
  const names = (await readdir(TABLE_FOLDER)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(TABLE_FOLDER, name), 'utf8')) as JudgedRepository),
  );
}

/** The folder of a repository among those that are checked out. */
export function folderOf({ repository }: Pick<JudgedRepository, 'repository'>): string {
  return repository.replace('/', '__');
}
