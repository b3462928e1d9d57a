import type { Attribute } from './attributes';
import type { RunId, SpanId, TraceId } from './ids';
import type { SourceLocation } from './sourceLocation';

/** OTLP's span kinds, by number. */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** OTLP's status codes, by number. */
export const STATUS_CODES = ['unset', 'ok', 'error'] as const;
export type StatusCode = (typeof STATUS_CODES)[number];
export const STATUS_ERROR = 2;

export interface SpanEvent {
  /** Nanoseconds after the span's start; negative where the sender says so. */
  readonly offset: number;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

/** What made a span. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly attributes: readonly Attribute[];
}

/** One span in full, made when somebody asks for it. */
export interface Span {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly parentSpanId?: SpanId;
  /** The parent is in another process, as the sender says; undefined where it says nothing. */
  readonly parentIsRemote?: boolean;
  readonly name: string;
  readonly kind: SpanKind;
  /** Nanoseconds since 1970 as decimal text: exact, and safe in JSON. */
  readonly startTimeUnixNano: string;
  /** Nanoseconds; negative when the sender's end lies before its start. */
  readonly duration: number;
  readonly status: { readonly code: StatusCode; readonly message?: string };
  readonly traceState?: string;
  readonly service: string;
  readonly resource: readonly Attribute[];
  readonly scope: InstrumentationScope;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** What the sender says it dropped. */
  readonly dropped: { readonly attributes: number; readonly events: number; readonly links: number };
  readonly location?: SourceLocation;
  readonly run: RunId;
}
