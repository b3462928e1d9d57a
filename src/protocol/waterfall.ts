import type { SpanId, TraceId } from '../model/ids';
import type { SourceLocation } from '../model/sourceLocation';
import type { LogMark } from '../model/logMarks';
import type { LogRecord } from '../model/logRecord';
import type { Span, SpanKind } from '../model/span';
import type { StackTarget } from '../model/stackFrames';
import type { TraceColumns, TraceSummary } from '../model/traceColumns';

/** What the waterfall should show. It keeps this and its collapsed rows; data is fetched again. */
export interface WaterfallTarget {
  readonly traceId?: TraceId;
  readonly spanId?: SpanId;
  /** Show the newest trace, whichever it is, and go along when a newer one arrives. */
  readonly follow: boolean;
}

/** How the engine does, for what the waterfall says while there is nothing to draw. */
export interface WaterfallStatus {
  readonly engine: 'ready' | 'restarting';
  /** `http://127.0.0.1:<port>` that programs outside a debug session can send to, when there is one. */
  readonly endpoint?: string;
  /** What is wrong and its remedy, in words for the user; empty when all is well. */
  readonly problems: readonly string[];
  /** The folder is not trusted: programs that are debugged are not recorded. */
  readonly restricted?: boolean;
  /** A program runs that the debugger started and that is recorded. */
  readonly recording?: boolean;
}

/** Asked by the webview, answered by the extension host. Arguments are validated there: a webview is not trusted. */
export interface WaterfallHost {
  /** The view is up and can take calls. */
  ready(): Promise<WaterfallTarget>;
  /** Newest first; the waterfall's trace picker. */
  traces(limit: number): Promise<TraceSummary[]>;
  trace(traceId: TraceId): Promise<TraceColumns | undefined>;
  /** Where several spans share the id, as Zipkin's clients and servers do, `kind` tells which is meant. */
  span(traceId: TraceId, spanId: SpanId, kind?: SpanKind): Promise<Span | undefined>;
  /** Log records written in a span, by time; `unplaced`: and those of its trace that name no span. */
  logs(traceId: TraceId, spanId: SpanId, unplaced: boolean): Promise<LogRecord[]>;
  /** Where log records were written in the trace's spans; the latest few thousand. */
  logMarks(traceId: TraceId): Promise<LogMark[]>;
  /** Ids of the trace's spans that match a filter, in attributes and events too. None for a filter that cannot be read. */
  findSpans(traceId: TraceId, filter: string): Promise<SpanId[]>;
  /** Opens the editor on the line. False when the file cannot be found; the host has told the user then. */
  reveal(location: SourceLocation): Promise<boolean>;
  /** The same for a frame of a stack trace of a span of this service, which may name generated code or another machine's file. */
  revealFrame(frame: StackTarget, service: string): Promise<boolean>;
  /** The view now shows this: remembered for a reload of the window. */
  showing(target: WaterfallTarget): Promise<void>;
  copy(text: string): Promise<void>;
  /** What becomes of secrets and personal data. */
  showRedactionSettings(): Promise<void>;
}

/** Told by the extension host, done by the webview. */
export interface WaterfallView {
  show(target: WaterfallTarget): void;
  /** The store changed. `latestTrace` as in StoreChange. */
  changed(change: WaterfallChange): void;
  /** The editor's cursor stands on a line that made these spans: mark them when they are in view, without scrolling. */
  mark(spanIds: readonly SpanId[]): void;
  /** Told once after `ready` and whenever it differs from what was told before. */
  status(status: WaterfallStatus): void;
}

export interface WaterfallChange {
  readonly revision: number;
  readonly latestTrace?: TraceId;
  readonly cleared?: boolean;
}
