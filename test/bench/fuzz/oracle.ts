import type { AnyValue, Attribute } from '../../../src/model/attributes';
import type { LogRecord } from '../../../src/model/logRecord';
import { SPAN_KINDS, STATUS_CODES, type Span } from '../../../src/model/span';
import { oracleType } from '../../unit/otlp/otlpProto';
import { StrictWalk } from './strictWalk';

interface PlainValue {
  readonly value?: string;
  readonly stringValue: string;
  readonly boolValue: boolean;
  readonly intValue: string;
  readonly doubleValue: number;
  readonly bytesValue: string;
  readonly arrayValue: { readonly values: readonly PlainValue[] };
  readonly kvlistValue: { readonly values: readonly PlainKeyValue[] };
}
interface PlainKeyValue {
  readonly key: string;
  readonly value: PlainValue | null;
}
interface PlainLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly PlainKeyValue[];
}
interface PlainEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly PlainKeyValue[];
}
interface PlainSpan extends PlainLink {
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly droppedAttributesCount: number;
  readonly events: readonly PlainEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly PlainLink[];
  readonly droppedLinksCount: number;
  readonly status: { readonly code: number; readonly message: string } | null;
}
interface PlainScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly PlainKeyValue[];
}
interface PlainLog extends PlainLink {
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityText: string;
  readonly body: PlainValue | null;
  readonly eventName: string;
}

/** A span that has to be found, by ids in hex. */
export interface ExpectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** What it must say. */
  readonly says: Comparable<Span>;
}
export interface ExpectedLog {
  readonly traceId: string;
  readonly says: Comparable<LogRecord>;
}
/** The parts of the product's reading that the request alone determines. */
type Comparable<T> = Partial<T>;

export interface Expected<T> {
  readonly kept: readonly T[];
  readonly rejected: number;
  /** Of which protobufjs says nothing, because they nest deeper than it reads. */
  readonly unknown: number;
}

const REQUEST = { resource: 1, scopes: [2, 1000], scope: 1, entries: 2 } as const;
/** Nobody shows them, so nobody looks into them. */
const OPAQUE = new Set(['Resource.entityRefs']);
const TYPES = {
  resource: oracleType('Resource'),
  scope: oracleType('InstrumentationScope'),
  span: oracleType('Span'),
  log: oracleType('LogRecord'),
};
type TypeName = keyof typeof TYPES;

interface Entry {
  readonly bytes: Uint8Array;
  readonly resource: { readonly attributes: readonly PlainKeyValue[] } | TooDeep | undefined;
  readonly scope: PlainScope | TooDeep | undefined;
}
type TooDeep = 'too deep';

/** What a trace request says; undefined when it cannot be decoded. */
export function expectTraces(request: Uint8Array): Expected<ExpectedSpan> | undefined {
  return expectAll(request, 'span', (plain, { resource, scope }) => {
    const { traceId, spanId, parentSpanId } = plain as unknown as PlainSpan;
    if (!isId(traceId, 16) || !isId(spanId, 8) || (parentSpanId !== '' && bytesOf(parentSpanId).length !== 8))
      return undefined;
    return { traceId: hex(traceId), spanId: hex(spanId), says: spanOf(plain as unknown as PlainSpan, resource, scope) };
  });
}

/** What a logs request says of records that name a trace; undefined when it cannot be decoded. */
export function expectLogs(request: Uint8Array): Expected<ExpectedLog> | undefined {
  return expectAll(request, 'log', (plain, { scope }) => {
    const log = plain as unknown as PlainLog;
    return { traceId: isId(log.traceId, 16) ? hex(log.traceId) : '', says: logOf(log, scope) };
  });
}

/** True when the message can be decoded, by both readings of protobuf's rules. */
export function isDecodable(typeName: string, bytes: Uint8Array): boolean {
  const type = oracleType(typeName);
  const rewritten = new StrictWalk(bytes).message(type, OPAQUE);
  if (!rewritten) return false;
  try {
    type.decode(rewritten);
    return true;
  } catch (error) {
    return isTooDeep(error);
  }
}

/** Of several data of one metric the last counts; what the others hold is nothing that the product looks into. */
export function hasMetricWithTwoData(request: Uint8Array): boolean {
  const inside = (messages: readonly Uint8Array[], ...numbers: number[]) =>
    messages.flatMap((bytes) => new StrictWalk(bytes).parts(...numbers).parts.map((part) => part.bytes));
  const metrics = inside(inside(inside([request], 1), ...REQUEST.scopes), REQUEST.entries);
  return metrics.some((metric) => new StrictWalk(metric).parts(5, 7, 9, 10, 11).parts.length > 1);
}

function expectAll<T>(
  request: Uint8Array,
  type: 'span' | 'log',
  read: (plain: object, entry: Entry) => T | undefined,
): Expected<T> | undefined {
  const entries = entriesOf(request);
  if (!entries) return undefined;
  const kept: T[] = [];
  let [rejected, unknown] = [0, 0];
  for (const entry of entries) {
    const plain = decode(type, entry.bytes);
    const expected = typeof plain === 'object' ? read(plain, entry) : undefined;
    if (expected !== undefined) kept.push(expected);
    else if (plain === 'too deep') unknown++;
    else rejected++;
  }
  return { kept, rejected, unknown };
}

