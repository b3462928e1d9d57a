import { INFERRED_MEMBER, ROUTE_MEMBER, SERVER_ALONE, SITE_MEMBER } from '../../protocol/preload';
import type { Attributes, HrTime, Link, ReadableSpan, SpanContext, TimedEvent } from './sdkTypes';

/*
 * A span as OTLP/JSON. Hand-written because this runs in the user's process: no intermediate objects, and keys quoted once.
 *
 *   ReadableSpan                  opentelemetry.proto.trace.v1.Span
 *   spanContext()                 traceId, spanId, traceState, flags (W3C flags in bits 0-7)
 *   parentSpanContext (2.x) or    parentSpanId, flags bits 8 (remoteness is known) and 9 (the parent is remote)
 *   parentSpanId (1.x)
 *   kind                          kind + 1
 *   startTime, endTime            …TimeUnixNano, decimal text
 *   attributes, events, links     the same; dropped…Count where not zero
 *   status                        status, absent while unset
 *   its call site                 SITE_MEMBER with INFERRED_MEMBER or ROUTE_MEMBER
 */

const REMOTE_KNOWN = 0x100;
const REMOTE = 0x200;

/** Deeper values are cut off: attributes are flat by specification, whatever a program puts there. */
const DEEPEST_VALUE = 8;

/** Distinct keys whose JSON is kept. */
const MOST_KEYS = 4096;
/** The same for spans' names, each of which may be long. */
const MOST_NAMES = 512;

/** Index into the batch's sites. */
export interface SiteRef {
  readonly index: number;
  /** How we know: the span's own stack, that of earlier spans, what answers the request, or but the server that it came to. */
  readonly origin: 'stack' | 'inferred' | 'route' | 'server';
}

const ORIGIN = {
  stack: '',
  inferred: `,"${INFERRED_MEMBER}":true`,
  route: `,"${ROUTE_MEMBER}":true`,
  server: `,"${ROUTE_MEMBER}":"${SERVER_ALONE}"`,
};

/** One span's JSON. `open`: it has not ended, whatever its end time says. */
export function encodeSpan(span: ReadableSpan, site: SiteRef | undefined, open: boolean): string {
  const context = span.spanContext();
  const parentId = span.parentSpanContext?.spanId ?? span.parentSpanId;
  let json = `{"traceId":"${context.traceId}","spanId":"${context.spanId}"`;
  if (context.traceState) json += `,"traceState":${JSON.stringify(context.traceState.serialize())}`;
  if (parentId) json += `,"parentSpanId":"${parentId}"`;
  json += `,"flags":${flagsOf(context, span.parentSpanContext)},"name":${quotedName(span.name)}`;
  json += `,"kind":${span.kind + 1},"startTimeUnixNano":${nanos(span.startTime)}`;
  json += `,"endTimeUnixNano":${open ? '"0"' : nanos(span.endTime)}`;
  json += `,"attributes":[${encodeAttributes(span.attributes)}]${count('droppedAttributesCount', span.droppedAttributesCount)}`;
  if (span.events.length > 0) json += `,"events":[${span.events.map(encodeEvent).join()}]`;
  json += count('droppedEventsCount', span.droppedEventsCount);
  if (span.links.length > 0) json += `,"links":[${span.links.map(encodeLink).join()}]`;
  json += count('droppedLinksCount', span.droppedLinksCount);
  if (span.status.code) json += `,"status":${encodeStatus(span.status)}`;
  if (site) json += `,"${SITE_MEMBER}":${site.index}${ORIGIN[site.origin]}`;
  return json + '}';
}

/** The span without what programs put into it freely. */
export function bareSpan(span: ReadableSpan): ReadableSpan {
  return {
    name: String(span.name),
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    ended: span.ended,
    attributes: {},
    events: [],
    links: [],
    status: { code: span.status.code },
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
    spanContext: () => span.spanContext(),
  };
}

/** `{"key":…,"value":…}` for each attribute, joined by commas. */
export function encodeAttributes(attributes: Attributes | undefined): string {
  let json = '';
  for (const key in attributes) {
    const value = encodeValue(attributes[key], DEEPEST_VALUE);
    json += `${json && ','}${quotedKey(key)}${value}}`;
  }
  return json;
}

function encodeEvent(event: TimedEvent): string {
  const attributes = encodeAttributes(event.attributes);
  const lost = count('droppedAttributesCount', event.droppedAttributesCount);
  return `{"timeUnixNano":${nanos(event.time)},"name":${JSON.stringify(String(event.name))},"attributes":[${attributes}]${lost}}`;
}

function encodeLink(link: Link): string {
  const { traceId, spanId } = link.context;
  const lost = count('droppedAttributesCount', link.droppedAttributesCount);
  return `{"traceId":"${traceId}","spanId":"${spanId}","attributes":[${encodeAttributes(link.attributes)}]${lost}}`;
}

function encodeStatus(status: ReadableSpan['status']): string {
  return status.message
    ? `{"code":${status.code},"message":${JSON.stringify(String(status.message))}}`
    : `{"code":${status.code}}`;
}

function flagsOf(context: SpanContext, parent: SpanContext | undefined): number {
  const flags = context.traceFlags & 0xff;
  return parent ? flags | REMOTE_KNOWN | (parent.isRemote ? REMOTE : 0) : flags;
}

function nanos(time: HrTime): string {
  const fraction = time[1];
  return fraction >= 1e8 ? `"${time[0]}${fraction}"` : `"${time[0]}${String(fraction).padStart(9, '0')}"`;
}

function count(member: string, value: number | undefined): string {
  return value ? `,"${member}":${value}` : '';
}

/** An `AnyValue`. Whatever a program hands in becomes something: what has no JSON is told in words. */
function encodeValue(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${JSON.stringify(value)}}`;
    case 'number':
      return encodeNumber(value);
    case 'boolean':
      return `{"boolValue":${value}}`;
    case 'bigint':
      return `{"intValue":"${value}"}`;
    case 'object':
      return encodeObject(value, depth);
    case 'undefined':
      return '{}';
    default:
      return `{"stringValue":"(${typeof value})"}`;
  }
}

function encodeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return `{"intValue":${value}}`;
  return Number.isFinite(value) ? `{"doubleValue":${value}}` : `{"doubleValue":"${value}"}`;
}

function encodeObject(value: object | null, depth: number): string {
  if (value === null) return '{}';
  if (depth === 0) return '{"stringValue":"…"}';
  if (Array.isArray(value)) {
    return `{"arrayValue":{"values":[${value.map((item) => encodeValue(item, depth - 1)).join()}]}}`;
  }
  if (value instanceof Uint8Array) return `{"bytesValue":"${Buffer.from(value).toString('base64')}"}`;
  const values = Object.entries(value).map(([key, item]) => `${quotedKey(key)}${encodeValue(item, depth - 1)}}`);
  return `{"kvlistValue":{"values":[${values.join()}]}}`;
}

const names = new Map<string, string>();

/** The name's JSON; a program's spans have few names. */
function quotedName(name: string): string {
  let quoted = names.get(name);
  if (quoted) return quoted;
  quoted = JSON.stringify(String(name));
  if (names.size < MOST_NAMES) names.set(name, quoted);
  return quoted;
}

const keys = new Map<string, string>();

/** `{"key":"…","value":`: the same few keys come again and again. */
function quotedKey(key: string): string {
  let quoted = keys.get(key);
  if (quoted) return quoted;
  quoted = `{"key":${JSON.stringify(key)},"value":`;
  if (keys.size < MOST_KEYS) keys.set(key, quoted);
  return quoted;
}
