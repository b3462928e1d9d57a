/** Spans as the matrix compares them, whichever sender they came from. */

type Json = Record<string, unknown>;

export interface FlatSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly scope: string;
  /** Decimal text; numbers of old senders have lost digits. */
  readonly start: string;
  readonly end: string;
  readonly attributes: Json;
  readonly resource: Json;
  readonly events: readonly { readonly name: string; readonly attributes: Json }[];
  readonly links: readonly { readonly spanId: string; readonly attributes: Json }[];
  readonly status: number;
}

/** Flattens an OTLP/JSON request. */
export function flatten(request: unknown, member = 'resourceSpans'): FlatSpan[] {
  return list(request, member).flatMap((resourceSpans) => {
    const resource = attributes((resourceSpans.resource as Json | undefined)?.attributes);
    return list(resourceSpans, 'scopeSpans').flatMap((scopeSpans) => {
      const scope = ((scopeSpans.scope as Json | undefined)?.name as string | undefined) ?? '';
      return list(scopeSpans, 'spans').map((span) => flatSpan(span, resource, scope));
    });
  });
}

function flatSpan(span: Json, resource: Json, scope: string): FlatSpan {
  return {
    traceId: String(span.traceId),
    spanId: String(span.spanId),
    parentSpanId: (span.parentSpanId as string | undefined) ?? '',
    name: String(span.name),
    kind: Number(span.kind),
    scope,
    start: String(span.startTimeUnixNano),
    end: String(span.endTimeUnixNano),
    attributes: attributes(span.attributes),
    resource,
    events: list(span, 'events').map((event) => ({
      name: String(event.name),
      attributes: attributes(event.attributes),
    })),
    links: list(span, 'links').map((link) => ({
      spanId: String(link.spanId),
      attributes: attributes(link.attributes),
    })),
    status: Number((span.status as Json | undefined)?.code ?? 0),
  };
}

function list(holder: unknown, member: string): Json[] {
  const value = (holder as Json | undefined)?.[member];
  return Array.isArray(value) ? (value as Json[]) : [];
}

function attributes(pairs: unknown): Json {
  const entries = list({ pairs }, 'pairs').map(({ key, value }) => [String(key), plain(value as Json)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An `AnyValue` as a plain value; integers and doubles alike become numbers, as senders differ in what they call one. */
function plain(value: Json | undefined): unknown {
  if (!value) return null;
  if ('stringValue' in value) return value.stringValue;
  if ('boolValue' in value) return value.boolValue;
  if ('intValue' in value) return Number(value.intValue);
  if ('doubleValue' in value) return Number(value.doubleValue);
  if ('arrayValue' in value) return list(value.arrayValue, 'values').map(plain);
  return null;
}

/** What of a span does not change from run to run, as text: ids become names, ports and stacks vanish. */
export function timeless(span: FlatSpan, all: readonly FlatSpan[]): string {
  const nameOf = (id: string) => all.find(({ spanId }) => spanId === id)?.name ?? (id && 'elsewhere');
  return JSON.stringify({
    name: span.name,
    kind: span.kind,
    scope: span.scope,
    parent: nameOf(span.parentSpanId),
    attributes: settle(span.attributes),
    resource: settle(span.resource),
    events: span.events.map((event) => [event.name, settle(event.attributes)]),
    links: span.links.map((link) => [nameOf(link.spanId), link.attributes]),
    status: span.status,
  });
}

const CHANGES = /(^|\.)(port|pid|stacktrace|instance\.id)$|^process\.command_args$/;

function settle(values: Json): Json {
  const entries = Object.entries(values).map(([key, value]) => {
    if (CHANGES.test(key)) return [key, '*'];
    return [key, typeof value === 'string' ? value.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:*') : value];
  });
  return Object.fromEntries(entries) as Json;
}
