import type { RunId } from './ids';
import type { Confidence, SourcePlace } from './sourceLocation';

/** Durations of one set of spans, in nanoseconds, without the time in which a debugger held the spans up. */
export interface DurationStats {
  readonly count: number;
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** What the spans of one source line took, in the latest run that reached it. */
export interface LineStats extends DurationStats {
  /** 1-based. */
  readonly line: number;
  readonly functionName?: string;
  readonly run: RunId;
  /** The span that arrived last, for the jump from the line. */
  readonly latest: {
    readonly traceId: string;
    readonly spanId: string;
    /** Nanoseconds, without `paused`. */
    readonly duration: number;
    /** Nanoseconds in which a debugger held it up. */
    readonly paused?: number;
  };
  /** How many of the spans a debugger held up. */
  readonly paused?: number;
  /** Spans that were under way when their program ended; they are not counted otherwise. */
  readonly neverEnded?: number;
  /** Span names made here, at most ten of them, the most frequent first. */
  readonly names: readonly string[];
  /** How many distinct names were made here, counted up to a thousand. */
  readonly distinctNames: number;
  readonly services: readonly string[];
  /** The same line in the run of the same configuration before this one. */
  readonly previous?: DurationStats;
  readonly previousRun?: RunId;
  readonly confidence: Confidence;
  readonly reason: string;
  /** Other lines that could have made the spans as well. */
  readonly alternatives?: readonly SourcePlace[];
}

export interface FileStats {
  readonly revision: number;
  readonly path: string;
  /** By line, ascending. */
  readonly lines: readonly LineStats[];
}
