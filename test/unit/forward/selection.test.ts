import { describe, expect, it } from 'vitest';
import { Selection } from '../../../src/forward/selection';
import { encodeJson } from '../../../src/otlp/json/encodeJson';
import { TRACE_REQUEST } from '../../../src/otlp/schema';
import { oracleDecode, oracleEncode } from '../otlp/otlpProto';
import { LOGS, METRICS, traceRequest, TRACES } from './upstreams';

const DISTRO = { 'service.name': 'shop', 'telemetry.distro.name': 'spanline' };

/** Decodes and encodes anew, as a Collector does. */
function throughCollector(type: string, bytes: Uint8Array): Uint8Array {
  return oracleEncode(type, oracleDecode(type, bytes));
}

function logs(...bodies: string[]): Uint8Array {
  return oracleEncode('ExportLogsServiceRequest', {
    resourceLogs: bodies.map((stringValue) => ({
      scopeLogs: [{ logRecords: [{ timeUnixNano: '1700000000000000001', body: { stringValue } }] }],
    })),
  });
}

function metrics(timeUnixNano: string): Uint8Array {
  return oracleEncode('ExportMetricsServiceRequest', {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ name: 'requests', gauge: { dataPoints: [{ timeUnixNano, asInt: '1' }] } }] }] },
    ],
  });
}

describe('what is forwarded', () => {
  it('is all that exporters send, with its records counted', () => {
    const selection = new Selection();
    const request = Buffer.concat([traceRequest(), traceRequest()]);
    expect(selection.of(TRACES, request, 'otlp')).toEqual({ bytes: request, records: 2 });
    expect(selection.of(LOGS, logs('a', 'b', 'c'), 'otlp')?.records).toBe(3);
    expect(selection.of(METRICS, metrics('1700000000000000001'), 'otlp')?.records).toBe(1);
  });

  it('is nothing of an empty request', () => {
    expect(new Selection().of(TRACES, new Uint8Array(0), 'otlp')).toBeUndefined();
  });

  it('leaves out the preload’s copies of programs that have an SDK of their own', () => {
    const request = Buffer.concat([traceRequest({ name: 'own' }), traceRequest({ name: 'bundled', resource: DISTRO })]);
    const selected = new Selection().of(TRACES, request, 'preload');
    expect(selected?.records).toBe(1);
    expect(Buffer.from(selected!.bytes).toString('latin1')).toContain('bundled');
    expect(Buffer.from(selected!.bytes).toString('latin1')).not.toContain('own');
  });

  it('recognises the bundled SDK in what our own encoder writes', () => {
    const attributes = Object.entries(DISTRO).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const spans = [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), name: 'a', endTimeUnixNano: '5' }];
    const json = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] };
    const encoded = encodeJson(TRACE_REQUEST, json);
    if ('fault' in encoded) throw new Error(encoded.fault);
    expect(new Selection().of(TRACES, encoded.bytes, 'preload')?.records).toBe(1);
  });

  it('leaves out spans of the preload that have not ended', () => {
    expect(new Selection().of(TRACES, traceRequest({ open: true, resource: DISTRO }), 'preload')).toBeUndefined();
  });

  it('leaves out what a collector gives back, in whatever company it comes', () => {
    const selection = new Selection();
    const [first, second] = [traceRequest({ name: 'first' }), traceRequest({ name: 'second' })];
    selection.of(TRACES, first, 'otlp');
    const back = Buffer.concat([second, throughCollector('ExportTraceServiceRequest', first)]);
    expect(selection.of(TRACES, back, 'otlp')).toEqual({ bytes: Buffer.from(second), records: 1 });
    expect(selection.returned).toBe(1);
  });

  it('leaves out log records and metrics that come back, but not those that only look alike', () => {
    const selection = new Selection();
    expect(selection.of(LOGS, logs('hello'), 'otlp')?.records).toBe(1);
    expect(selection.of(METRICS, metrics('1700000000000000001'), 'otlp')?.records).toBe(1);
    expect(selection.of(LOGS, throughCollector('ExportLogsServiceRequest', logs('hello')), 'otlp')).toBeUndefined();
    expect(
      selection.of(METRICS, throughCollector('ExportMetricsServiceRequest', metrics('1700000000000000001')), 'otlp'),
    ).toBeUndefined();
    expect(selection.of(LOGS, logs('hello again'), 'otlp')?.records).toBe(1);
    expect(selection.of(METRICS, metrics('1700000000000000002'), 'otlp')?.records).toBe(1);
  });

  it('is remembered for a minute or two', () => {
    let now = 0;
    const selection = new Selection(() => now);
    const request = traceRequest();
    selection.of(TRACES, request, 'otlp');
    now = 70_000;
    expect(selection.of(TRACES, request, 'otlp')).toBeUndefined();
    now = 300_000;
    expect(selection.of(TRACES, request, 'otlp')?.records).toBe(1);
  });
});
