import type { Attribute } from '../model/attributes';
import { asConfidence, CODE_ATTRIBUTES_REASON, CODE_ROLES, isOwnAttribute, REASON_KEY } from '../model/codeAttributes';
import type { TraceId } from '../model/ids';
import { mappedLocation, type PathMapper, pathsAsTheyAre } from '../model/mappedPath';
import type { SourceLocation } from '../model/sourceLocation';
import {
  type InstrumentationScope,
  type Span,
  SPAN_KINDS,
  type SpanEvent,
  type SpanLink,
  STATUS_CODES,
} from '../model/span';
import { pathKey } from '../base/paths';
import { decodeKeyValue, readText, textAt } from '../otlp/wire/attributes';
import { RESOURCE_ATTRIBUTE, SCOPE_ATTRIBUTE, SCOPE_NAME, SCOPE_VERSION } from '../otlp/wire/fields';
import { WireReader } from '../otlp/wire/wireReader';
import type { ByteDictionary } from './byteInterner';
import { lineNumber } from './codeRoles';
import { spanIdText, traceIdText } from './idText';
import { decimal, difference, Row, type Segment, type SpanContext } from './segment';
import { EVENT_HEADER, EXTRAS_HEADER, LINK_HEADER } from './spanExtras';
import { nameOf } from './rowName';

/** Makes the span in full whose row begins at `at`. */
export function readSpan(segment: Segment, at: number, traceId: TraceId, paths: PathMapper = pathsAsTheyAre): Span {
  const { words } = segment;
  const context = segment.context(at);
  const hasParent = (words[at + Row.parent0] | words[at + Row.parent1]) !== 0;
  const recorded = rowAttributes(segment, at);
  const said = locationOf(recorded);
  const location = said && mappedLocation(said, paths, context.service);
  const extras = readExtras(segment, at);
  return {
    traceId,
    spanId: spanIdText(words[at + Row.span0], words[at + Row.span1]),
    ...(hasParent && { parentSpanId: spanIdText(words[at + Row.parent0], words[at + Row.parent1]) }),
    ...(hasParent && segment.isParentRemote(at) !== undefined && { parentIsRemote: segment.isParentRemote(at) }),
    name: nameOf(segment, at),
    kind: SPAN_KINDS[segment.kind(at)],
    startTimeUnixNano: decimal(words[at + Row.startHigh], words[at + Row.startLow]),
    duration: segment.duration(at),
    status: {
      code: STATUS_CODES[segment.status(at)],
      ...(extras.message !== undefined && { message: extras.message }),
    },
    ...(extras.traceState !== undefined && { traceState: extras.traceState }),
    service: context.service,
    resource: resourceAttributes(segment, context),
    scope: scopeOf(segment.texts, context.scope),
    attributes: ofTheProgram(recorded),
    events: extras.events,
    links: extras.links,
    dropped: extras.dropped,
    ...(location !== undefined && { location }),
    run: context.run,
  };
}

/** What Spanline added stands behind its reason; none of it is the program's. */
function ofTheProgram(recorded: readonly Attribute[]): Attribute[] {
  const added = recorded.findIndex(({ key }) => key === REASON_KEY);
  return recorded.slice(0, added < 0 ? recorded.length : added).filter(({ key }) => !isOwnAttribute(key));
}

/** Of two attributes that say the same the later counts, as on entry. */
export function locationOf(attributes: readonly Attribute[]): SourceLocation | undefined {
  const said: Record<string, Attribute['value']> = {};
  for (const { key, value } of attributes) {
    const role = CODE_ROLES.get(key);
    if (role !== undefined) said[role] = value;
  }
  const text = (role: string) =>
    said[role]?.kind === 'string' && said[role].value !== '' ? said[role].value : undefined;
  const path = text('file');
  const line = said.line && lineNumber(said.line);
  if (path === undefined || !line) return undefined;
  const column = said.column && lineNumber(said.column);
  const functionName = text('function');
  return {
    path: pathKey(path),
    line,
    ...(column && { column }),
    ...(functionName !== undefined && { functionName }),
    confidence: asConfidence(text('confidence')),
    reason: text('reason') ?? CODE_ATTRIBUTES_REASON,
  };
}

