import type { Brand } from '../base/brand';

/** 32 lower-case hex digits. */
export type TraceId = Brand<string, 'TraceId'>;
/** 16 lower-case hex digits. */
export type SpanId = Brand<string, 'SpanId'>;
/** One debug session, traced terminal command, or "outside". */
export type RunId = Brand<string, 'RunId'>;
/** The run of everything that comes from programs outside debug sessions. */
export const OUTSIDE_RUN = 'outside' as RunId;

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

export function asTraceId(text: string): TraceId | undefined {
  return TRACE_ID.test(text) ? (text as TraceId) : undefined;
}

export function asSpanId(text: string): SpanId | undefined {
  return SPAN_ID.test(text) ? (text as SpanId) : undefined;
}
