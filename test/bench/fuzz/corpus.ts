import { oracleDecode, oracleEncode, oracleType } from '../../unit/otlp/otlpProto';
import { generateRequests } from '../lib/generateSpans';
import { Random } from '../lib/random';
import { parseTree, type Field } from './wireTree';

export type SignalId = 'traces' | 'logs' | 'metrics';

export interface ProtobufSeed {
  readonly signal: SignalId;
  readonly tree: readonly Field[];
  readonly bytes: Uint8Array;
}

export interface JsonSeed {
  readonly path: 'traces' | 'logs' | 'metrics' | 'zipkin' | 'preload';
  readonly text: string;
}

export const REQUEST_TYPES = {
  traces: oracleType('ExportTraceServiceRequest'),
  logs: oracleType('ExportLogsServiceRequest'),
  metrics: oracleType('ExportMetricsServiceRequest'),
};

const NOW = 1_795_209_557_766_503_437n;
const nanos = (after: number) => String(NOW + BigInt(after));
const id = (bytes: number, random: Random) => Buffer.from(random.bytes(bytes));
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

const EVERY_VALUE = [
  text('http.route', '/orders/{id}'),
  text('größe', '🦀 groß'),
  text('__proto__', 'x'),
  { key: 'truth', value: { boolValue: true } },
  { key: 'whole', value: { intValue: '-9007199254740993' } },
  { key: 'part', value: { doubleValue: 1.5 } },
  { key: 'bytes', value: { bytesValue: Buffer.from([0, 1, 255]) } },
  { key: 'none', value: {} },
  { key: 'nothing' },
  { key: 'many', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, {}] } } },
  { key: 'map', value: { kvlistValue: { values: [text('inner', 'b'), { key: 'list', value: { arrayValue: {} } }] } } },
  { key: 'code.file.path', value: { stringValue: '/home/me/shop/src/orders.ts' } },
  { key: 'code.line.number', value: { intValue: '42' } },
];
const RESOURCE = { attributes: [text('service.name', 'shop'), { key: 'process.pid', value: { intValue: '812' } }] };
const SCOPE = { name: 'clients', version: '1.2.3', attributes: [text('scope.of', 'test')], droppedAttributesCount: 1 };

/** A span with all that a span can hold. */
function fullSpan(random: Random): object {
  const start = random.below(1_000_000);
  const linked = { traceId: id(16, random), spanId: id(8, random) };
  return {
    traceId: id(16, random),
    spanId: id(8, random),
    parentSpanId: id(8, random),
    traceState: 'vendor=1',
    flags: 0x101,
    name: 'POST /orders',
    kind: 1 + random.below(5),
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(start + 5_000_001),
    attributes: EVERY_VALUE,
    droppedAttributesCount: 2,
    events: [
      { timeUnixNano: nanos(start + 7), name: 'exception', attributes: [text('exception.message', 'no tea left')] },
      { timeUnixNano: nanos(start - 7), name: 'early', droppedAttributesCount: 1 },
    ],
    droppedEventsCount: 3,
    links: [{ ...linked, traceState: 'a=b', attributes: [text('why', 'retry')], flags: 1 }, linked],
    droppedLinksCount: 4,
    status: { code: 2, message: 'no tea left' },
  };
}

function fullTraces(random: Random): object {
  const spans = [fullSpan(random), fullSpan(random)];
  const resourceSpans = { resource: RESOURCE, scopeSpans: [{ scope: SCOPE, spans, schemaUrl: 'https://x/1' }] };
  return { resourceSpans: [resourceSpans, { ...resourceSpans, scopeSpans: [{ spans: [fullSpan(random)] }] }] };
}

function logs(random: Random): object {
  const bodies = [{ stringValue: 'tea is low' }, { kvlistValue: { values: EVERY_VALUE } }, undefined];
  const logRecords = bodies.map((body, i) => ({
    timeUnixNano: nanos(i),
    observedTimeUnixNano: nanos(i + 1),
    severityNumber: 9 + i,
    severityText: 'INFO',
    body,
    attributes: EVERY_VALUE.slice(0, 6),
    droppedAttributesCount: 1,
    flags: 1,
    traceId: id(16, random),
    spanId: id(8, random),
    eventName: 'low',
  }));
  return { resourceLogs: [{ resource: RESOURCE, scopeLogs: [{ scope: SCOPE, logRecords }] }] };
}

function metrics(random: Random): object {
  const times = { startTimeUnixNano: nanos(0), timeUnixNano: nanos(10), attributes: [text('kind', 'tea')] };
  const exemplars = [{ timeUnixNano: nanos(5), asInt: '7', spanId: id(8, random), traceId: id(16, random) }];
  const bounds = { count: '6', sum: 7.5, min: 1, max: 3, exemplars };
  const data = [
    { gauge: { dataPoints: [{ ...times, asDouble: 1.5 }] } },
    { sum: { dataPoints: [{ ...times, asInt: '-3', exemplars }], aggregationTemporality: 2, isMonotonic: true } },
    { histogram: { dataPoints: [{ ...times, ...bounds, bucketCounts: ['1', '2', '3'], explicitBounds: [1, 2] }] } },
    {
      exponentialHistogram: {
        dataPoints: [{ ...times, ...bounds, scale: -2, zeroCount: '1', positive: { offset: 1, bucketCounts: ['5'] } }],
      },
    },
    { summary: { dataPoints: [{ ...times, count: '3', sum: 6, quantileValues: [{ quantile: 0.5, value: 2 }] }] } },
  ];
  const all = data.map((each, i) => ({ name: `cups.${i}`, description: 'of tea', unit: '{cup}', ...each }));
  return { resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ scope: SCOPE, metrics: all }] }] };
}

