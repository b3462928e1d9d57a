import type { RunId } from '../model/ids';

/** A thread of a program stood still because its debugger had stopped it. */
export interface Pause {
  readonly id: string;
  readonly run: RunId;
  /** As {@link Origin.thread}; undefined: nothing says which, so it counts for all that the run has. */
  readonly thread?: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Infinity while it still stands. */
  readonly to: number;
}

/** Somebody who steps through a long loop makes thousands of them; spans that overlap the oldest are long counted. */
const MOST_PAUSES = 5_000;

/** The pauses of all runs. Told of before the spans arrive that lived through them: a program that stands still sends nothing. */
export class PauseTable {
  private readonly byId = new Map<string, Pause>();
  private latestEnd = -Infinity;

  /** A pause that is known is told anew when it ends, or when its thread becomes known. */
  put(pause: Pause): void {
    this.byId.set(pause.id, { ...this.byId.get(pause.id), ...pause });
    this.latestEnd = Math.max(...[...this.byId.values()].map(({ to }) => to));
    for (const oldest of this.byId.keys()) {
      if (this.byId.size <= MOST_PAUSES) return;
      this.byId.delete(oldest);
    }
  }

  setThread(id: string, thread: string): void {
    const known = this.byId.get(id);
    if (known) this.byId.set(id, { ...known, thread });
  }

  /** Nothing was ever stopped: nobody needs to ask. */
  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  /** Nearly every span begins after the last pause, and costs one comparison. Milliseconds since 1970. */
  overlapping(from: number, to: number): readonly Pause[] {
    if (from >= this.latestEnd) return NONE;
    return [...this.byId.values()].filter((pause) => pause.from < to && pause.to > from);
  }
}

const NONE: readonly Pause[] = [];
