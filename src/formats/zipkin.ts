/**
 * Zipkin v2 JSON as OTLP/JSON, after OpenTelemetry's mapping between the two. Zipkin's client and server may share one span id;
 * they stay two spans of the same id.
 */
export interface FromZipkin {
  readonly resourceSpans: readonly object[];
  /** Spans that cannot be placed in time, or are no spans. */
  readonly rejected: number;
  readonly message?: string;
}

type Json = Readonly<Record<string, unknown>>;
interface Attribute {
  readonly key: string;
  readonly value: Json;
}
interface Converted {
  readonly service: string;
  readonly scope: Json;
  readonly span: Json;
}

const KINDS: Readonly<Record<string, number>> = { SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 };
const INTERNAL = 1;
const STATUSES: Readonly<Record<string, number>> = { OK: 1, ERROR: 2 };
/** Tags that OpenTelemetry's exporters write, and that have a place of their own in OTLP. */
const PLACED_TAGS = new Set([
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
]);
const NO_TIME = 'Zipkin spans without a timestamp, an annotation or a parent beside them have no place in time';

export function otlpFromZipkin(spans: readonly unknown[]): FromZipkin {
  const objects = spans.filter(isObject);
  const starts = startsById(objects);
  const converted = objects.map((span) => convert(span, starts)).filter((span) => span !== undefined);
  const rejected = spans.length - converted.length;
  return { resourceSpans: grouped(converted), rejected, ...(rejected > 0 && { message: NO_TIME }) };
}

function convert(span: Json, starts: ReadonlyMap<string, number>): Converted | undefined {
  const start = startOf(span) ?? starts.get(text(span.parentId));
  if (start === undefined) return undefined;
  const tags = isObject(span.tags) ? span.tags : {};
  const duration = micros(span.duration);
  return {
    service: text(endpoint(span.localEndpoint).serviceName),
    scope: {
      name: text(tags['otel.scope.name'] ?? tags['otel.library.name']),
      version: text(tags['otel.scope.version'] ?? tags['otel.library.version']),
    },
    span: {
      traceId: text(span.traceId).padStart(32, '0'),
      spanId: text(span.id).padStart(16, '0'),
      ...(span.parentId !== undefined && { parentSpanId: text(span.parentId).padStart(16, '0') }),
      name: text(span.name),
      kind: KINDS[text(span.kind).toUpperCase()] ?? INTERNAL,
      startTimeUnixNano: nanos(start),
      // Without a duration it had not ended when it was reported, which OTLP has no word for and the store reads from a 0.
      endTimeUnixNano: duration === undefined ? '0' : nanos(start + duration),
      attributes: attributesOf(span, tags),
      events: listOf(span.annotations).flatMap(eventOf),
      status: statusOf(tags),
    },
  };
}

/** Start of every span that says it, for those children that do not. */
function startsById(spans: readonly Json[]): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (const span of spans) {
    const start = startOf(span);
    if (start !== undefined) starts.set(text(span.id), start);
  }
  return starts;
}

/** Microseconds since 1970. */
function startOf(span: Json): number | undefined {
  const stated = micros(span.timestamp);
  if (stated !== undefined) return stated;
  const times = listOf(span.annotations)
    .map(({ timestamp }) => micros(timestamp))
    .filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function attributesOf(span: Json, tags: Json): Attribute[] {
  const [local, remote] = [endpoint(span.localEndpoint), endpoint(span.remoteEndpoint)];
  const attributes = Object.entries(tags)
    .filter(([key]) => !PLACED_TAGS.has(key))
    .map(([key, value]) => attribute(key, text(value)));
  const known: [string, unknown][] = [
    ['network.local.address', local.ipv4 ?? local.ipv6],
    ['network.local.port', local.port],
    ['peer.service', remote.serviceName],
    ['network.peer.address', remote.ipv4 ?? remote.ipv6],
    ['network.peer.port', remote.port],
  ];
  for (const [key, value] of known) {
    if (typeof value === 'number' && Number.isInteger(value)) attributes.push({ key, value: { intValue: value } });
    else if (typeof value === 'string' && value !== '') attributes.push(attribute(key, value));
  }
  return attributes;
}

function eventOf({ timestamp, value }: Json): Json[] {
  const time = micros(timestamp);
  return time === undefined ? [] : [{ timeUnixNano: nanos(time), name: text(value) }];
}

/** `error` holds a message, or nothing but the fact. */
function statusOf(tags: Json): Json {
  const code = STATUSES[text(tags['otel.status_code']).toUpperCase()];
  const { error } = tags;
  const failed = code === undefined ? error !== undefined && error !== 'false' : code === STATUSES.ERROR;
  if (!failed) return { code: code ?? 0 };
  const message = text(tags['otel.status_description'] ?? (error === 'true' ? '' : error));
  return { code: STATUSES.ERROR, message };
}

/** One ResourceSpans a service, one ScopeSpans a scope. */
function grouped(spans: readonly Converted[]): object[] {
  const services = new Map<string, Map<string, { scope: Json; spans: Json[] }>>();
  for (const { service, scope, span } of spans) {
    const scopes = services.get(service) ?? new Map<string, { scope: Json; spans: Json[] }>();
    services.set(service, scopes);
    const key = JSON.stringify(scope);
    const group = scopes.get(key) ?? { scope, spans: [] };
    scopes.set(key, group);
    group.spans.push(span);
  }
  return [...services].map(([service, scopes]) => ({
    resource: { attributes: service === '' ? [] : [attribute('service.name', service)] },
    scopeSpans: [...scopes.values()],
  }));
}

function attribute(key: string, value: string): Attribute {
  return { key, value: { stringValue: value } };
}

function endpoint(value: unknown): Json {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Whole microseconds, as a number or digits; zero stands for "unknown". */
function micros(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function nanos(microseconds: number): string {
  return `${microseconds}000`;
}
