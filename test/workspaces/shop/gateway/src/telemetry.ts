// OpenTelemetry SDK 2.x with the team's own exporter. Loaded by --import, before anything that is instrumented.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const collector = `http://127.0.0.1:${process.env.COLLECTOR_PORT ?? 47105}`;

const sdk = new NodeSDK({
  serviceName: 'gateway',
  // Spanline takes a copy of every span; this exporter keeps getting all of them as well.
  spanProcessors: [
    new BatchSpanProcessor(new OTLPTraceExporter({ url: `${collector}/v1/traces` }), { scheduledDelayMillis: 1000 }),
  ],
  instrumentations: [
    new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => url === '/health' }),
    new UndiciInstrumentation({ requireParentforSpans: true }),
  ],
});
sdk.start();
