// node traces.cjs <folder of the packages> <http|proto|grpc|zipkin> <url> [gzip]
// Makes a small trace with all that a span can hold, exports it, and prints as JSON what it made, or how the export failed.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [folder, transport, url, compression] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const api = load('@opentelemetry/api');
const sdk = load('@opentelemetry/sdk-trace-base');

const faults = [];
const note = (...words) => faults.push(words.map(String).join(' '));
api.diag.setLogger({ error: note, warn: note, info() {}, debug() {}, verbose() {} }, api.DiagLogLevel.WARN);

function makeExporter() {
  if (transport === 'zipkin') return new (load('@opentelemetry/exporter-zipkin').ZipkinExporter)({ url });
  const { OTLPTraceExporter } = load(`@opentelemetry/exporter-trace-otlp-${transport}`);
  return new OTLPTraceExporter({ url, ...(compression && { compression: transport === 'grpc' ? 1 : compression }) });
}

function makeProvider(processor) {
  if (!sdk.BasicTracerProvider.prototype.addSpanProcessor)
    return new sdk.BasicTracerProvider({ spanProcessors: [processor] });
  const provider = new sdk.BasicTracerProvider();
  provider.addSpanProcessor(processor);
  return provider;
}

const ended = [];
const exporter = makeExporter();
const processor = new sdk.BatchSpanProcessor(exporter);
const onEnd = processor.onEnd.bind(processor);
processor.onEnd = (span) => (ended.push(span), onEnd(span));
const provider = makeProvider(processor);
const tracer = provider.getTracer('clients', '1.2.3');

const root = tracer.startSpan('POST /orders', { kind: api.SpanKind.SERVER });
root.setAttributes({ text: 'größe 🦀', whole: 42, negative: -7, part: 1.5, truth: true, many: ['a', 'b'], none: [] });
const within = api.trace.setSpan(api.ROOT_CONTEXT, root);
const child = tracer.startSpan(
  'query',
  { kind: api.SpanKind.CLIENT, links: [{ context: root.spanContext() }] },
  within,
);
child.addEvent('row', { n: 1 });
child.recordException(new Error('no tea left'));
child.setStatus({ code: api.SpanStatusCode.ERROR, message: 'no tea left' });
child.end();
root.end();

// The SDK of 2021 now and then has a fraction of a nanosecond.
const nanos = ([seconds, rest]) => (BigInt(seconds) * 1_000_000_000n + BigInt(Math.round(rest))).toString();
const parentOf = (span) => span.parentSpanContext?.spanId ?? span.parentSpanId;

const done = provider.forceFlush ? provider.forceFlush() : processor.forceFlush();
done
  .then(() => provider.shutdown())
  .catch((error) => note(error))
  .finally(() => {
    const spans = ended.map((span) => ({
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      parentSpanId: parentOf(span),
      name: span.name,
      kind: span.kind,
      start: nanos(span.startTime),
      end: nanos(span.endTime),
      attributes: span.attributes,
      events: span.events.map(({ name }) => name),
      links: span.links.length,
      status: span.status,
    }));
    console.log(JSON.stringify({ spans, faults }));
  });
