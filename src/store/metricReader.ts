import type { Attribute } from '../model/attributes';
import type { SpanId, TraceId } from '../model/ids';
import type { Exemplar, ExponentialBuckets, MetricNumber, MetricType, Summary } from '../model/metric';
import { decodeKeyValue, readText } from '../otlp/wire/attributes';
import type { WireReader } from '../otlp/wire/wireReader';
import { readId, readTime } from './logReader';

/** Of one data point so many bucket counts and bounds are read; SDKs have 160 at most. */
const MAX_BUCKETS = 10_000;

/** A Metric message as far as its data points, which are byte ranges still. */
export interface MetricHead {
  name: string;
  description: string;
  unit: string;
  /** Undefined where the metric has no data of a kind that is known. */
  type: MetricType | undefined;
  /** OTLP's number. */
  temporality: number;
  monotonic: boolean;
  /** Start and end of each data point. */
  readonly points: number[];
  readonly metadata: Attribute[];
}

/** A data point of any kind; what its kind does not have stays as it is here. */
export class DataPoint {
  readonly attributes: Attribute[] = [];
  start = 0n;
  time = 0n;
  flags = 0;
  number: MetricNumber | undefined;
  count = 0;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
  bounds: number[] = [];
  counts: number[] = [];
  scale = 0;
  zeroCount = 0;
  zeroThreshold = 0;
  positive: ExponentialBuckets = NO_BUCKETS;
  negative: ExponentialBuckets = NO_BUCKETS;
  readonly quantiles: Summary['quantiles'][number][] = [];
  readonly exemplars: Exemplar[] = [];
}

const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: [] };

/** What to do with a field, by its tag (field number × 8 + wire type); all other fields are stepped over. */
type FieldTable<T> = Readonly<Record<number, (into: T, reader: WireReader, end: number) => void>>;

function readFields<T>(reader: WireReader, end: number, table: FieldTable<T>, into: T): T {
  while (reader.pos < end) {
    const tag = reader.tag(end);
    const read = table[tag];
    if (read) read(into, reader, end);
    else reader.skip(tag, end);
  }
  return into;
}

const DATA: FieldTable<MetricHead> = {
  10: (head, reader, end) => {
    const length = reader.length(end);
    head.points.push(reader.pos, reader.pos + length);
    reader.pos += length;
  },
  16: (head, reader, end) => (head.temporality = reader.varint(end)),
  24: (head, reader, end) => (head.monotonic = reader.varint(end) !== 0),
};

function dataOf(type: MetricType) {
  return (head: MetricHead, reader: WireReader, end: number): void => {
    head.type = type;
    head.points.length = 0;
    readFields(reader, nestedEnd(reader, end), DATA, head);
  };
}

const METRIC: FieldTable<MetricHead> = {
  10: (head, reader, end) => (head.name = readText(reader, end)),
  18: (head, reader, end) => (head.description = readText(reader, end)),
  26: (head, reader, end) => (head.unit = readText(reader, end)),
  42: dataOf('gauge'),
  58: dataOf('sum'),
  74: dataOf('histogram'),
  82: dataOf('exponential histogram'),
  90: dataOf('summary'),
  98: (head, reader, end) => head.metadata.push(decodeKeyValue(reader, nestedEnd(reader, end))),
};

/** The Metric message from the reader's position to `end`. A fault is in the reader. */
export function readMetric(reader: WireReader, end: number): MetricHead {
  return readFields(reader, end, METRIC, {
    name: '',
    description: '',
    unit: '',
    type: undefined,
    temporality: 0,
    monotonic: false,
    points: [],
    metadata: [],
  });
}

const attribute = (point: DataPoint, reader: WireReader, end: number) =>
  point.attributes.push(decodeKeyValue(reader, nestedEnd(reader, end)));
const exemplar = (point: DataPoint, reader: WireReader, end: number) =>
  point.exemplars.push(finished(readFields(reader, nestedEnd(reader, end), EXEMPLAR, new OpenExemplar())));
const flags = (point: DataPoint, reader: WireReader, end: number) => (point.flags = reader.varint(end));
const min = (point: DataPoint, reader: WireReader, end: number) => (point.min = reader.double(end));
const max = (point: DataPoint, reader: WireReader, end: number) => (point.max = reader.double(end));
const asDouble = (point: { number?: MetricNumber }, reader: WireReader, end: number) =>
  (point.number = { kind: 'double', value: reader.double(end) });
const asInt = (point: { number?: MetricNumber }, reader: WireReader, end: number) =>
  (point.number = { kind: 'int', value: String(BigInt.asIntN(64, readTime(reader, end))) });