function entriesOf(request: Uint8Array): Entry[] | undefined {
  const entries: Entry[] = [];
  const top = new StrictWalk(request).parts(1);
  if (!top.sound) return undefined;
  for (const { bytes } of top.parts) {
    const middle = new StrictWalk(bytes).parts(REQUEST.resource, ...REQUEST.scopes);
    if (!middle.sound) return undefined;
    const resources = middle.parts
      .filter(({ number }) => number === REQUEST.resource)
      .map((part) => decode('resource', part.bytes));
    if (resources.includes('damaged')) return undefined;
    for (const { number, bytes: scopeBytes } of middle.parts) {
      if (number === REQUEST.resource) continue;
      const inner = new StrictWalk(scopeBytes).parts(REQUEST.scope, REQUEST.entries);
      if (!inner.sound) return undefined;
      const scopes = inner.parts
        .filter((part) => part.number === REQUEST.scope)
        .map((part) => decode('scope', part.bytes));
      if (scopes.includes('damaged')) return undefined;
      const [resource, scope] = [resources.at(-1), scopes.at(-1)] as [Entry['resource'], Entry['scope']];
      for (const part of inner.parts)
        if (part.number === REQUEST.entries) entries.push({ bytes: part.bytes, resource, scope });
    }
  }
  return entries;
}

function decode(name: TypeName, bytes: Uint8Array): object | 'damaged' | TooDeep {
  const type = TYPES[name];
  const rewritten = new StrictWalk(bytes).message(type, OPAQUE);
  if (!rewritten) return 'damaged';
  try {
    return type.toObject(type.decode(rewritten), { longs: String, bytes: String, defaults: true, oneofs: true });
  } catch (error) {
    if (isTooDeep(error)) return 'too deep';
    throw error;
  }
}

function isTooDeep(error: unknown): boolean {
  return error instanceof Error && /nesting depth|recursion|max depth/i.test(error.message);
}

function spanOf(plain: PlainSpan, resource: Entry['resource'], scope: Entry['scope']): Comparable<Span> {
  const start = BigInt(plain.startTimeUnixNano);
  const links = plain.links.filter((link) => bytesOf(link.traceId).length === 16 && bytesOf(link.spanId).length === 8);
  const { status } = plain;
  return {
    ...(plain.parentSpanId !== '' &&
      hex(plain.parentSpanId) !== '0'.repeat(16) && { parentSpanId: hex(plain.parentSpanId) as never }),
    name: plain.name,
    kind: SPAN_KINDS[plain.kind] ?? 'unspecified',
    startTimeUnixNano: plain.startTimeUnixNano,
    duration: Number(BigInt(plain.endTimeUnixNano) - start),
    status: {
      code: STATUS_CODES[status?.code ?? 0] ?? 'unset',
      ...(status && status.message !== '' && { message: status.message }),
    },
    ...(plain.traceState !== '' && { traceState: plain.traceState }),
    ...(resource !== 'too deep' && { resource: (resource?.attributes ?? []).map(attributeOf) }),
    ...(scope !== 'too deep' && {
      scope: {
        name: scope?.name ?? '',
        ...(scope && scope.version !== '' && { version: scope.version }),
        attributes: (scope?.attributes ?? []).map(attributeOf),
      },
    }),
    attributes: plain.attributes.map(attributeOf),
    events: plain.events.map((event) => ({
      offset: Number(BigInt(event.timeUnixNano) - start),
      name: event.name,
      attributes: event.attributes.map(attributeOf),
    })),
    links: links.map((link) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      attributes: link.attributes.map(attributeOf),
    })),
    dropped: {
      attributes: plain.droppedAttributesCount,
      events: plain.droppedEventsCount,
      links: (plain.droppedLinksCount + plain.links.length - links.length) % 2 ** 32,
    },
  };
}

function logOf(plain: PlainLog, scope: Entry['scope']): Comparable<LogRecord> {
  return {
    ...(isId(plain.spanId, 8) && { spanId: hex(plain.spanId) as never }),
    timeUnixNano: plain.timeUnixNano === '0' ? plain.observedTimeUnixNano : plain.timeUnixNano,
    severityText: plain.severityText,
    body: valueOf(plain.body),
    attributes: plain.attributes.map(attributeOf),
    eventName: plain.eventName,
    ...(scope !== 'too deep' && { scope: scope?.name ?? '' }),
  };
}

function attributeOf({ key, value }: PlainKeyValue): Attribute {
  return { key, value: valueOf(value) };
}

function valueOf(plain: PlainValue | null): AnyValue {
  switch (plain?.value) {
    case 'stringValue':
      return { kind: 'string', value: plain.stringValue };
    case 'boolValue':
      return { kind: 'bool', value: plain.boolValue };
    case 'intValue':
      return { kind: 'int', value: plain.intValue };
    case 'doubleValue':
      return { kind: 'double', value: plain.doubleValue };
    case 'bytesValue':
      return { kind: 'bytes', value: plain.bytesValue };
    case 'arrayValue':
      return { kind: 'array', values: plain.arrayValue.values.map(valueOf) };
    case 'kvlistValue':
      return { kind: 'kvlist', values: plain.kvlistValue.values.map(attributeOf) };
    default:
      return { kind: 'empty' };
  }
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function hex(base64: string): string {
  return bytesOf(base64).toString('hex');
}

function isId(base64: string, length: number): boolean {
  const bytes = bytesOf(base64);
  return bytes.length === length && bytes.some((byte) => byte !== 0);
}
