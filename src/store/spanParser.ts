import * as field from '../otlp/wire/fields';
import type { WireReader } from '../otlp/wire/wireReader';

/** Byte ranges inside a request: start and length in turn. */
export class Ranges {
  count = 0;
  starts = new Int32Array(64);
  lengths = new Int32Array(64);

  push(start: number, length: number): void {
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = start;
    this.lengths[this.count++] = length;
  }

  private grow(): void {
    const { starts, lengths } = this;
    this.starts = new Int32Array(starts.length * 2);
    this.lengths = new Int32Array(starts.length * 2);
    this.starts.set(starts);
    this.lengths.set(lengths);
  }
}

/**
 * One span as the parser found it: numbers, and for all else where it lies in the request. There is one of it, filled anew for each
 * span; nothing is kept before all of a span has been looked at.
 */
export class ParsedSpan {
  /** All words are signed. Four of the trace id, as they lie on the wire. */
  trace0 = 0;
  trace1 = 0;
  trace2 = 0;
  trace3 = 0;
  span0 = 0;
  span1 = 0;
  parent0 = 0;
  parent1 = 0;
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  kind = 0;
  status = 0;
  flags = 0;
  nameStart = 0;
  nameLength = 0;
  messageStart = 0;
  messageLength = 0;
  traceStateStart = 0;
  traceStateLength = 0;
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
  /** Something from `message…` to `dropped…`, an event or a link is there. */
  hasExtras = false;
  /** There is something that nobody reads: a field that OTLP does not have, or an earlier one of several of which the last counts. */
  hasUnread = false;
  readonly attributes = new Ranges();
  readonly events = new Ranges();
  readonly links = new Ranges();

  clear(): void {
    this.trace0 = this.trace1 = this.trace2 = this.trace3 = 0;
    this.span0 = this.span1 = this.parent0 = this.parent1 = 0;
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0;
    this.kind = this.status = this.flags = 0;
    this.nameStart = this.nameLength = 0;
    this.attributes.count = 0;
    if (this.hasExtras) this.clearExtras();
  }

  private clearExtras(): void {
    this.hasExtras = this.hasUnread = false;
    this.messageStart = this.messageLength = 0;
    this.traceStateStart = this.traceStateLength = 0;
    this.droppedAttributes = this.droppedEvents = this.droppedLinks = 0;
    this.events.count = this.links.count = 0;
  }
}

const LAST_KIND = 5;
const LAST_STATUS = 2;

/** Reads the Span from `reader.pos` to `end` into `span`. Gives what is wrong with it, to be read behind "the span ". */
export function parseSpan(reader: WireReader, end: number, span: ParsedSpan): string | undefined {
  span.clear();
  // Of a field that is there twice the last counts.
  let traceIdLength = 0;
  let spanIdLength = 0;
  let parentLength = 0;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case field.SPAN_ATTRIBUTE: {
        const length = reader.length(end);
        span.attributes.push(reader.pos, length);
        reader.pos += length;
        break;
      }
      case field.SPAN_TRACE_ID: {
        traceIdLength = reader.length(end);
        if (traceIdLength === 16) readTraceId(reader.view, reader.pos, span);
        reader.pos += traceIdLength;
        break;
      }
      case field.SPAN_SPAN_ID: {
        spanIdLength = reader.length(end);
        if (spanIdLength === 8) {
          span.span0 = reader.view.getInt32(reader.pos, true);
          span.span1 = reader.view.getInt32(reader.pos + 4, true);
        }
        reader.pos += spanIdLength;
        break;
      }
      case field.SPAN_PARENT_SPAN_ID: {
        parentLength = reader.length(end);
        if (parentLength === 8) {
          span.parent0 = reader.view.getInt32(reader.pos, true);
          span.parent1 = reader.view.getInt32(reader.pos + 4, true);
        } else span.parent0 = span.parent1 = 0;
        reader.pos += parentLength;
        break;
      }
      case field.SPAN_NAME:
        if (span.nameLength > 0) noteUnread(span);
        span.nameLength = reader.length(end);
        span.nameStart = reader.pos;
        reader.pos += span.nameLength;
        break;
      case field.SPAN_KIND: {
        const kind = reader.varint(end);
        span.kind = kind <= LAST_KIND ? kind : 0;
        break;
      }
      case field.SPAN_START:
        span.startLow = reader.fixed64(end);
        span.startHigh = reader.high;
        break;
      case field.SPAN_END:
        span.endLow = reader.fixed64(end);
        span.endHigh = reader.high;
        break;
      case field.SPAN_FLAGS:
        span.flags = reader.fixed32(end);
        break;
      case field.SPAN_STATUS: {
        const length = reader.length(end);
        if (span.messageLength > 0) noteUnread(span);
        span.status = span.messageLength = 0;
        if (length > 0) parseStatus(reader, reader.pos + length, span);
        break;
      }
      default:
        parseRareField(reader, tag, end, span);
    }
  }
  return reader.fault ?? idFault(span, traceIdLength, spanIdLength, parentLength);
}

