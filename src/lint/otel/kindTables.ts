import type { Kind, OtelKind } from '../model';
import { calleeName } from '../syntax/nodes';
import type { ts } from '../ts';

/** None of the kinds. */
export const OTHER: Kind = { kind: 'other', sure: true };

export const API_EXPORTS: Readonly<Record<string, OtelKind>> = {
  trace: 'trace',
  context: 'contextApi',
  propagation: 'propagation',
  metrics: 'metrics',
  ROOT_CONTEXT: 'rootContext',
  default: 'api',
  '*': 'api',
};

/** What a method of a kind gives. A method that is not named gives something that is none of the kinds, if its receiver is sure. */
export const METHODS: Readonly<Partial<Record<OtelKind, Readonly<Record<string, OtelKind>>>>> = {
  trace: {
    getTracer: 'tracer',
    getTracerProvider: 'tracerProvider',
    getSpan: 'span',
    getActiveSpan: 'span',
    wrapSpanContext: 'span',
    setSpan: 'context',
    setSpanContext: 'context',
    deleteSpan: 'context',
    getSpanContext: 'spanContext',
  },
  tracerProvider: { getTracer: 'tracer' },
  tracer: { startSpan: 'span' },
  span: {
    setAttribute: 'span',
    setAttributes: 'span',
    addEvent: 'span',
    addLink: 'span',
    addLinks: 'span',
    setStatus: 'span',
    updateName: 'span',
    spanContext: 'spanContext',
  },
  contextApi: { active: 'context' },
  propagation: {
    extract: 'context',
    setBaggage: 'context',
    deleteBaggage: 'context',
    getBaggage: 'baggage',
    getActiveBaggage: 'baggage',
    createBaggage: 'baggage',
  },
  propagator: { extract: 'context' },
  baggage: { setEntry: 'baggage', removeEntry: 'baggage', removeEntries: 'baggage', clear: 'baggage' },
  context: { setValue: 'context', deleteValue: 'context' },
  rootContext: { setValue: 'context', deleteValue: 'context' },
  metrics: { getMeter: 'meter' },
  meter: {
    createCounter: 'instrument',
    createUpDownCounter: 'instrument',
    createHistogram: 'instrument',
    createGauge: 'instrument',
    createObservableCounter: 'instrument',
    createObservableUpDownCounter: 'instrument',
    createObservableGauge: 'instrument',
  },
};

/** Methods whose callback gets a span as its first parameter, whatever the receiver is called. */
export const SPAN_CALLBACKS = new Set(['startActiveSpan']);

export function constructedKind(node: ts.NewExpression): Kind | undefined {
  const name = calleeName(node);
  if (!name) return undefined;
  if (/TracerProvider$/.test(name)) return { kind: 'tracerProvider', sure: true };
  // A tracer of the program's own, around one of the API's: it may do more than the API says.
  if (/Tracer$/.test(name)) return { kind: 'tracer', sure: false };
  if (/MeterProvider$/.test(name)) return { kind: 'metrics', sure: true };
  if (/Propagator$/.test(name)) return { kind: 'propagator', sure: true };
  return OTHER;
}
