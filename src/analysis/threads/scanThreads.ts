import type { Disposable } from '../../base/disposables';
import { errorMessage } from '../../base/log';
import type { RuleMeta } from '../../lint/rule';
import type { ScanUnit } from '../scan';
import type { UnitOptions, UnitReport } from './messages';
import { ScanThread, type ThreadOptions, type ThreadTask } from './scanThread';

export interface ThreadsScan {
  readonly units: readonly ScanUnit[];
  readonly options?: UnitOptions;
  /** What the editor holds by now, in place of what is on the disk. */
  readonly open?: () => ThreadTask['open'];
  /** Of each unit, or of the parts of one; `index` is its place in the list, `paths` the files that are done with it. They come in any order. */
  readonly heard: (report: UnitReport, index: number, paths: readonly string[]) => void;
}

/** Threads that end before their time; beyond, it is not single files that end them, and what they were at is left out. */
const MOST_ENDED = 20;

interface Piece {
  readonly index: number;
  readonly unit: ScanUnit;
}

/** Threads that take units from one list, each the next when it is done with one. They load the compiler from the moment they are made. */
export class ScanThreads implements Disposable {
  private readonly threads: ScanThread[];
  private round = 0;
  private ended = 0;
  private disposed = false;

  constructor(
    private readonly options: ThreadOptions,
    count: number,
  ) {
    this.threads = Array.from({ length: count }, () => new ScanThread(options));
  }

  /** Undefined where no thread could be started. */
  async rules(): Promise<readonly RuleMeta[] | undefined> {
    const told = this.threads.map(async (thread) => (await thread.rules) ?? Promise.reject(new Error('it ended')));
    return Promise.any(told).catch(() => undefined);
  }

  /**
   * Resolves when all is done, or when the threads are disposed. A thread that ends before its time is replaced; the file that it was at
   * is tried once more by itself, and told of when that ends a thread again. Gives the units that are left since no thread could start.
   */
  async scan({ units, options = {}, open = () => [], heard }: ThreadsScan): Promise<readonly ScanUnit[]> {
    const left: Piece[] = units.map((unit, index) => ({ unit, index }));
    const round = ++this.round;
    const work = async (slot: number) => {
      for (let piece = left.shift(); piece && !this.disposed; piece = left.shift()) {
        const thread = this.threads[slot];
        try {
          const report = await thread.scan({ round, unit: piece.unit, options, open: open() });
          heard(report, piece.index, piece.unit.paths);
        } catch (error) {
          if (this.disposed) return;
          if (!thread.isReady) {
            left.unshift(piece);
            return;
          }
          left.unshift(...this.withoutFault(piece, thread.lookingAt, error, heard));
          this.threads[slot] = new ScanThread(this.options);
        }
      }
    };
    await Promise.all(this.threads.map((_, slot) => work(slot)));
    return this.disposed ? [] : left.sort((a, b) => a.index - b.index).map(({ unit }) => unit);
  }

  /** Files that are done of the units that threads are at. */
  get underway(): number {
    return this.threads.reduce((sum, { done }) => sum + done, 0);
  }

  /** Resolves when the first thread has kept what V8 compiled. */
  keep(): Promise<void> {
    return this.threads[0].keep();
  }

  /** Ends the threads at once, with what they are at; their memory is free again. */
  dispose(): void {
    this.disposed = true;
    for (const thread of this.threads) thread.dispose();
  }

  /** What is still to be done of a piece whose thread has ended. */
  private withoutFault(
    { index, unit }: Piece,
    lookingAt: number | undefined,
    error: unknown,
    heard: ThreadsScan['heard'],
  ): Piece[] {
    const { paths } = unit;
    if (paths.length === 1 || ++this.ended > MOST_ENDED) {
      const notes = [{ level: 'error', message: unchecked(paths, errorMessage(error)) }] as const;
      heard({ files: [], notes }, index, paths);
      return [];
    }
    const half = Math.ceil(paths.length / 2);
    const parts =
      lookingAt === undefined
        ? [paths.slice(0, half), paths.slice(half)]
        : [paths.filter((_, place) => place !== lookingAt), [paths[lookingAt]]];
    return parts.map((part) => ({ index, unit: { ...unit, paths: part } }));
  }
}

function unchecked(paths: readonly string[], why: string): string {
  const which = paths.length === 1 ? paths[0] : `${paths.length} files from ${paths[0]} to ${paths.at(-1)}`;
  return `${which} could not be checked: the thread that looked there ended (${why}). To leave files out, name them under "ignore" in .spanlinerc.json.`;
}
