import type { RunId } from '../../model/ids';
import type { FileStats, LineStats } from '../../model/lineStats';

export interface LineEntry {
  readonly stats: LineStats;
  /**
   * Milliseconds since 1970 when the line turned up in its run; undefined when it was there the first time we asked, so that it may
   * be as old as the run.
   */
  readonly firstSeenAt?: number;
}

interface FileEntry {
  lines: readonly LineEntry[];
  known: boolean;
  /** Grows with every invalidation: an answer to an older question does not count as fresh. */
  generation: number;
  freshGeneration: number;
  pending?: Promise<readonly LineEntry[]>;
  pendingGeneration?: number;
}

/** More files than anyone has open; the one that was not used for the longest time is forgotten. */
const MOST_FILES = 300;

/** The line statistics of files that were asked for, until the engine says that they changed. */
export class LineStatsCache {
  private readonly files = new Map<string, FileEntry>();

  constructor(
    private readonly fetch: (path: string) => Promise<FileStats>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Ascending by line. Rejects as `fetch` does. */
  async get(path: string): Promise<readonly LineEntry[]> {
    const file = this.entry(path);
    if (file.freshGeneration === file.generation) return file.lines;
    if (file.pending && file.pendingGeneration === file.generation) return file.pending;
    const generation = file.generation;
    file.pendingGeneration = generation;
    file.pending = this.load(path, file, generation);
    return file.pending;
  }

  /** What was known last, possibly out of date. */
  peek(path: string): readonly LineEntry[] {
    return this.files.get(path)?.lines ?? [];
  }

  invalidate(path: string): void {
    const file = this.files.get(path);
    if (file) file.generation++;
  }

  invalidateAll(): void {
    for (const file of this.files.values()) file.generation++;
  }

  private async load(path: string, file: FileEntry, generation: number): Promise<readonly LineEntry[]> {
    try {
      const { lines } = await this.fetch(path);
      if (generation >= file.freshGeneration) {
        file.lines = this.merge(file, lines);
        file.known = true;
        file.freshGeneration = generation;
      }
      return file.lines;
    } finally {
      if (file.pendingGeneration === generation) file.pending = file.pendingGeneration = undefined;
    }
  }

  private merge(file: FileEntry, lines: readonly LineStats[]): LineEntry[] {
    const before = new Map(file.lines.map((entry) => [entryKey(entry.stats), entry]));
    const firstSeenAt = file.known ? this.now() : undefined;
    return lines.map((stats) => {
      const known = before.get(entryKey(stats));
      return { stats, firstSeenAt: known ? known.firstSeenAt : firstSeenAt };
    });
  }

  private entry(path: string): FileEntry {
    const file: FileEntry = this.files.get(path) ?? { lines: [], known: false, generation: 1, freshGeneration: 0 };
    this.files.delete(path);
    this.files.set(path, file);
    if (this.files.size > MOST_FILES) this.files.delete(this.files.keys().next().value!);
    return file;
  }
}

function entryKey({ run, line }: { run: RunId; line: number }): string {
  return `${line} ${run}`;
}
