// An SDK whose exporter has an address of its own.
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

const exporter = new OTLPTraceExporter({ url: 'http://127.0.0.1:9/v1/traces' });
new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).register();
setInterval(() => {}, 1000);
