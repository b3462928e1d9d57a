// A span that is never ended.
const { trace } = require('@opentelemetry/api');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

new NodeTracerProvider().register();
const kept = trace.getTracer('unended').startSpan('endless');
setInterval(() => kept.addEvent('still here'), 1000);
