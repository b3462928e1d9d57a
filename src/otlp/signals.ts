import { LOGS_REQUEST, METRICS_REQUEST, TRACE_REQUEST, type MessageSchema } from './schema';

/** One of OTLP's three kinds of telemetry: where it is sent to and what its messages are called. */
export interface Signal {
  readonly id: 'traces' | 'metrics' | 'logs';
  readonly httpPath: string;
  readonly grpcPath: string;
  readonly request: MessageSchema;
  /** Member of the response's partial success in JSON. */
  readonly rejectedMember: string;
}

function signal(id: Signal['id'], service: string, request: MessageSchema, rejectedMember: string): Signal {
  const grpcPath = `/opentelemetry.proto.collector.${service}/Export`;
  return { id, httpPath: `/v1/${id}`, grpcPath, request, rejectedMember };
}

export const SIGNALS: readonly Signal[] = [
  signal('traces', 'trace.v1.TraceService', TRACE_REQUEST, 'rejectedSpans'),
  signal('metrics', 'metrics.v1.MetricsService', METRICS_REQUEST, 'rejectedDataPoints'),
  signal('logs', 'logs.v1.LogsService', LOGS_REQUEST, 'rejectedLogRecords'),
];