/** Lengths as they are on the wire; 0 where the field is not there. */
function idFault(span: ParsedSpan, traceId: number, spanId: number, parent: number): string | undefined {
  if (traceId !== 16 && traceId !== 0) return wrongLength('trace id', traceId, 16);
  if (spanId !== 8 && spanId !== 0) return wrongLength('span id', spanId, 8);
  if (parent !== 8 && parent !== 0) return wrongLength('parent span id', parent, 8);
  if (traceId === 0 || (span.trace0 | span.trace1 | span.trace2 | span.trace3) === 0)
    return 'has no trace id, or one of zeros only';
  return spanId === 0 || (span.span0 | span.span1) === 0 ? 'has no span id, or one of zeros only' : undefined;
}

function parseRareField(reader: WireReader, tag: number, end: number, span: ParsedSpan): void {
  span.hasExtras = true;
  switch (tag) {
    case field.SPAN_EVENT: {
      const length = reader.length(end);
      span.events.push(reader.pos, length);
      reader.pos += length;
      break;
    }
    case field.SPAN_LINK: {
      const length = reader.length(end);
      span.links.push(reader.pos, length);
      reader.pos += length;
      break;
    }
    case field.SPAN_TRACE_STATE:
      if (span.traceStateLength > 0) noteUnread(span);
      span.traceStateLength = reader.length(end);
      span.traceStateStart = reader.pos;
      reader.pos += span.traceStateLength;
      break;
    case field.SPAN_DROPPED_ATTRIBUTES:
      span.droppedAttributes = reader.varint(end);
      break;
    case field.SPAN_DROPPED_EVENTS:
      span.droppedEvents = reader.varint(end);
      break;
    case field.SPAN_DROPPED_LINKS:
      span.droppedLinks = reader.varint(end);
      break;
    default:
      noteUnread(span);
      reader.skip(tag, end);
  }
}

function noteUnread(span: ParsedSpan): void {
  span.hasExtras = span.hasUnread = true;
}

function readTraceId(view: DataView, pos: number, span: ParsedSpan): void {
  span.trace0 = view.getInt32(pos, true);
  span.trace1 = view.getInt32(pos + 4, true);
  span.trace2 = view.getInt32(pos + 8, true);
  span.trace3 = view.getInt32(pos + 12, true);
}

function parseStatus(reader: WireReader, end: number, span: ParsedSpan): void {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === field.STATUS_CODE) {
      const code = reader.varint(end);
      span.status = code <= LAST_STATUS ? code : 0;
    } else if (tag === field.STATUS_MESSAGE) {
      if (span.messageLength > 0) noteUnread(span);
      span.hasExtras = true;
      span.messageLength = reader.length(end);
      span.messageStart = reader.pos;
      reader.pos += span.messageLength;
    } else {
      noteUnread(span);
      reader.skip(tag, end);
    }
  }
}

function wrongLength(what: string, length: number, right: number): string {
  return `has a ${what} of ${length} bytes where ${right} belong`;
}
