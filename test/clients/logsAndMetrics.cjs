// node logsAndMetrics.cjs <folder of the packages> <url>
// Exports a log record and a counter, and prints as JSON how that went.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [folder, url] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const api = load('@opentelemetry/api');
const { OTLPLogExporter } = load('@opentelemetry/exporter-logs-otlp-grpc');
const { OTLPMetricExporter } = load('@opentelemetry/exporter-metrics-otlp-proto');
const { BatchLogRecordProcessor, LoggerProvider } = load('@opentelemetry/sdk-logs');
const { MeterProvider, PeriodicExportingMetricReader } = load('@opentelemetry/sdk-metrics');

const faults = [];
const note = (...words) => faults.push(words.map(String).join(' '));
api.diag.setLogger({ error: note, warn: note, info() {}, debug() {}, verbose() {} }, api.DiagLogLevel.WARN);

const spanContext = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', traceFlags: 1 };
const context = api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext);
const logs = new LoggerProvider({
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url }) })],
});
logs.getLogger('clients').emit({ severityNumber: 13, body: 'tea is low', attributes: { cups: 1 }, context });
const exporter = new OTLPMetricExporter({ url: `${url}/v1/metrics` });
const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
meters.getMeter('clients').createCounter('cups').add(3, { kind: 'tea' });
meters.getMeter('clients').createHistogram('sips').record(7);

Promise.all([logs.forceFlush(), meters.forceFlush()])
  .then(() => Promise.all([logs.shutdown(), meters.shutdown()]))
  .catch(note)
  .finally(() => console.log(JSON.stringify({ ...spanContext, faults })));
