// A program with an OpenTelemetry SDK of its own that exports to nobody, and makes a span twenty times a second.
const { trace } = require('@opentelemetry/api');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

new NodeTracerProvider().register();
const tracer = trace.getTracer('ticker');

setInterval(() => {
  const span = tracer.startSpan('tick');
  setTimeout(() => span.end(), 2);
}, 50);
