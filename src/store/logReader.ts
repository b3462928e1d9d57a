import type { AnyValue, Attribute } from '../model/attributes';
import type { SpanId, TraceId } from '../model/ids';
import { severityOf, type LogRecord } from '../model/logRecord';
import { decodeAnyValue, decodeKeyValue, readText } from '../otlp/wire/attributes';
import { LOG_ATTRIBUTE, LOG_BODY } from '../otlp/wire/fields';
import type { WireReader } from '../otlp/wire/wireReader';

/** Tags (field number × 8 + wire type) of a LogRecord. */
const TIME = 9;
const SEVERITY_NUMBER = 16;
const SEVERITY_TEXT = 26;
const TRACE_ID = 74;
const SPAN_ID = 82;
const OBSERVED_TIME = 89;
const EVENT_NAME = 98;

const ID_BYTES = { trace: 16, span: 8 };
const EMPTY: AnyValue = { kind: 'empty' };

/** Where a record came from. */
export type LogSource = Pick<LogRecord, 'service' | 'scope' | 'run'>;

/**
 * Walks the LogRecord from `reader.pos` to `end`. The id of the trace it was written in; undefined when it names none. A fault is
 * in the reader.
 */
export function traceIdOf(reader: WireReader, end: number): TraceId | undefined {
  let traceId: string | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === TRACE_ID) traceId = readId(reader, end, ID_BYTES.trace);
    else reader.skip(tag, end);
  }
  return traceId as TraceId | undefined;
}

/** The LogRecord from `reader.pos` to `end`, which {@link traceIdOf} has found sound. */
export function readLogRecord(reader: WireReader, end: number, source: LogSource): LogRecord {
  let [traceId, spanId]: (string | undefined)[] = [];
  let [time, observed] = [0n, 0n];
  let [severity, severityText, eventName] = [0, '', ''];
  let body = EMPTY;
  const attributes: Attribute[] = [];
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === TIME) time = readTime(reader, end);
    else if (tag === OBSERVED_TIME) observed = readTime(reader, end);
    else if (tag === SEVERITY_NUMBER) severity = reader.varint(end);
    else if (tag === SEVERITY_TEXT) severityText = readText(reader, end);
    else if (tag === EVENT_NAME) eventName = readText(reader, end);
    else if (tag === TRACE_ID) traceId = readId(reader, end, ID_BYTES.trace);
    else if (tag === SPAN_ID) spanId = readId(reader, end, ID_BYTES.span);
    else if (tag === LOG_BODY) body = decodeAnyValue(reader, endOfField(reader, end));
    else if (tag === LOG_ATTRIBUTE) attributes.push(decodeKeyValue(reader, endOfField(reader, end)));
    else reader.skip(tag, end);
  }
  return {
    traceId: (traceId ?? '') as TraceId,
    ...(spanId !== undefined && { spanId: spanId as SpanId }),
    timeUnixNano: String(time || observed),
    severity: severityOf(severity),
    severityText,
    body,
    attributes,
    eventName,
    ...source,
  };
}

/** In hex; undefined for one of another length or of zeros only. */
export function readId(reader: WireReader, end: number, bytes: number): string | undefined {
  const length = reader.length(end);
  const start = reader.pos;
  reader.pos += length;
  if (length !== bytes || reader.fault !== undefined) return undefined;
  const id = Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + start, length);
  return id.some((byte) => byte !== 0) ? id.toString('hex') : undefined;
}

/** A fixed64, unsigned. */
export function readTime(reader: WireReader, end: number): bigint {
  const low = reader.fixed64(end);
  return (BigInt(reader.high >>> 0) << 32n) | BigInt(low >>> 0);
}

function endOfField(reader: WireReader, end: number): number {
  const length = reader.length(end);
  return reader.pos + length;
}
