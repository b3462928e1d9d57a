import type { ProtoWriter } from '../otlp/protoWriter';
import * as field from '../otlp/wire/fields';
import { Row, type Segment } from './segment';
import { EVENT_HEADER, EXTRAS_HEADER, LINK_HEADER } from './spanExtras';

const SPAN = field.SCOPE_SPANS_SPAN >>> 3;
const NUMBER = 3;

/** Up to four words of an id, and the bytes that they are on the wire. */
const idWords = new Int32Array(4);
const idBytes = new Uint8Array(idWords.buffer);
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/**
 * Writes the Span message, as a field of ScopeSpans, of the row that begins at `at`. Its trace's id are the four words at `traceAt` of
 * `traceIds`.
 */
export function writeSpan(out: ProtoWriter, segment: Segment, at: number, traceIds: Int32Array, traceAt: number): void {
  const { words } = segment;
  const span = out.beginMessage(SPAN);
  writeId(out, field.SPAN_TRACE_ID, TRACE_ID_BYTES, traceIds, traceAt);
  writeId(out, field.SPAN_SPAN_ID, SPAN_ID_BYTES, words, at + Row.span0);
  if ((words[at + Row.parent0] | words[at + Row.parent1]) !== 0)
    writeId(out, field.SPAN_PARENT_SPAN_ID, SPAN_ID_BYTES, words, at + Row.parent0);
  writeText(out, field.SPAN_NAME, segment, words[at + Row.name]);
  writeNumber(out, field.SPAN_KIND, segment.kind(at));
  out.fixed64(field.SPAN_START >>> NUMBER, words[at + Row.startLow], words[at + Row.startHigh]);
  out.fixed64(field.SPAN_END >>> NUMBER, words[at + Row.endLow], words[at + Row.endHigh]);
  const from = words[at + Row.attributes];
  writeKeyValues(out, field.SPAN_ATTRIBUTE, segment, segment.attributes.values, from, segment.attributesEnd(at));
  const flags = segment.wireFlags(at);
  if (flags !== 0) out.fixed32(field.SPAN_FLAGS >>> NUMBER, flags);
  const extras = words[at + Row.extras] - 1;
  writeStatus(out, segment, segment.status(at), extras < 0 ? 0 : segment.extras.values[extras]);
  if (extras >= 0) writeExtras(out, segment, extras);
  out.endMessage(span);
}

/** `message`: number of the text + 1. */
function writeStatus(out: ProtoWriter, segment: Segment, code: number, message: number): void {
  if (code === 0 && message === 0) return;
  const status = out.beginMessage(field.SPAN_STATUS >>> NUMBER);
  if (message > 0) writeText(out, field.STATUS_MESSAGE, segment, message - 1);
  writeNumber(out, field.STATUS_CODE, code);
  out.endMessage(status);
}

function writeExtras(out: ProtoWriter, segment: Segment, at: number): void {
  const { values } = segment.extras;
  const traceState = values[at + 1];
  if (traceState > 0) writeText(out, field.SPAN_TRACE_STATE, segment, traceState - 1);
  writeNumber(out, field.SPAN_DROPPED_ATTRIBUTES, values[at + 2]);
  writeNumber(out, field.SPAN_DROPPED_EVENTS, values[at + 3]);
  writeNumber(out, field.SPAN_DROPPED_LINKS, values[at + 4]);
  let record = at + EXTRAS_HEADER;
  for (let i = 0; i < values[at + 5]; i++) record = writeEvent(out, segment, record);
  for (let i = 0; i < values[at + 6]; i++) record = writeLink(out, segment, record);
}

/** Gives where the record ends. */
function writeEvent(out: ProtoWriter, segment: Segment, at: number): number {
  const { values } = segment.extras;
  const event = out.beginMessage(field.SPAN_EVENT >>> NUMBER);
  out.fixed64(field.EVENT_TIME >>> NUMBER, values[at], values[at + 1]);
  writeText(out, field.EVENT_NAME, segment, values[at + 2]);
  const from = at + EVENT_HEADER;
  const end = from + values[at + 3];
  writeKeyValues(out, field.EVENT_ATTRIBUTE, segment, values, from, end);
  out.endMessage(event);
  return end;
}

function writeLink(out: ProtoWriter, segment: Segment, at: number): number {
  const { values } = segment.extras;
  const link = out.beginMessage(field.SPAN_LINK >>> NUMBER);
  writeId(out, field.LINK_TRACE_ID, TRACE_ID_BYTES, values, at);
  writeId(out, field.LINK_SPAN_ID, SPAN_ID_BYTES, values, at + 4);
  const from = at + LINK_HEADER;
  const end = from + values[at + 6];
  writeKeyValues(out, field.LINK_ATTRIBUTE, segment, values, from, end);
  out.endMessage(link);
  return end;
}

function writeKeyValues(
  out: ProtoWriter,
  tag: number,
  { keyValues }: Segment,
  references: Uint32Array,
  from: number,
  to: number,
): void {
  const { bytes, starts } = keyValues;
  for (let i = from; i < to; i++)
    out.bytes(tag >>> NUMBER, bytes.subarray(starts[references[i]], starts[references[i] + 1]));
}

function writeText(out: ProtoWriter, tag: number, { texts }: Segment, text: number): void {
  const { bytes, starts } = texts;
  if (starts[text + 1] > starts[text]) out.bytes(tag >>> NUMBER, bytes.subarray(starts[text], starts[text + 1]));
}

function writeNumber(out: ProtoWriter, tag: number, value: number): void {
  if (value !== 0) out.uint32(tag >>> NUMBER, value);
}

function writeId(out: ProtoWriter, tag: number, size: number, words: Int32Array | Uint32Array, at: number): void {
  idWords.set(words.subarray(at, at + size / 4));
  out.bytes(tag >>> NUMBER, size === TRACE_ID_BYTES ? idBytes : idBytes.subarray(0, size));
}
