import type { TraceId } from '../../model/ids';
import type { TraceSummary } from '../../model/traceColumns';

/** A row's identity stays while its trace changes, so that the tree can be told to draw this one anew. */
export interface TraceRow {
  readonly traceId: TraceId;
  trace: TraceSummary;
}

export interface RowsChange {
  /** Rows came, went or moved. */
  readonly moved: boolean;
  /** Rows came in on top: whoever reads has lost their place. Those that leave are at the end. */
  readonly came: boolean;
  /** Rows that look different where they are. */
  readonly changed: readonly TraceRow[];
}

/**
 * The list of traces as it stands on the screen. Rows keep their order, whatever becomes of their traces; new ones come in on top,
 * many at once and only when nobody is reading.
 */
export class TraceRows {
  /** The newest on top. */
  rows: readonly TraceRow[] = [];
  /** Apart from the others, those pinned last first. */
  pinned: readonly TraceRow[] = [];
  /** Traces that came and wait. */
  waiting = 0;
  /** What is on the screen is of another list. */
  private isOther = false;

  constructor(
    private readonly most: number,
    /** What a row looks like; rows of equal looks are not drawn again. */
    private readonly looks: (trace: TraceSummary) => string,
  ) {}

  /** `newest`: newest first. `hold`: let nothing in that would move rows down. */
  take(newest: readonly TraceSummary[], pinned: readonly TraceSummary[], hold: boolean): RowsChange {
    const changed: TraceRow[] = [];
    const pinnedIds = new Set(pinned.map(({ traceId }) => traceId));
    const found = new Map(newest.filter(({ traceId }) => !pinnedIds.has(traceId)).map((one) => [one.traceId, one]));
    const [before, pinnedBefore] = [this.rows, this.pinned];
    const known = new Map([...before, ...pinnedBefore].map((row) => [row.traceId, row]));
    const rowOf = (trace: TraceSummary): TraceRow => {
      const row = known.get(trace.traceId);
      if (!row) return { traceId: trace.traceId, trace };
      if (this.looks(row.trace) !== this.looks(trace)) changed.push(row);
      row.trace = trace;
      return row;
    };
    this.pinned = pinned.map(rowOf);
    const staying = before.filter(({ traceId }) => found.has(traceId)).map(({ traceId }) => rowOf(found.get(traceId)!));
    const here = new Set(staying.map(({ traceId }) => traceId));
    const coming = [...found.values()].filter(({ traceId }) => !here.has(traceId));
    const lets = hold && before.length > 0 ? [] : coming;
    this.waiting = coming.length - lets.length;
    this.rows = [...lets.map(rowOf), ...staying].slice(0, this.most);
    const moved = this.isOther || !sameOrder(this.rows, before) || !sameOrder(this.pinned, pinnedBefore);
    this.isOther = false;
    return { moved, came: lets.length > 0, changed };
  }

  /** For another list, such as that of another filter. */
  clear(): void {
    this.isOther ||= this.rows.length + this.pinned.length > 0;
    this.rows = this.pinned = [];
    this.waiting = 0;
  }
}

function sameOrder(one: readonly TraceRow[], other: readonly TraceRow[]): boolean {
  return one.length === other.length && one.every((row, i) => row === other[i]);
}
