import type { Engine } from '../../src/engine/engine';
import type { AnyValue } from '../../src/model/attributes';
import type { SpanId, TraceId } from '../../src/model/ids';
import { SPAN_KINDS, STATUS_CODES, type Span } from '../../src/model/span';

/** A span as its program says that it made it. */
export interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** The API's number: one less than OTLP's. */
  readonly kind: number;
  /** Nanoseconds since 1970, as text. */
  readonly start: string;
  readonly end: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  readonly links: number;
  readonly status: { readonly code: number; readonly message?: string };
  readonly scope?: string;
}

export interface Leniency {
  /** What the sender's own way of writing times may change. */
  readonly nanos: number;
  /** Zipkin has no word for scopes and links, and only text for values. */
  readonly zipkin?: boolean;
}

/** What of the sent spans is not found in the store as it was sent. */
export async function missing(engine: Engine, spans: readonly Sent[], leniency: Leniency): Promise<string[]> {
  const faults: string[] = [];
  for (const sent of spans) {
    const held = await engine.span(sent.traceId as TraceId, sent.spanId as SpanId);
    faults.push(...(held ? differences(sent, held, leniency) : [`${sent.name}: did not arrive`]));
  }
  return faults;
}

/** What is wrong with the latest value of a metric of one number; `service`: '' for the senders that name none. */
export async function wrongMetric(engine: Engine, name: string, service: string, wanted: number): Promise<string[]> {
  const { streams } = await engine.metrics({ limit: 10, text: name, ...(service !== '' && { service }) });
  const values = streams
    .filter((stream) => stream.name === name)
    .map(({ value }) => value && 'value' in value && Number(value.value));
  return values.includes(wanted)
    ? []
    : [`the metric ${name} should be ${wanted}, but is ${values.join(', ') || 'not there'}`];
}

function differences(sent: Sent, held: Span, { nanos, zipkin = false }: Leniency): string[] {
  const faults: string[] = [];
  const compare = (what: string, wanted: unknown, got: unknown) => {
    const [a, b] = [JSON.stringify(wanted), JSON.stringify(got)];
    if (a !== b) faults.push(`${sent.name}: ${what} should be ${a}, but is ${b}`);
  };
  compare('name', sent.name, held.name);
  compare('parent', sent.parentSpanId, held.parentSpanId);
  compare('kind', SPAN_KINDS[sent.kind + 1], held.kind);
  compare('status', STATUS_CODES[sent.status.code], held.status.code);
  compare('status message', sent.status.message || undefined, held.status.message);
  compare(
    'events',
    sent.events,
    held.events.map(({ name }) => name),
  );
  if (!zipkin) compare('scope', sent.scope ?? 'clients', held.scope.name);
  if (!zipkin) compare('links', sent.links, held.links.length);
  for (const [key, value] of Object.entries(sent.attributes)) {
    const got = held.attributes.find((attribute) => attribute.key === key)?.value;
    compare(`attribute ${key}`, zipkin ? String(value) : value, got && plain(got));
  }
  const late = Math.abs(Number(BigInt(sent.start) - BigInt(held.startTimeUnixNano)));
  if (late > nanos) faults.push(`${sent.name}: starts ${late} ns away from ${sent.start}`);
  const wrong = Math.abs(Number(BigInt(sent.end) - BigInt(sent.start)) - held.duration);
  if (wrong > nanos) faults.push(`${sent.name}: its duration is ${wrong} ns off`);
  return faults;
}

export function plain(value: AnyValue): unknown {
  if (value.kind === 'array') return value.values.map(plain);
  if (value.kind === 'kvlist') return Object.fromEntries(value.values.map((entry) => [entry.key, plain(entry.value)]));
  if (value.kind === 'int') return Number(value.value);
  return value.kind === 'empty' ? null : value.value;
}
