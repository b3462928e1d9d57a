import type { Log } from '../base/log';
import { LogStore } from '../store/logStore';
import { MetricStore } from '../store/metricStore';
import { SpanStore } from '../store/spanStore';

/** Of what the store of spans may take; they come on top. */
const LOGS_SHARE = 1 / 16;
const METRICS_SHARE = 1 / 64;

/** Where the signals go. */
export interface Stores {
  readonly spans: SpanStore;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
}

export function createStores(maxBytes: number, log: Log): Stores {
  return {
    spans: new SpanStore({ maxBytes, log }),
    logs: new LogStore(maxBytes * LOGS_SHARE),
    metrics: new MetricStore(maxBytes * METRICS_SHARE),
  };
}

export function limitStores({ spans, logs, metrics }: Stores, maxBytes: number): void {
  spans.setMaxBytes(maxBytes);
  logs.setMaxBytes(maxBytes * LOGS_SHARE);
  metrics.setMaxBytes(maxBytes * METRICS_SHARE);
}

export function clearStores({ spans, logs, metrics }: Stores): void {
  spans.clear();
  logs.clear();
  metrics.clear();
}
