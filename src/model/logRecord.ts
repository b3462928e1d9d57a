import type { AnyValue, Attribute } from './attributes';
import type { RunId, SpanId, TraceId } from './ids';

/** OTLP groups its 24 severity numbers by four. */
export const SEVERITIES = ['unspecified', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** OTLP's severity numbers 1 to 24, four to each severity; everything else is unspecified. */
export function severityOf(number: number): Severity {
  return SEVERITIES[Math.ceil(number / 4)] ?? 'unspecified';
}

/** One log record that was written while a span was active. */
export interface LogRecord {
  readonly traceId: TraceId;
  /** Absent where the record names a trace only. */
  readonly spanId?: SpanId;
  /** Nanoseconds since 1970 as decimal text: when it happened, or when it was seen where the sender does not say. */
  readonly timeUnixNano: string;
  readonly severity: Severity;
  /** The sender's own name of the severity. */
  readonly severityText: string;
  readonly body: AnyValue;
  readonly attributes: readonly Attribute[];
  /** Set for records that are events. */
  readonly eventName: string;
  readonly service: string;
  /** Name of the logger. */
  readonly scope: string;
  readonly run: RunId;
}
