import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../base/disposables';
import { errorMessage } from '../../base/log';
import type { RuleMeta } from '../../lint/rule';
import type { ScanUnit } from '../scan';
import {
  WATCHED,
  type FromThread,
  type OpenText,
  type ThreadData,
  type ToThread,
  type UnitOptions,
  type UnitReport,
} from './messages';

export interface ThreadOptions {
  /** The thread's own script. */
  readonly entry: string;
  readonly compiler: string;
  readonly kind: string;
  /** Megabytes of heap; a thread that needs more is ended. */
  readonly heapMb: number;
}

export interface ThreadTask {
  readonly round: number;
  readonly unit: ScanUnit;
  readonly options: UnitOptions;
  /** All that the editor holds. */
  readonly open: readonly { readonly path: string; readonly text: string }[];
}

/** Short of the limit, types are dropped: slower, but the thread goes on. */
const SHARE_FOR_TYPES = 0.7;

/** Room for what is young, beside the heap: a parse is kept for a while, and each clearing of a small room copies what is kept. */
const YOUNG_MB = 96;

/** One thread, as who gives it work sees it. */
export class ScanThread implements Disposable {
  private readonly worker: Worker;
  private readonly watched = new SharedArrayBuffer(WATCHED.count * Int32Array.BYTES_PER_ELEMENT);
  private readonly numbers = new Int32Array(this.watched);
  private readonly told = new Map<string, string>();
  private waiting:
    { readonly resolve: (report: UnitReport) => void; readonly reject: (error: Error) => void } | undefined;
  private death: Error | undefined;
  private round = 0;
  private whenKept: () => void = () => {};
  private whenKnown: (rules: readonly RuleMeta[] | undefined) => void = () => {};
  /** Undefined when it ended before it could tell. */
  readonly rules = new Promise<readonly RuleMeta[] | undefined>((resolve) => {
    this.whenKnown = resolve;
  });

  constructor({ entry, compiler, kind, heapMb }: ThreadOptions) {
    const workerData: ThreadData = {
      compiler,
      kind,
      maxHeap: heapMb * SHARE_FOR_TYPES * 1024 * 1024,
      watched: this.watched,
    };
    this.worker = new Worker(entry, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.worker.on('message', (message: FromThread) => this.heard(message));
    this.worker.on('error', (error) => this.died(error));
    this.worker.on('exit', (code) => this.died(new Error(`it ended with ${code}`)));
  }

  /** Rejects when the thread ends before it is done. One at a time. */
  scan({ round, unit, options, open }: ThreadTask): Promise<UnitReport> {
    return new Promise((resolve, reject) => {
      if (this.death) {
        reject(this.death);
        return;
      }
      this.waiting = { resolve, reject };
      if (round !== this.round) this.told.clear();
      this.round = round;
      this.numbers[WATCHED.looking] = 0;
      this.numbers[WATCHED.done] = 0;
      this.send({ type: 'scan', round, unit, options, open: this.changed(open) });
    });
  }

  /** It has come so far that it can look at files. */
  get isReady(): boolean {
    return this.numbers[WATCHED.ready] === 1;
  }

  /** Files that are done of the unit that it is at. */
  get done(): number {
    return this.waiting ? this.numbers[WATCHED.done] : 0;
  }

  /** Which file of its unit it looks at, or looked at when it ended; undefined when it was at several. */
  get lookingAt(): number | undefined {
    const index = this.numbers[WATCHED.looking];
    return index < 0 ? undefined : index;
  }

  /** Resolves when what V8 compiled is kept, or cannot be. */
  keep(): Promise<void> {
    return new Promise((resolve) => {
      this.whenKept = resolve;
      if (this.death || !this.isReady) resolve();
      else this.send({ type: 'keep' });
    });
  }

  dispose(): void {
    void this.worker.terminate();
  }

  private send(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private heard(message: FromThread): void {
    if (message.type === 'ready') this.whenKnown(message.rules);
    else if (message.type === 'kept') this.whenKept();
    else {
      const { waiting } = this;
      this.waiting = undefined;
      waiting?.resolve(message.report);
    }
  }

  private died(error: unknown): void {
    this.death ??= error instanceof Error ? error : new Error(errorMessage(error));
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(this.death);
    this.whenKnown(undefined);
    this.whenKept();
  }

  private changed(open: ThreadTask['open']): OpenText[] {
    const now = new Map(open.map(({ path, text }) => [path, text]));
    const closed = [...this.told.keys()].filter((path) => !now.has(path));
    const changed: OpenText[] = open.filter(({ path, text }) => this.told.get(path) !== text);
    for (const path of closed) this.told.delete(path);
    for (const [path, text] of now) this.told.set(path, text);
    return [...changed, ...closed.map((path) => ({ path }))];
  }
}
