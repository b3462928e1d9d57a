import * as field from '../otlp/wire/fields';
import { SHAPES, validate } from '../otlp/wire/validate';
import type { WireReader } from '../otlp/wire/wireReader';
import type { ByteInterner } from './byteInterner';
import type { KeptCheck } from './keptCheck';
import type { KeyValueInterner } from './keyValueInterner';
import type { ParsedSpan, Ranges } from './spanParser';
import type { WordList } from './wordList';

/*
 * What few spans have is one record of words in Segment.extras:
 *   message + 1, trace state + 1 (numbers of texts), dropped attributes, events and links, number of events, number of links,
 *   each event: time low, time high, name (text), n, n references to KeyValues;
 *   each link: four words of trace id, two of span id, n, n references to KeyValues.
 */
export const EXTRAS_HEADER = 7;
export const EVENT_HEADER = 4;
export const LINK_HEADER = 7;

/** What is wrong with the span's events or links, if anything. */
export function checkExtras(reader: WireReader, span: ParsedSpan, kept: KeptCheck): string | undefined {
  const fault = checkAll(reader, span.events, SHAPES.event, kept) ?? checkAll(reader, span.links, SHAPES.link, kept);
  if (fault === undefined) kept.extras(span);
  return fault;
}

function checkAll(
  reader: WireReader,
  { count, starts, lengths }: Ranges,
  shape: typeof SHAPES.event,
  kept: KeptCheck,
): string | undefined {
  for (let i = 0; i < count; i++) {
    reader.seek(starts[i]);
    kept.noteDepth(validate(reader, starts[i] + lengths[i], shape));
    if (reader.fault !== undefined) return reader.fault;
  }
  return undefined;
}

/** Writes records of spans that were checked. */
export class ExtrasWriter {
  constructor(
    private readonly reader: WireReader,
    private readonly texts: ByteInterner,
    private readonly keyValues: KeyValueInterner,
  ) {}

  /** Appends the span's record to `out`. */
  write(span: ParsedSpan, out: WordList): void {
    const start = out.used;
    out.push(span.messageLength > 0 ? this.text(span.messageStart, span.messageLength) + 1 : 0);
    out.push(span.traceStateLength > 0 ? this.text(span.traceStateStart, span.traceStateLength) + 1 : 0);
    out.push(span.droppedAttributes);
    out.push(span.droppedEvents);
    out.push(span.droppedLinks);
    out.push(span.events.count);
    out.push(0);
    for (let i = 0; i < span.events.count; i++) this.event(span.events.starts[i], span.events.lengths[i], out);
    let links = 0;
    for (let i = 0; i < span.links.count; i++) {
      if (this.link(span.links.starts[i], span.links.lengths[i], out)) links++;
    }
    out.values[start + 4] += span.links.count - links;
    out.values[start + 6] = links;
  }

  private event(start: number, length: number, out: WordList): void {
    const { reader } = this;
    const end = start + length;
    const record = out.skip(EVENT_HEADER);
    let nameStart = start;
    let nameLength = 0;
    reader.seek(start);
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === field.EVENT_TIME) {
        out.values[record] = reader.fixed64(end);
        out.values[record + 1] = reader.high;
      } else if (tag === field.EVENT_NAME) {
        nameLength = reader.length(end);
        nameStart = reader.pos;
        reader.pos += nameLength;
      } else if (tag === field.EVENT_ATTRIBUTE) this.attribute(end, out);
      else reader.skip(tag, end);
    }
    out.values[record + 2] = this.text(nameStart, nameLength);
    out.values[record + 3] = out.used - record - EVENT_HEADER;
  }

  /** False, with nothing written, for a link whose ids are none. */
  private link(start: number, length: number, out: WordList): boolean {
    const { reader } = this;
    const end = start + length;
    const record = out.skip(LINK_HEADER);
    let traceId = -1;
    let spanId = -1;
    reader.seek(start);
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === field.LINK_TRACE_ID) traceId = this.fixedBytes(16, end);
      else if (tag === field.LINK_SPAN_ID) spanId = this.fixedBytes(8, end);
      else if (tag === field.LINK_ATTRIBUTE) this.attribute(end, out);
      else reader.skip(tag, end);
    }
    if (traceId < 0 || spanId < 0) {
      out.used = record;
      return false;
    }
    for (let i = 0; i < 4; i++) out.values[record + i] = reader.view.getInt32(traceId + 4 * i, true);
    for (let i = 0; i < 2; i++) out.values[record + 4 + i] = reader.view.getInt32(spanId + 4 * i, true);
    out.values[record + 6] = out.used - record - LINK_HEADER;
    return true;
  }

  /** Where the bytes of a field begin, -1 when there are not `size` of them. */
  private fixedBytes(size: number, end: number): number {
    const length = this.reader.length(end);
    const start = this.reader.pos;
    this.reader.pos += length;
    return length === size ? start : -1;
  }

  private attribute(end: number, out: WordList): void {
    const { reader } = this;
    const length = reader.length(end);
    out.push(this.keyValues.internKeyValue(reader, reader.pos, length));
    reader.pos += length;
  }

  private text(start: number, length: number): number {
    return this.texts.intern(this.reader, start, length);
  }
}
