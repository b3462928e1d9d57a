import { WireReader } from '../otlp/wire/wireReader';
import type { Signal } from '../otlp/signals';

/** The same in the requests of all three signals, old scope field included. */
const ELEMENT = 10;
const RESOURCE = 10;
const SCOPE = 18;
const OLD_SCOPE = 8002;
const RECORD = 18;

const SPAN_TRACE_ID = 10;
const SPAN_SPAN_ID = 18;
const SPAN_END = 65;
const LOG_TIME = 9;
const LOG_BODY = 42;
const LOG_TRACE_ID = 74;
const LOG_SPAN_ID = 82;
const LOG_OBSERVED = 89;
const METRIC_NAME = 10;
/** Gauge, sum, histogram, exponential histogram, summary. */
const METRIC_DATA = new Set([42, 58, 74, 82, 90]);
const DATA_POINT = 10;
const POINT_START = 17;
const POINT_TIME = 25;

const NAMING: Readonly<Record<Signal['id'], ReadonlySet<number>>> = {
  traces: new Set([SPAN_TRACE_ID, SPAN_SPAN_ID]),
  logs: new Set([LOG_TIME, LOG_BODY, LOG_TRACE_ID, LOG_SPAN_ID, LOG_OBSERVED]),
  metrics: new Set([METRIC_NAME]),
};
/** The beginning of a log's text tells it from others. */
const MOST_NAMING_BYTES = 128;

/** One ResourceSpans, ResourceLogs or ResourceMetrics of a request, with its tag and length: requests are rows of such. */
export interface Element {
  readonly start: number;
  readonly end: number;
  readonly resourceStart: number;
  readonly resourceEnd: number;
  /** Spans, log records or metrics. */
  readonly records: number;
  /**
   * Names the first record, however often it is encoded anew on its way: a span by its ids, a log record by its times and text, a
   * metric by its name and times. Empty where there is no record.
   */
  readonly key: string;
  /** The first record is a span that has not ended. */
  readonly isOpen: boolean;
}

/** Takes a request apart that was checked before. */
export function elementsOf(signal: Signal, request: Uint8Array): Element[] {
  const reader = new WireReader();
  reader.open(request);
  const elements: Element[] = [];
  while (reader.pos < request.length) {
    const start = reader.pos;
    const tag = reader.tag(request.length);
    if (tag !== ELEMENT) {
      reader.skip(tag, request.length);
      continue;
    }
    const end = reader.length(request.length) + reader.pos;
    if (reader.fault === undefined) elements.push(readElement(signal, reader, start, end));
  }
  return elements;
}

function readElement(signal: Signal, reader: WireReader, start: number, end: number): Element {
  let [resourceStart, resourceEnd, records] = [0, 0, 0];
  let first: FirstRecord | undefined;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === RESOURCE) {
      resourceEnd = reader.length(end) + reader.pos;
      resourceStart = reader.pos;
      reader.pos = resourceEnd;
    } else if (tag === SCOPE || tag === OLD_SCOPE) {
      const scopeEnd = reader.length(end) + reader.pos;
      while (reader.pos < scopeEnd) {
        const inner = reader.tag(scopeEnd);
        if (inner !== RECORD) {
          reader.skip(inner, scopeEnd);
          continue;
        }
        const recordEnd = reader.length(scopeEnd) + reader.pos;
        if (reader.fault !== undefined) break;
        if (records++ === 0) first = readFirst(signal, reader, recordEnd);
        if (reader.fault === undefined) reader.pos = recordEnd;
      }
    } else reader.skip(tag, end);
  }
  return { start, end, resourceStart, resourceEnd, records, key: first?.key ?? '', isOpen: first?.isOpen ?? false };
}

interface FirstRecord {
  readonly key: string;
  readonly isOpen: boolean;
}

function readFirst(signal: Signal, reader: WireReader, end: number): FirstRecord {
  const naming = NAMING[signal.id];
  let key = signal.id[0];
  let ended = false;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    const from = reader.pos;
    if (signal.id === 'metrics' && METRIC_DATA.has(tag)) {
      const dataEnd = reader.length(end) + reader.pos;
      key += firstPoint(reader, dataEnd);
      if (reader.fault === undefined) reader.pos = dataEnd;
      continue;
    }
    if (tag === SPAN_END && signal.id === 'traces') {
      ended = reader.fixed64(end) !== 0 || reader.high !== 0;
      continue;
    }
    reader.skip(tag, end);
    if (naming.has(tag)) key += latin1(reader, tag, from);
  }
  return { key, isOpen: signal.id === 'traces' && !ended };
}

function firstPoint(reader: WireReader, end: number): string {
  let key = '';
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== DATA_POINT) {
      reader.skip(tag, end);
      continue;
    }
    const pointEnd = reader.length(end) + reader.pos;
    while (reader.pos < pointEnd) {
      const inner = reader.tag(pointEnd);
      const from = reader.pos;
      reader.skip(inner, pointEnd);
      if (inner === POINT_START || inner === POINT_TIME) key += latin1(reader, inner, from);
    }
    return key;
  }
  return key;
}

/** The field that ends here. One without a value says nothing: some encoders write it, others do not. */
function latin1({ bytes, pos, fault }: WireReader, tag: number, from: number): string {
  if (fault !== undefined) return '';
  const length = Math.min(pos - from, MOST_NAMING_BYTES);
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + from, length);
  return value.every((byte) => byte === 0) ? '' : `${tag}:${value.toString('latin1')}`;
}
