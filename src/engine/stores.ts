import type { Log } from '../base/log';
import type { PathMapper } from '../model/mappedPath';
import type { OperationLocator } from '../model/operation';
import type { EngineSettings, RedactionSettings } from '../protocol/engine';
import { createRedactor } from '../redaction/createRedactor';
import { LogStore } from '../store/logStore';
import { MetricStore } from '../store/metricStore';
import { SpanStore } from '../store/spanStore';

/** Of what the store of spans may take; they come on top. */
const LOGS_SHARE = 1 / 16;
/** Enough for ten thousand streams, a cardinality that is worth seeing whole. */
const METRICS_SHARE = 1 / 32;

/** Where the signals go. */
export interface Stores {
  readonly spans: SpanStore;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
}

export type StoreSettings = Pick<EngineSettings, 'maxStoreBytes' | 'redaction'>;

/** `paths`: tells which files here programs' paths mean. `operations`: where spans are made that do not say it. */
export function createStores(
  { maxStoreBytes, redaction }: StoreSettings,
  log: Log,
  paths?: PathMapper,
  operations?: OperationLocator,
): Stores {
  const stores = {
    spans: new SpanStore({ maxBytes: maxStoreBytes, log, paths, operations }),
    logs: new LogStore(maxStoreBytes * LOGS_SHARE),
    metrics: new MetricStore(maxStoreBytes * METRICS_SHARE),
  };
  redactStores(stores, redaction);
  return stores;
}

/** For what comes from now on. Log records and metrics are redacted before they reach their stores. */
export function redactStores({ spans }: Stores, redaction: RedactionSettings): void {
  spans.setRedactor(createRedactor(redaction));
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
