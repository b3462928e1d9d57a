import type { RedactionMatch } from '../model/redaction';
import { ProtoWriter } from '../otlp/protoWriter';
import * as field from '../otlp/wire/fields';
import { type WireBytes, WireReader } from '../otlp/wire/wireReader';
import type { Redactor } from '../redaction/redactor';
import { Part } from './part';
import { leftOut, ValueCutter } from './valueCut';

/** A span of more bytes than this, its values cut already, loses attributes, events and links from some place on … */
const LARGEST_SPAN = 4 * 1024 * 1024;
/** … so that about this remains. */
const KEPT_OF_SPAN = 3 * 1024 * 1024;

/** By tag: how a message's fields are looked at. Of others nobody knows what is in them: they are left out where secrets must be. */
export type Form = ReadonlyMap<number, Part | Form>;

const EVENT: Form = new Map([
  [field.EVENT_TIME, Part.plain],
  [field.EVENT_NAME, Part.text],
  [field.EVENT_ATTRIBUTE, Part.keyValue],
  [field.EVENT_DROPPED_ATTRIBUTES, Part.plain],
]);
const LINK: Form = new Map([
  [field.LINK_TRACE_ID, Part.plain],
  [field.LINK_SPAN_ID, Part.plain],
  [field.LINK_TRACE_STATE, Part.plain],
  [field.LINK_ATTRIBUTE, Part.keyValue],
  [field.LINK_DROPPED_ATTRIBUTES, Part.plain],
  [field.LINK_FLAGS, Part.plain],
]);

/** Where the bytes of a message lie that is kept like that. */
export interface KeptMessage {
  readonly source: WireBytes;
  readonly start: number;
  readonly length: number;
}

const RESOURCE: Form = new Map([
  [field.RESOURCE_ATTRIBUTE, Part.keyValue],
  [field.RESOURCE_DROPPED_ATTRIBUTES, Part.plain],
  [field.RESOURCE_ENTITY_REF, Part.plain],
]);
const SCOPE: Form = new Map([
  [field.SCOPE_NAME, Part.plain],
  [field.SCOPE_VERSION, Part.plain],
  [field.SCOPE_ATTRIBUTE, Part.keyValue],
  [field.SCOPE_DROPPED_ATTRIBUTES, Part.plain],
]);

const STATUS: Form = new Map([
  [field.STATUS_MESSAGE, Part.text],
  [field.STATUS_CODE, Part.plain],
]);

/** The messages that are kept, as forms. */
export const FORMS = {
  span: new Map<number, Part | Form>([
    [field.SPAN_TRACE_ID, Part.plain],
    [field.SPAN_SPAN_ID, Part.plain],
    [field.SPAN_TRACE_STATE, Part.text],
    [field.SPAN_PARENT_SPAN_ID, Part.plain],
    [field.SPAN_NAME, Part.text],
    [field.SPAN_KIND, Part.plain],
    [field.SPAN_START, Part.plain],
    [field.SPAN_END, Part.plain],
    [field.SPAN_ATTRIBUTE, Part.keyValue],
    [field.SPAN_DROPPED_ATTRIBUTES, Part.plain],
    [field.SPAN_EVENT, EVENT],
    [field.SPAN_DROPPED_EVENTS, Part.plain],
    [field.SPAN_LINK, LINK],
    [field.SPAN_DROPPED_LINKS, Part.plain],
    [field.SPAN_STATUS, STATUS],
    [field.SPAN_FLAGS, Part.plain],
  ]) as Form,
  event: EVENT,
  link: LINK,
  resource: RESOURCE,
  scope: SCOPE,
  logs: requestOf(
    new Map([
      [field.LOG_BODY, Part.anyValue],
      [field.LOG_ATTRIBUTE, Part.keyValue],
    ]),
  ),
};

/** An export request whose records, which lie in it as spans do, are of this form. */
function requestOf(record: Form): Form {
  const ofScope: Form = new Map([
    [field.SCOPE_SPANS_SCOPE, SCOPE],
    [field.SCOPE_SPANS_SPAN, record],
  ]);
  const ofResource: Form = new Map([
    [field.RESOURCE_SPANS_RESOURCE, RESOURCE],
    [field.RESOURCE_SPANS_SCOPE_SPANS, ofScope],
    [field.RESOURCE_SPANS_LIBRARY_SPANS, ofScope],
  ]);
  return new Map([[field.REQUEST_RESOURCE_SPANS, ofResource]]);
}

/** What a span may have too many of, and where it says how many its sender dropped. */
const COUNTED = new Map([
  [field.SPAN_ATTRIBUTE, { dropped: field.SPAN_DROPPED_ATTRIBUTES, what: 'attributes' }],
  [field.SPAN_EVENT, { dropped: field.SPAN_DROPPED_EVENTS, what: 'events' }],
  [field.SPAN_LINK, { dropped: field.SPAN_DROPPED_LINKS, what: 'links' }],
]);
const DROPPED_COUNTS = new Set([...COUNTED.values()].map(({ dropped }) => dropped));

