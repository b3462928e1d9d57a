// OpenTelemetry SDK 1.x, set up by hand. Loaded by --require, before anything that is instrumented.
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { ExpressInstrumentation, ExpressLayerType } = require('@opentelemetry/instrumentation-express');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
const { Resource } = require('@opentelemetry/resources');
const { SimpleSpanProcessor, TraceIdRatioBasedSampler } = require('@opentelemetry/sdk-trace-base');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

const collector = `http://127.0.0.1:${process.env.COLLECTOR_PORT ?? 47105}`;
const exporter = new OTLPTraceExporter({ url: `${collector}/v1/traces` });

const provider = new NodeTracerProvider({
  resource: new Resource({ 'service.name': 'orders', 'service.version': '1.0.0' }),
  // Mistake (sampler-misconfigured): a bare ratio decides anew in the middle of a trace, whatever was decided where it began.
  sampler: new TraceIdRatioBasedSampler(1),
  // Mistake (synchronous-export): one request to the collector for every span, on the way of every query; spans go together.
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
provider.register();

registerInstrumentations({
  tracerProvider: provider,
  instrumentations: [
    new HttpInstrumentation({ ignoreIncomingRequestHook: (request) => request.url === '/health' }),
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.ROUTER] }),
    new PgInstrumentation({ requireParentSpan: true }),
  ],
});