/** As they were recorded, with what Spanline added. */
export function rowAttributes(segment: Segment, at: number): Attribute[] {
  const from = segment.words[at + Row.attributes];
  return keyValuesAt(segment, segment.attributes.values, from, segment.attributesEnd(at));
}

function keyValuesAt({ keyValues }: Segment, references: Uint32Array, from: number, to: number): Attribute[] {
  const reader = new WireReader();
  reader.open(keyValues.bytes);
  const attributes: Attribute[] = [];
  for (let i = from; i < to; i++) {
    reader.seek(keyValues.starts[references[i]]);
    attributes.push(decodeKeyValue(reader, keyValues.starts[references[i] + 1]));
  }
  return attributes;
}

/** Attributes of the resource that a context's spans came from. */
export function resourceAttributes({ texts }: Segment, { resource }: SpanContext): Attribute[] {
  const attributes: Attribute[] = [];
  eachField(texts, resource, (reader, tag, end) => {
    if (tag === RESOURCE_ATTRIBUTE) attributes.push(attributeAt(reader, end));
    else reader.skip(tag, end);
  });
  return attributes;
}

function scopeOf(texts: ByteDictionary, text: number): InstrumentationScope {
  let [name, version] = ['', ''];
  const attributes: Attribute[] = [];
  eachField(texts, text, (reader, tag, end) => {
    if (tag === SCOPE_NAME) name = readText(reader, end);
    else if (tag === SCOPE_VERSION) version = readText(reader, end);
    else if (tag === SCOPE_ATTRIBUTE) attributes.push(attributeAt(reader, end));
    else reader.skip(tag, end);
  });
  return { name, ...(version !== '' && { version }), attributes };
}

/** `visit` is to read each field of the message to its end. */
function eachField(
  { bytes, starts }: ByteDictionary,
  text: number,
  visit: (reader: WireReader, tag: number, end: number) => void,
): void {
  const end = starts[text + 1];
  const reader = new WireReader();
  reader.open(bytes);
  reader.seek(starts[text]);
  while (reader.pos < end) visit(reader, reader.tag(end), end);
}

function attributeAt(reader: WireReader, end: number): Attribute {
  const length = reader.length(end);
  return decodeKeyValue(reader, reader.pos + length);
}

interface Extras {
  readonly message?: string;
  readonly traceState?: string;
  readonly events: SpanEvent[];
  readonly links: SpanLink[];
  readonly dropped: Span['dropped'];
}

function readExtras(segment: Segment, row: number): Extras {
  const at = segment.words[row + Row.extras] - 1;
  if (at < 0) return { events: [], links: [], dropped: { attributes: 0, events: 0, links: 0 } };
  const [message, traceState, attributes, events, links, eventCount, linkCount] = segment.extras.values.subarray(
    at,
    at + EXTRAS_HEADER,
  );
  const records = { at: at + EXTRAS_HEADER };
  return {
    ...(message > 0 && { message: textOf(segment.texts, message - 1) }),
    ...(traceState > 0 && { traceState: textOf(segment.texts, traceState - 1) }),
    dropped: { attributes, events, links },
    events: Array.from({ length: eventCount }, () => readEvent(segment, row, records)),
    links: Array.from({ length: linkCount }, () => readLink(segment, records)),
  };
}

function readEvent(segment: Segment, row: number, records: { at: number }): SpanEvent {
  const { values } = segment.extras;
  const [low, high, name, count] = values.subarray(records.at, records.at + EVENT_HEADER);
  const from = records.at + EVENT_HEADER;
  records.at = from + count;
  return {
    offset: difference(high, low, segment.words[row + Row.startHigh], segment.words[row + Row.startLow]),
    name: textOf(segment.texts, name),
    attributes: keyValuesAt(segment, values, from, records.at),
  };
}

function readLink(segment: Segment, records: { at: number }): SpanLink {
  const { values } = segment.extras;
  const [a, b, c, d, e, f, count] = values.subarray(records.at, records.at + LINK_HEADER);
  const from = records.at + LINK_HEADER;
  records.at = from + count;
  return {
    traceId: traceIdText(a, b, c, d),
    spanId: spanIdText(e, f),
    attributes: keyValuesAt(segment, values, from, records.at),
  };
}

function textOf(texts: ByteDictionary, text: number): string {
  return textAt(texts.bytes, texts.starts[text], texts.starts[text + 1]);
}
