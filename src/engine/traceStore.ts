import type { RunId, SpanId, TraceId } from '../model/ids';
import type { FileStats } from '../model/lineStats';
import type { Span } from '../model/span';
import type { TraceColumns, TraceSummary } from '../model/traceColumns';
import type { SpanRef, TraceQuery } from '../protocol/engine';

/** Where a request came from. */
export interface Origin {
  readonly run: RunId;
  readonly runName: string;
  readonly from: 'preload' | 'otlp';
}

export interface AppendResult {
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
  /** Why spans were rejected, or what was wrong and yet taken. */
  readonly message?: string;
  /** The request is no ExportTraceServiceRequest, and nothing of it was kept. */
  readonly malformed?: boolean;
}

/** What the engine needs of the store of spans. */
export interface TraceStore {
  readonly revision: number;
  readonly totals: { readonly spans: number; readonly traces: number; readonly bytes: number };
  append(request: Uint8Array, origin: Origin): AppendResult;
  /** Paths whose statistics have changed since the last call. */
  takeChangedFiles(): readonly string[];
  traces(query: TraceQuery): TraceSummary[];
  trace(traceId: TraceId): TraceColumns | undefined;
  span(traceId: TraceId, spanId: SpanId): Span | undefined;
  fileStats(path: string): FileStats;
  spansAt(path: string, line: number, limit: number): SpanRef[];
  files(): string[];
  setMaxBytes(bytes: number): void;
  clear(): void;
}
