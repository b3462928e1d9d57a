import type { AnyValue, Attribute } from '../model/attributes';
import {
  type Exemplar,
  type ExponentialBuckets,
  type MetricNumber,
  type MetricStream,
  type MetricValue,
  TEMPORALITIES,
} from '../model/metric';
import { encodeJson } from '../otlp/json/encodeJson';
import { METRICS_REQUEST } from '../otlp/schema';
import type { HeldRequest } from './heldSpans';
import { UNKNOWN_SERVICE } from './serviceName';

/** Streams looked at in one go. */
const STREAMS = 128;
/** Bit of a data point's flags: the sender has no value at this moment. */
const NO_RECORDED_VALUE = 1;
/** Names of what stands in a metric's metadata. */
const POINTS = 'spanline.points';
const RESETS = 'spanline.resets';
const START = 'spanline.start';

/** A stream as the store has it. */
export interface HeldStream {
  readonly stream: MetricStream;
  readonly runName: string;
  /** Of the last data point; where deltas were added up the stream began before. */
  readonly start: bigint;
  /** Higher than that of any stream that was added to before. */
  readonly number: number;
}

/** What a stream has been through, which no data point tells. */
export type History = Pick<MetricStream, 'points' | 'resets'> & Pick<HeldStream, 'start'>;

/** Metric streams that are held, as requests of one data point each. What leaves meanwhile is passed over. */
export class HeldMetrics {
  private at = 0;

  constructor(
    private readonly streams: ReadonlyMap<string, HeldStream>,
    private readonly keys: readonly string[],
  ) {}

  /** Those of the next hundred streams; undefined when all were given. */
  next(): HeldRequest[] | undefined {
    const { at, keys } = this;
    if (at >= keys.length) return undefined;
    this.at += STREAMS;
    const held = keys.slice(at, this.at).flatMap((key) => this.streams.get(key) ?? []);
    const requests: HeldRequest[] = [];
    for (let i = 0; i < held.length;) {
      let end = i + 1;
      while (end < held.length && cameTogether(held[i], held[end])) end++;
      requests.push(requestOf(held.slice(i, end)));
      i = end;
    }
    return requests;
  }
}

/** Undefined where the metadata hold nothing of it. */
export function historyOf(metadata: readonly Attribute[]): History | undefined {
  const of = (name: string) => {
    const value = metadata.find(({ key }) => key === name)?.value;
    return value?.kind === 'int' ? value.value : undefined;
  };
  const [points, resets, start] = [of(POINTS), of(RESETS), of(START)];
  if (points === undefined || resets === undefined || start === undefined) return undefined;
  return { points: Number(points), resets: Number(resets), start: BigInt.asUintN(64, BigInt(start)) };
}

function cameTogether(a: HeldStream, b: HeldStream): boolean {
  return a.stream.run === b.stream.run && a.runName === b.runName && a.stream.receivedMs === b.stream.receivedMs;
}

function requestOf(held: readonly HeldStream[]): HeldRequest {
  const [{ stream, runName }] = held;
  const encoded = encodeJson(METRICS_REQUEST, { resourceMetrics: held.map(resourceMetrics) });
  if ('fault' in encoded) throw new Error(`A metric that is held cannot be written: ${encoded.fault}`);
  const { run, receivedMs } = stream;
  return { request: encoded.bytes, origin: { run, runName, from: 'otlp', held: true, receivedAt: receivedMs } };
}

function resourceMetrics({ stream, start }: HeldStream): object {
  const { service, instance, scope, name, description, unit, points, resets } = stream;
  const attributes = [
    ...(service === UNKNOWN_SERVICE ? [] : [text('service.name', service)]),
    ...(instance === '' ? [] : [text('service.instance.id', instance)]),
  ];
  const metadata = [
    { key: POINTS, value: { intValue: points } },
    { key: RESETS, value: { intValue: resets } },
    { key: START, value: { intValue: String(BigInt.asIntN(64, start)) } },
  ];
  const metric = { name, description, unit, metadata, ...dataOf(stream) };
  return { resource: { attributes }, scopeMetrics: [{ scope: { name: scope }, metrics: [metric] }] };
}

function text(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}

function dataOf(stream: MetricStream): object {
  const { type, monotonic, value, startTimeUnixNano, timeUnixNano } = stream;
  const aggregationTemporality = TEMPORALITIES.indexOf(stream.temporality);
  const point = {
    startTimeUnixNano,
    timeUnixNano,
    attributes: stream.attributes.map(keyValue),
    exemplars: stream.exemplars.map(exemplar),
    ...(value ? pointOf(value) : { flags: NO_RECORDED_VALUE }),
  };
  const dataPoints = [point];
  switch (type) {
    case 'gauge':
      return { gauge: { dataPoints } };
    case 'sum':
      return { sum: { dataPoints, aggregationTemporality, isMonotonic: monotonic } };
    case 'histogram':
      return { histogram: { dataPoints, aggregationTemporality } };
    case 'exponential histogram':
      return { exponentialHistogram: { dataPoints, aggregationTemporality } };
    case 'summary':
      return { summary: { dataPoints } };
  }
}

function pointOf(value: MetricValue): object {
  switch (value.kind) {
    case 'int':
    case 'double':
      return number(value);
    case 'histogram': {
      const { count, sum, min, max, bounds, counts } = value;
      return { count, sum, min, max, explicitBounds: bounds, bucketCounts: counts };
    }
    case 'exponential': {
      const { count, sum, min, max, scale, zeroCount, zeroThreshold } = value;
      const [positive, negative] = [buckets(value.positive), buckets(value.negative)];
      return { count, sum, min, max, scale, zeroCount, zeroThreshold, positive, negative };
    }
    case 'summary':
      return { count: value.count, sum: value.sum, quantileValues: value.quantiles };
  }
}

function number({ kind, value }: MetricNumber): object {
  return kind === 'int' ? { asInt: value } : { asDouble: value };
}

function buckets({ offset, counts }: ExponentialBuckets): object {
  return { offset, bucketCounts: counts };
}

function exemplar({ timeUnixNano, value, traceId, spanId, attributes }: Exemplar): object {
  return { timeUnixNano, ...(value && number(value)), traceId, spanId, filteredAttributes: attributes.map(keyValue) };
}

function keyValue({ key, value }: Attribute): object {
  return { key, value: anyValue(value) };
}

/** As deep as the reader went, which bounds it. */
function anyValue(value: AnyValue): object {
  switch (value.kind) {
    case 'string':
      return { stringValue: value.value };
    case 'bool':
      return { boolValue: value.value };
    case 'int':
      return { intValue: value.value };
    case 'double':
      return { doubleValue: value.value };
    case 'bytes':
      return { bytesValue: value.value };
    case 'array':
      return { arrayValue: { values: value.values.map(anyValue) } };
    case 'kvlist':
      return { kvlistValue: { values: value.values.map(keyValue) } };
    case 'empty':
      return {};
  }
}
