// A program with an SDK that exports to nobody, and makes a span twenty times a second.
const { trace } = require('@opentelemetry/api');
const { NodeSDK } = require('@opentelemetry/sdk-node');

new NodeSDK({ autoDetectResources: false }).start();
const tracer = trace.getTracer('sdk');

setInterval(() => tracer.startActiveSpan('tick', (span) => span.end()), 50);
