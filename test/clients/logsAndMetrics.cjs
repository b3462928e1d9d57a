// node logsAndMetrics.cjs <folder of the packages> <http|proto|grpc> <url> <service> [delta]
// Exports log records and metrics of every kind, metrics twice, and prints as JSON what the exporters were given and how that went.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [folder, transport, url, service, temporality] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const api = load('@opentelemetry/api');
const { OTLPLogExporter } = load(`@opentelemetry/exporter-logs-otlp-${transport}`);
const { OTLPMetricExporter } = load(`@opentelemetry/exporter-metrics-otlp-${transport}`);
const { BatchLogRecordProcessor, LoggerProvider } = load('@opentelemetry/sdk-logs');
const { AggregationTemporality, AggregationType, MeterProvider, PeriodicExportingMetricReader } =
  load('@opentelemetry/sdk-metrics');
const { resourceFromAttributes } = load('@opentelemetry/resources');

const faults = [];
const note = (...words) => faults.push(words.map(String).join(' '));
api.diag.setLogger({ error: note, warn: note, info() {}, debug() {}, verbose() {} }, api.DiagLogLevel.WARN);

const resource = resourceFromAttributes({ 'service.name': service });
const urlOf = (signal) => (transport === 'grpc' ? url : `${url}/v1/${signal}`);
const nanos = ([seconds, rest]) => (BigInt(seconds) * 1_000_000_000n + BigInt(rest)).toString();

const random = (digits) => Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const spanContext = { traceId: random(32), spanId: random(16), traceFlags: 1 };
const context = api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext);
const timestamp = [Math.floor(Date.now() / 1000), 123_456_789];
const attributes = {
  text: 'größe 🦀',
  whole: 42,
  negative: -7,
  part: 1.5,
  truth: true,
  many: ['a', 'b'],
  deep: { list: [1, 'two', { three: false }], none: null },
};
const log = { severityNumber: 13, severityText: 'WARNING', body: { message: 'tea is low', left: 2 }, attributes };
const exporter = new OTLPLogExporter({ url: urlOf('logs') });
const logs = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter })],
});
logs.getLogger('clients').emit({ ...log, timestamp, context });

const given = [];
const metricExporter = new OTLPMetricExporter({
  url: urlOf('metrics'),
  temporalityPreference: AggregationTemporality[temporality === 'delta' ? 'DELTA' : 'CUMULATIVE'],
});
const originalExport = metricExporter.export.bind(metricExporter);
metricExporter.export = (metrics, done) => {
  given.push(...metrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(pointsOf)));
  originalExport(metrics, done);
};
const pointsOf = ({ descriptor, aggregationTemporality, isMonotonic, dataPoints }) =>
  dataPoints.map(({ attributes, startTime, endTime, value }) => ({
    name: descriptor.name,
    unit: descriptor.unit,
    description: descriptor.description,
    temporality: aggregationTemporality === AggregationTemporality.DELTA ? 'delta' : 'cumulative',
    monotonic: isMonotonic ?? false,
    attributes,
    start: nanos(startTime),
    end: nanos(endTime),
    value,
  }));

const meters = new MeterProvider({
  resource,
  readers: [new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 60_000 })],
  views: [{ instrumentName: 'latency*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
});
const meter = meters.getMeter('clients');
const options = { unit: '{cup}', description: 'of tea' };
const counter = meter.createCounter('cups', options);
const upDown = meter.createUpDownCounter('queue', options);
const gauge = meter.createObservableGauge('temperature', { unit: 'Cel' });
gauge.addCallback((result) => result.observe(21.75, { room: 'kitchen' }));
const histogram = meter.createHistogram('sips', { advice: { explicitBucketBoundaries: [1, 5, 10] } });
const latency = meter.createHistogram('latency', { unit: 'ms' });
// Both sides of zero, and values so far apart that the SDK has to make its buckets coarser.
const latencyError = meter.createHistogram('latency.spread', { unit: 'ms' });

async function round(number) {
  counter.add(3 * number, { kind: 'tea', hot: true });
  counter.add(0.25, { kind: 'coffee' });
  upDown.add(-2 * number);
  for (const value of [0.5, 1, 7, 7, 300]) histogram.record(value * number, { kind: 'tea' });
  for (const value of [0, 1, 2, 2.5, 3_000]) latency.record(value * number, { 'http.route': '/orders/{id}' });
  for (const value of [1e-9, 0.1, 1e9]) latencyError.record(value * number);
  await meters.forceFlush();
}

round(1)
  .then(() => round(2))
  .then(() => logs.forceFlush())
  .then(() => Promise.all([logs.shutdown(), meters.shutdown()]))
  .catch(note)
  .finally(() => {
    const { traceId, spanId } = spanContext;
    console.log(JSON.stringify({ log: { ...log, traceId, spanId, time: nanos(timestamp) }, metrics: given, faults }));
  });