const TIMES: FieldTable<DataPoint> = {
  17: (point, reader, end) => (point.start = readTime(reader, end)),
  25: (point, reader, end) => (point.time = readTime(reader, end)),
};
const TOTALS: FieldTable<DataPoint> = {
  ...TIMES,
  33: (point, reader, end) => (point.count = Number(readTime(reader, end))),
  41: (point, reader, end) => (point.sum = reader.double(end)),
};

const NUMBER: FieldTable<DataPoint> = { ...TIMES, 33: asDouble, 49: asInt, 42: exemplar, 58: attribute, 64: flags };

const HISTOGRAM: FieldTable<DataPoint> = {
  ...TOTALS,
  50: (point, reader, end) => packed(reader, end, (to) => push(point.counts, Number(readTime(reader, to)), reader)),
  49: (point, reader, end) => push(point.counts, Number(readTime(reader, end)), reader),
  58: (point, reader, end) => packed(reader, end, (to) => push(point.bounds, reader.double(to), reader)),
  57: (point, reader, end) => push(point.bounds, reader.double(end), reader),
  66: exemplar,
  74: attribute,
  80: flags,
  89: min,
  97: max,
};

const EXPONENTIAL: FieldTable<DataPoint> = {
  ...TOTALS,
  10: attribute,
  48: (point, reader, end) => (point.scale = zigzag(reader.varint(end))),
  57: (point, reader, end) => (point.zeroCount = Number(readTime(reader, end))),
  66: (point, reader, end) => (point.positive = readBuckets(reader, end)),
  74: (point, reader, end) => (point.negative = readBuckets(reader, end)),
  80: flags,
  90: exemplar,
  97: min,
  105: max,
  113: (point, reader, end) => (point.zeroThreshold = reader.double(end)),
};

const QUANTILE: FieldTable<{ quantile: number; value: number }> = {
  9: (one, reader, end) => (one.quantile = reader.double(end)),
  17: (one, reader, end) => (one.value = reader.double(end)),
};
const SUMMARY: FieldTable<DataPoint> = {
  ...TOTALS,
  50: (point, reader, end) =>
    point.quantiles.push(readFields(reader, nestedEnd(reader, end), QUANTILE, { quantile: 0, value: 0 })),
  58: attribute,
  64: flags,
};

const POINTS: Readonly<Record<MetricType, FieldTable<DataPoint>>> = {
  gauge: NUMBER,
  sum: NUMBER,
  histogram: HISTOGRAM,
  'exponential histogram': EXPONENTIAL,
  summary: SUMMARY,
};

/** The data point from the reader's position to `end`. A fault is in the reader. */
export function readDataPoint(reader: WireReader, end: number, type: MetricType): DataPoint {
  return readFields(reader, end, POINTS[type], new DataPoint());
}

class OpenExemplar {
  time = 0n;
  number: MetricNumber | undefined;
  traceId: string | undefined;
  spanId: string | undefined;
  readonly attributes: Attribute[] = [];
}

const EXEMPLAR: FieldTable<OpenExemplar> = {
  17: (one, reader, end) => (one.time = readTime(reader, end)),
  25: asDouble,
  34: (one, reader, end) => (one.spanId = readId(reader, end, 8)),
  42: (one, reader, end) => (one.traceId = readId(reader, end, 16)),
  49: asInt,
  58: (one, reader, end) => one.attributes.push(decodeKeyValue(reader, nestedEnd(reader, end))),
};

function finished({ time, number, traceId, spanId, attributes }: OpenExemplar): Exemplar {
  return {
    timeUnixNano: String(time),
    ...(number && { value: number }),
    ...(traceId !== undefined && { traceId: traceId as TraceId }),
    ...(spanId !== undefined && { spanId: spanId as SpanId }),
    attributes,
  };
}

const BUCKETS: FieldTable<{ offset: number; counts: number[] }> = {
  8: (buckets, reader, end) => (buckets.offset = zigzag(reader.varint(end))),
  18: (buckets, reader, end) => packed(reader, end, (to) => push(buckets.counts, bigVarint(reader, to), reader)),
  16: (buckets, reader, end) => push(buckets.counts, bigVarint(reader, end), reader),
};

function readBuckets(reader: WireReader, end: number): ExponentialBuckets {
  return readFields(reader, nestedEnd(reader, end), BUCKETS, { offset: 0, counts: [] });
}

function bigVarint(reader: WireReader, end: number): number {
  const low = reader.varint(end);
  return low + reader.high * 2 ** 32;
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function push(list: number[], value: number, reader: WireReader): void {
  if (list.length >= MAX_BUCKETS) reader.fail(`has more than ${MAX_BUCKETS} buckets`);
  else list.push(value);
}

function packed(reader: WireReader, end: number, readOne: (end: number) => void): void {
  const listEnd = nestedEnd(reader, end);
  while (reader.pos < listEnd) readOne(listEnd);
}

function nestedEnd(reader: WireReader, end: number): number {
  const length = reader.length(end);
  return reader.pos + length;
}
