import type { OtelKind } from '../model';
import { splitWords } from '../values/words';

const TYPES: Readonly<Record<string, OtelKind>> = {
  Span: 'span',
  Tracer: 'tracer',
  TracerProvider: 'tracerProvider',
  Context: 'context',
  Meter: 'meter',
  Counter: 'instrument',
  UpDownCounter: 'instrument',
  Histogram: 'instrument',
  Gauge: 'instrument',
  Baggage: 'baggage',
  SpanContext: 'spanContext',
  TextMapPropagator: 'propagator',
  ReadableSpan: 'span',
};

/** The kind of values of a type that OpenTelemetry's packages declare. */
export function kindOfTypeName(name: string): OtelKind | undefined {
  return TYPES[name];
}

/** Words before `span` that make it something else: table cells, lengths of time, DOM elements. */
const OTHER_SPANS = new Set(['row', 'col', 'column', 'time', 'date', 'text', 'html', 'grid', 'life', 'wing', 'style']);

/** What a name alone speaks for: `span`, `parentSpan`, `tracer`, `appTracer`. */
export function kindByName(name: string): OtelKind | undefined {
  const words = splitWords(name);
  const last = words.at(-1);
  if (last === 'tracer') return 'tracer';
  if (last === 'meter' && words.length === 1) return 'meter';
  if (last === 'counter' || last === 'histogram') return words.length > 1 ? 'instrument' : undefined;
  if (last === 'span' && !OTHER_SPANS.has(words.at(-2) ?? '')) return 'span';
  return undefined;
}

const FOREIGN =
  /^(@sentry\/|dd-trace|opentracing|elastic-apm|jaeger-client|@datadog\/|newrelic|@newrelic\/|zipkin|lightstep-tracer|@google-cloud\/trace-agent|applicationinsights|react$|jquery|cheerio)/;

/** Packages whose tracers and spans are not OpenTelemetry's. */
export function isForeignModule(module: string): boolean {
  return FOREIGN.test(module);
}

const FOREIGN_GLOBALS = new Set([
  'document',
  'window',
  '$',
  'jQuery',
  'Sentry',
  'React',
  'screen',
  'wrapper',
  'container',
  'apm',
]);
const ELEMENT_METHODS =
  /^(createElement|createElementNS|querySelector|querySelectorAll|getElementById|closest|find|appendChild|cloneNode)$/;

export function isForeignGlobal(name: string): boolean {
  return FOREIGN_GLOBALS.has(name);
}

/** Methods that give DOM elements. */
export function givesElement(method: string): boolean {
  return ELEMENT_METHODS.test(method);
}
