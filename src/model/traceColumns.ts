import type { RunId, TraceId } from './ids';

/** Bits of {@link TraceColumns.flags}. */
export const SPAN_FLAG = {
  /** A source location is known. */
  located: 1,
  /** Names a parent that has not arrived. */
  orphan: 2,
  /** Lies on the critical path. */
  critical: 4,
  /** Has at least one event. */
  events: 8,
  /** Has not ended; its `duration` reaches to the last that was heard of it. */
  open: 16,
  /** Not ended, and it still can: its program runs, or stands at a breakpoint. */
  running: 32,
} as const;

/**
 * One trace as the waterfall draws it: a row per span in tree order (parents before children, siblings by start), one array per
 * column, so that 100,000 spans cross a process boundary as a few buffers. The subtree of row i is the run of rows after i whose
 * depth is greater than i's.
 */
export interface TraceColumns {
  readonly traceId: TraceId;
  /** The store's revision that this was read at. */
  readonly revision: number;
  /** Number of rows; every array below holds exactly so many entries (`spanIds` eight bytes each). */
  readonly count: number;
  /** Nanoseconds since 1970 of the earliest start, decimal text. */
  readonly epoch: string;
  /** Nanoseconds from `epoch`. */
  readonly start: Float64Array;
  /** Nanoseconds on the clock, never negative here. */
  readonly duration: Float64Array;
  /** Nanoseconds not covered by children, without those in which a debugger held the span up. */
  readonly selfTime: Float64Array;
  /** Row of the parent, -1 for roots and orphans. */
  readonly parent: Int32Array;
  readonly depth: Uint16Array;
  /** Index into `names`. */
  readonly name: Uint32Array;
  /** Index into `services`. */
  readonly service: Uint16Array;
  /** Index into SPAN_KINDS. */
  readonly kind: Uint8Array;
  /** Index into STATUS_CODES. */
  readonly status: Uint8Array;
  /** {@link SPAN_FLAG} bits. */
  readonly flags: Uint8Array;
  /** Eight bytes a row. */
  readonly spanIds: Uint8Array;
  /** Nanoseconds of each span in which a debugger held it up; only in traces with such spans. */
  readonly paused?: Float64Array;
  /** When a debugger held spans of the trace up: nanoseconds from `epoch` as pairs from, to, ascending, not touching. */
  readonly pauses?: Float64Array;
  readonly names: readonly string[];
  readonly services: readonly string[];
}

/** One trace as lists show it. */
export interface TraceSummary {
  readonly traceId: TraceId;
  /** Name and service of the root span, or of the earliest span while no root has arrived. */
  readonly rootName: string;
  readonly rootService: string;
  /** Path of the root's HTTP request, where its name is no more than the method. */
  readonly rootPath?: string;
  /** False while the root span is missing. */
  readonly rooted: boolean;
  /** Milliseconds since 1970 of the earliest start, for sorting and clocks. */
  readonly startMs: number;
  /** Nanoseconds from the earliest start to the latest end, without `paused`. */
  readonly duration: number;
  /** Nanoseconds in which a debugger held the trace up. */
  readonly paused?: number;
  readonly spans: number;
  readonly errors: number;
  readonly services: readonly string[];
  /** Of its root, or of its earliest span while no root has arrived. */
  readonly run?: RunId;
  /** Stays when the oldest traces leave. */
  readonly pinned: boolean;
  /** Its root took more than twice the median of its operation, and more than 95 of 100 took. */
  readonly slow: boolean;
}
