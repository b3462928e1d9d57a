// A program with an SDK that does nothing worth a span.
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

new NodeTracerProvider().register();
setInterval(() => {}, 1000);