export interface Corpus {
  readonly protobuf: readonly ProtobufSeed[];
  readonly json: readonly JsonSeed[];
}

/** Requests as real senders send them, small so that a fault has a chance to meet every part of them. */
export function makeCorpus(): Corpus {
  const random = new Random(7);
  const shop = [1, 2, 5, 12].flatMap((batch) => [...generateRequests({ spans: batch * 8, batch, seed: batch })]);
  const traces = [...shop, encode('traces', fullTraces(random)), encode('traces', fullTraces(random))];
  const of = (signal: SignalId) => (bytes: Uint8Array) => seedOf(signal, bytes);
  const protobuf = [
    ...traces.map(of('traces')),
    ...traces.slice(-2).map((bytes) => of2021(seedOf('traces', bytes))),
    ...[logs(random), logs(random)].map((each) => encode('logs', each)).map(of('logs')),
    ...[metrics(random)].map((each) => encode('metrics', each)).map(of('metrics')),
  ];
  return { protobuf, json: [...protobuf.map(jsonOf), ...foreignJson(random)] };
}

function encode(signal: SignalId, object: object): Uint8Array {
  return oracleEncode(REQUEST_TYPES[signal].name, object);
}

function seedOf(signal: SignalId, bytes: Uint8Array): ProtobufSeed {
  return { signal, bytes, tree: parseTree(REQUEST_TYPES[signal], bytes) };
}

/** Senders of 2021 have field 1000, `instrumentation_library_spans`, in place of 2. */
function of2021(seed: ProtobufSeed): ProtobufSeed {
  const tree = seed.tree.map((resource) => ({
    ...resource,
    children: resource.children?.map((field) => (field.number === 2 ? { ...field, number: 1000 } : field)),
  }));
  return { ...seed, tree };
}

function jsonOf({ signal, bytes }: ProtobufSeed): JsonSeed {
  const object = oracleDecode(REQUEST_TYPES[signal].name, bytes);
  const prune = (key: string, value: unknown): unknown => {
    if (value === '' || value === null || key === 'value' || (Array.isArray(value) && value.length === 0)) {
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
    }
    const isId = /^(traceId|spanId|parentSpanId)$/.test(key) && typeof value === 'string';
    return isId ? Buffer.from(value, 'base64').toString('hex') : value;
  };
  return { path: signal, text: JSON.stringify(object, prune) };
}

/** JSON of senders that write something else than today's OTLP. */
function foreignJson(random: Random): JsonSeed[] {
  const traceId = random.hex(32);
  const span = { traceId, spanId: random.hex(16), name: 'GET /', kind: 2, startTimeUnixNano: 1795209557766503400 };
  const of2021 = {
    resourceSpans: [
      {
        resource: RESOURCE,
        instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'old' }, spans: [span] }],
      },
    ],
  };
  const base64 = { ...span, traceId: Buffer.from(traceId, 'hex').toString('base64'), kind: 'SPAN_KIND_CLIENT' };
  const snake = { resource_spans: [{ scope_spans: [{ spans: [{ trace_id: traceId, span_id: span.spanId }] }] }] };
  const zipkin = [
    { traceId, id: random.hex(16), name: 'get', timestamp: 1795209557766503, duration: 12, kind: 'SERVER' },
    {
      traceId: traceId.slice(16),
      id: random.hex(16),
      parentId: random.hex(16),
      timestamp: 1795209557766503,
      localEndpoint: { serviceName: 'shop', ipv4: '127.0.0.1' },
      annotations: [{ timestamp: 1795209557766504, value: 'row' }],
      tags: { error: 'no tea left', 'otel.status_code': 'ERROR', 'otel.scope.name': 'clients' },
    },
  ];
  const batch = {
    id: '1-0-1',
    pid: 812,
    thread: 0,
    dropped: 0,
    sites: [[['/home/me/shop/dist/orders.js', 12, 7, 'order']], []],
    maps: [{ file: '/home/me/shop/dist/orders.js', map: '{"version":3,"sources":["o.ts"],"mappings":"AAAA"}' }],
    resourceSpans: [{ resource: RESOURCE, scopeSpans: [{ spans: [{ ...span, spanlineSite: 0 }] }] }],
    open: [
      { resource: RESOURCE, scopeSpans: [{ spans: [{ ...span, spanId: random.hex(16), endTimeUnixNano: '0' }] }] },
    ],
  };
  const seed = (path: JsonSeed['path'], body: unknown): JsonSeed => ({ path, text: JSON.stringify(body) });
  return [
    seed('traces', of2021),
    seed('traces', { resourceSpans: [{ scopeSpans: [{ spans: [base64] }] }] }),
    seed('traces', snake),
    seed('zipkin', zipkin),
    seed('preload', batch),
  ];
}