/** Makes of a message what is kept of it: secrets masked, what is too long or too deep cut. For the few that need it; not quick. */
export class KeptForm {
  redactor: Redactor | undefined;
  /** Of the last {@link of}: what was masked, and whether something was cut. */
  readonly masked: RedactionMatch[] = [];
  hasCut = false;
  private hasChanged = false;
  private readonly reader = new WireReader();
  private readonly out = new ProtoWriter();
  private readonly cutter = new ValueCutter();

  /** The message as it is kept; undefined when that is as it is, or when it is broken. */
  of(source: WireBytes, start: number, end: number, form: Form): Uint8Array | undefined {
    const { reader, out } = this;
    this.masked.length = 0;
    this.hasCut = this.hasChanged = false;
    reader.share(source);
    reader.seek(start);
    if (form === FORMS.span && end - start > LARGEST_SPAN) this.largeSpan(end);
    else this.fields(end, form);
    const isKept = this.hasChanged && reader.fault === undefined;
    reader.close();
    if (isKept) return out.finish();
    out.reset();
    return undefined;
  }

  private fields(end: number, form: Form): void {
    while (this.reader.pos < end) this.field(end, form);
  }

  private field(end: number, form: Form): void {
    const { reader, out } = this;
    const start = reader.pos;
    const tag = reader.tag(end);
    const part = form.get(tag) ?? (this.redactor === undefined ? Part.plain : undefined);
    if (part === undefined) {
      this.hasChanged = true;
      return reader.skip(tag, end);
    }
    if (part === Part.plain) reader.skip(tag, end);
    else {
      const length = reader.length(end);
      if (typeof part === 'object') return this.nested(tag, length, part);
      const kept = this.ofPart(reader, reader.pos, length, part);
      reader.pos += length;
      if (kept !== undefined) {
        this.hasChanged = true;
        if (kept.length > 0) out.bytes(tag >>> 3, kept);
        return;
      }
    }
    if (reader.fault === undefined) out.append(reader.bytes, start, reader.pos);
  }

  private nested(tag: number, length: number, form: Form): void {
    const { out } = this;
    const message = out.beginMessage(tag >>> 3);
    this.fields(this.reader.pos + length, form);
    out.endMessage(message);
  }

  /**
   * A KeyValue or text as it is kept; undefined when that is as it is, empty when it is left out. Cut before it is redacted: megabytes
   * are not searched.
   */
  ofPart(source: WireBytes, start: number, length: number, part: Part): Uint8Array | undefined {
    const { cutter } = this;
    const cut = cutter.part(source, start, length, part);
    if (cut === undefined) return this.redacted(source, start, length, part);
    this.hasCut = true;
    return this.redacted(wireBytes(cut), 0, cut.length, part) ?? cut;
  }

  private redacted(source: WireBytes, start: number, length: number, part: Part): Uint8Array | undefined {
    const { redactor } = this;
    if (redactor === undefined) return undefined;
    const kept = redact(redactor, part, source, start, length);
    if (kept !== undefined && redactor.lastMatch !== undefined) this.masked.push(redactor.lastMatch);
    return kept;
  }

  private largeSpan(end: number): void {
    const { reader, out } = this;
    const counts = new Map<number, { dropped: number; missing: number; bytes: number }>();
    const countOf = (dropped: number) => counts.get(dropped) ?? { dropped: 0, missing: 0, bytes: 0 };
    while (reader.pos < end) {
      const start = reader.pos;
      const tag = reader.tag(end);
      const counted = COUNTED.get(tag);
      if (DROPPED_COUNTS.has(tag)) counts.set(tag, { ...countOf(tag), dropped: reader.varint(end) });
      else if (counted !== undefined && out.length > KEPT_OF_SPAN) {
        const { dropped, missing, bytes } = countOf(counted.dropped);
        reader.skip(tag, end);
        counts.set(counted.dropped, { dropped, missing: missing + 1, bytes: bytes + reader.pos - start });
      } else {
        reader.seek(start);
        this.field(end, FORMS.span);
      }
    }
    for (const { dropped, what } of COUNTED.values()) {
      const count = countOf(dropped);
      if (count.missing > 0) this.sayMissing(what, count.missing, count.bytes);
      if (count.dropped + count.missing > 0) out.uint32(dropped >>> 3, count.dropped + count.missing);
    }
  }

  /** As an attribute, where it is seen. */
  private sayMissing(what: string, missing: number, bytes: number): void {
    const { out } = this;
    this.hasCut = this.hasChanged = true;
    const attribute = out.beginMessage(field.SPAN_ATTRIBUTE >>> 3);
    out.string(field.KEY_VALUE_KEY >>> 3, '…');
    const value = out.beginMessage(field.KEY_VALUE_VALUE >>> 3);
    out.string(field.ANY_STRING >>> 3, leftOut(missing, `${what} (${bytes.toLocaleString('en')} bytes)`));
    out.endMessage(value);
    out.endMessage(attribute);
  }
}

function redact(redactor: Redactor, part: Part, source: WireBytes, start: number, length: number) {
  if (part === Part.text) return redactor.redactText(source, start, length);
  if (part === Part.anyValue) return redactor.redactAnyValue(source, start, length);
  return redactor.redactKeyValue(source, start, length);
}

export function wireBytes(bytes: Uint8Array): WireBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}
