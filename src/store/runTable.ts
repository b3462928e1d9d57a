import type { RunId } from '../model/ids';

/** A run that others have outlived may go on after them; it is the latest again once they have been silent for so long. */
const SILENCE_MS = 30_000;

export interface Run {
  readonly id: RunId;
  readonly name: string;
  readonly index: number;
  /** Higher is later. */
  order: number;
  lastSeenMs: number;
}

/** The runs that spans have arrived from, in the order in which they began. */
export class RunTable {
  readonly runs: Run[] = [];
  private readonly byId = new Map<RunId, Run>();
  private readonly latestByName = new Map<string, Run>();
  private latest: Run | undefined;
  private orders = 0;

  /** The run, known from now on, of which something arrives at `nowMs`. */
  touch(id: RunId, name: string, nowMs: number): Run {
    let run = this.byId.get(id);
    if (run === undefined) {
      run = { id, name, index: this.runs.length, order: ++this.orders, lastSeenMs: nowMs };
      this.runs.push(run);
      this.byId.set(id, run);
      this.latest = run;
    } else if (this.latest !== run && nowMs - this.latest!.lastSeenMs > SILENCE_MS) {
      run.order = ++this.orders;
      this.latest = run;
    }
    run.lastSeenMs = nowMs;
    const rival = this.latestByName.get(name);
    if (rival !== run && (rival === undefined || rival.order < run.order)) this.latestByName.set(name, run);
    return run;
  }

  /** Whether the run with this index is the latest of its name. */
  isCurrent(index: number): boolean {
    const run = this.runs[index];
    return this.latestByName.get(run.name) === run;
  }
}
