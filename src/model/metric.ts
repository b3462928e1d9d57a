import type { AnyValue, Attribute } from './attributes';
import type { RunId, SpanId, TraceId } from './ids';

export const METRIC_TYPES = ['gauge', 'sum', 'histogram', 'exponential histogram', 'summary'] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

/** OTLP's aggregation temporalities, by number. */
export const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const;
export type Temporality = (typeof TEMPORALITIES)[number];

/** 64-bit integers are decimal text. */
export type MetricNumber = Extract<AnyValue, { kind: 'int' | 'double' }>;

interface Counted {
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
}

/** `counts[i]` lie above `bounds[i - 1]` and not above `bounds[i]`; there is one count more than bounds, or none of either. */
export interface Histogram extends Counted {
  readonly kind: 'histogram';
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** Bucket i lies above base^(offset + i) and not above base^(offset + i + 1), base being 2^(2^-scale). */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialHistogram extends Counted {
  readonly kind: 'exponential';
  readonly scale: number;
  readonly zeroCount: number;
  /** Magnitudes up to this count as zero. */
  readonly zeroThreshold: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

export interface Summary extends Counted {
  readonly kind: 'summary';
  /** As the sender worked them out. */
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

export type MetricValue = MetricNumber | Histogram | ExponentialHistogram | Summary;

/** One measurement among those that make up the value, and the span in which it was taken. */
export interface Exemplar {
  readonly timeUnixNano: string;
  readonly value?: MetricNumber;
  readonly traceId?: TraceId;
  readonly spanId?: SpanId;
  readonly attributes: readonly Attribute[];
}

/** What one instrument last said of one set of attributes. */
export interface MetricStream {
  /** Stays the same while the stream is held. */
  readonly id: number;
  readonly service: string;
  /** `service.instance.id` or `process.pid`, where the resource has one. */
  readonly instance: string;
  /** Name of the meter. */
  readonly scope: string;
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: MetricType;
  readonly temporality: Temporality;
  readonly monotonic: boolean;
  readonly attributes: readonly Attribute[];
  readonly run: RunId;
  /** Nanoseconds since 1970 as decimal text; of sums and histograms the value counts from `start` on. */
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  /** Milliseconds since 1970 by this machine's clock. */
  readonly receivedMs: number;
  /** Undefined while the sender says that there is none. Deltas are added up. */
  readonly value: MetricValue | undefined;
  /** Latest first. */
  readonly exemplars: readonly Exemplar[];
  readonly points: number;
  /** How often a cumulative value began anew. */
  readonly resets: number;
}
