/** What a run of tests came to. */
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

/** By test file, relative to the repository; under {@link OF_NO_FILE} what belongs to none. */
export type FileSummaries = Readonly<Record<string, Summary>>;

export const OF_NO_FILE = '';

export const NOTHING_RUN: Summary = { passed: 0, failed: 0, failures: [], retried: [], skipped: [] };

/** A summary that is being made. */
export class Counted implements Summary {
  passed = 0;
  failed = 0;
  readonly failures: string[] = [];
  readonly retried: string[] = [];
  readonly skipped: string[] = [];

  fail(name: string, error: { readonly message: string } | undefined): void {
    this.failed++;
    this.failures.push(`${name}: ${error?.message.split('\n')[0] ?? 'no error was given'}`);
  }
}

export function totalOf(files: FileSummaries): Summary {
  return Object.values(files).reduce(
    (sum, each) => ({
      passed: sum.passed + each.passed,
      failed: sum.failed + each.failed,
      failures: [...sum.failures, ...each.failures],
      retried: [...sum.retried, ...each.retried],
      skipped: [...sum.skipped, ...each.skipped],
    }),
    NOTHING_RUN,
  );
}

/** What can be tried again. */
export function failedFiles(files: FileSummaries): string[] {
  return Object.keys(files).filter((file) => file !== OF_NO_FILE && files[file].failed > 0);
}

/**
 * What a run came to after the files that failed in it were run once more, each from its start: their second result counts, and a file
 * that passed only then is named with what it failed by. A file that did not come to a second result keeps its first.
 */
export function withSecondTry(first: FileSummaries, second: FileSummaries): FileSummaries {
  const again = failedFiles(first).flatMap((file) => {
    const result = second[file];
    if (!result) return [];
    const note = `${file} as a whole, after ${first[file].failures[0]}`;
    return [[file, result.failed > 0 ? result : { ...result, retried: [...result.retried, note] }] as const];
  });
  const lost = second[OF_NO_FILE]
    ? totalOf({ first: first[OF_NO_FILE] ?? NOTHING_RUN, second: second[OF_NO_FILE] })
    : undefined;
  return { ...first, ...Object.fromEntries(again), ...(lost && { [OF_NO_FILE]: lost }) };
}
