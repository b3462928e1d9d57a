import { randomUUID } from 'node:crypto';
import type { RunId } from '../../model/ids';
import type { RunInfo } from '../../protocol/engine';

/** The runs that this window started, so that others can tell what a run's program was loaded from. */
export class Runs {
  private readonly startedAtByRun = new Map<RunId, number>();

  next(name: string): RunInfo {
    const info: RunInfo = { run: randomUUID() as RunId, name, startedAt: Date.now() };
    this.startedAtByRun.set(info.run, info.startedAt);
    return info;
  }

  /** Milliseconds since 1970, undefined for runs of other windows and for what came from outside. */
  startedAt(run: RunId): number | undefined {
    return this.startedAtByRun.get(run);
  }
}
