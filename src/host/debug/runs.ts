import { randomUUID } from 'node:crypto';
import { Emitter } from '../../base/emitter';
import type { RunId } from '../../model/ids';
import type { RunInfo } from '../../protocol/engine';

/** What the program was made from, as far as version control knows. */
export interface SourceState {
  /** Abbreviated. */
  readonly commit: string;
  /** Files that differ from it, untracked ones included. */
  readonly changedFiles: number;
}

/** One start of a program by the debugger. */
export interface RunRecord {
  readonly run: RunId;
  /** The debug configuration's name. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly exitCode?: number;
  readonly source?: SourceState;
}

/** Keeps values for the next window on this folder: VS Code's Memento. */
export interface RunStore {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'spanline.runs';
/** What the journal brings back is of fewer runs. */
const KEPT = 100;

/** The runs that windows on this folder started: when, of what, and how they ended. */
export class Runs {
  private readonly byId = new Map<RunId, RunRecord>();
  private readonly changes = new Emitter<RunRecord>(() => {});

  constructor(private readonly kept: RunStore) {
    const records = kept.get(KEY);
    if (Array.isArray(records)) for (const record of records) if (isRecord(record)) this.byId.set(record.run, record);
  }

  get onChanged(): Emitter<RunRecord>['on'] {
    return this.changes.on;
  }

  next(name: string): RunInfo {
    const info: RunInfo = { run: randomUUID() as RunId, name, startedAt: Date.now() };
    this.keep(info);
    return info;
  }

  /** Adds what became known of a run; of one that is forgotten, nothing is. */
  note(run: RunId, facts: Partial<Pick<RunRecord, 'endedAt' | 'exitCode' | 'source'>>): void {
    const known = this.byId.get(run);
    if (known) this.keep({ ...known, ...facts });
  }

  get(run: RunId): RunRecord | undefined {
    return this.byId.get(run);
  }

  /** Milliseconds since 1970, undefined for what came from outside. */
  startedAt(run: RunId): number | undefined {
    return this.byId.get(run)?.startedAt;
  }

  private keep(record: RunRecord): void {
    this.byId.set(record.run, record);
    for (const oldest of this.byId.keys()) {
      if (this.byId.size <= KEPT) break;
      this.byId.delete(oldest);
    }
    void this.kept.update(KEY, [...this.byId.values()]);
    this.changes.fire(record);
  }
}

function isRecord(value: unknown): value is RunRecord {
  const { run, name, startedAt } = (value ?? {}) as Partial<Record<keyof RunRecord, unknown>>;
  return typeof run === 'string' && typeof name === 'string' && typeof startedAt === 'number';
}
