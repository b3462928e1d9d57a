import { isDeepStrictEqual } from 'node:util';
import type { Engine } from '../../src/engine/engine';
import type { MetricStream, MetricValue } from '../../src/model/metric';
import { plain } from './sent';

interface SentBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}
interface SentTotals {
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
}
type SentHistogram = SentTotals & {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
};
type SentExponential = SentTotals & {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: SentBuckets;
  readonly negative: SentBuckets;
};

/** A data point as OpenTelemetry's SDK for JavaScript hands it to exporters. */
export interface SentPoint {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly temporality: string;
  readonly monotonic: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Nanoseconds since 1970, as text. */
  readonly start: string;
  readonly end: string;
  readonly value: number | SentHistogram | SentExponential;
}

/** What of the points, given in the order in which they were sent, is not what the streams hold now. */
export async function missingPoints(engine: Engine, points: readonly SentPoint[], service: string): Promise<string[]> {
  const { streams } = await engine.metrics({ limit: 100, service });
  const byStream = new Map<string, SentPoint[]>();
  for (const point of points) {
    const name = keyOf(point.name, point.attributes);
    byStream.set(name, [...(byStream.get(name) ?? []), point]);
  }
  const faults = byStream.size < 7 ? [`only ${byStream.size} streams were sent`] : [];
  if (streams.length !== byStream.size) faults.push(`${streams.length} streams are held of ${byStream.size} sent`);
  for (const [name, sent] of byStream) {
    const held = streams.find((stream) => keyOf(stream.name, attributesOf(stream)) === name);
    if (!held) faults.push(`${name} did not arrive`);
    else faults.push(...differences(sent, held).map((fault) => `${name}: ${fault}`));
  }
  return faults;
}

function keyOf(name: string, attributes: Readonly<Record<string, unknown>>): string {
  return `${name} ${JSON.stringify(attributes)}`;
}

function attributesOf({ attributes }: MetricStream): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function differences(sent: readonly SentPoint[], held: MetricStream): string[] {
  const [first, last] = [sent[0], sent[sent.length - 1]];
  const isGauge = held.type === 'gauge';
  const isDelta = !isGauge && last.temporality === 'delta';
  const { unit, description, scope, points } = held;
  const got = {
    ...{ unit, description, scope, points },
    ...(!isGauge && { temporality: held.temporality, monotonic: held.monotonic }),
    // A gauge's point says nothing of when its value began.
    ...(!isGauge && { start: held.startTimeUnixNano }),
    end: held.timeUnixNano,
  };
  const wanted = {
    ...{ unit: last.unit, description: last.description, scope: 'clients', points: sent.length },
    ...(!isGauge && { temporality: last.temporality, monotonic: held.type === 'sum' && last.monotonic }),
    ...(!isGauge && { start: isDelta ? first.start : last.start }),
    end: last.end,
  };
  const faults = isDeepStrictEqual(got, wanted)
    ? []
    : [`should be ${JSON.stringify(wanted)}, but is ${JSON.stringify(got)}`];
  const values = sent.map(({ value }) => value);
  const fault = isDelta ? sumFault(values, held.value) : valueFault(last.value, held.value);
  return fault ? [...faults, fault] : faults;
}

function valueFault(sent: SentPoint['value'], held: MetricValue | undefined): string | undefined {
  const wanted = typeof sent === 'number' ? sent : 'scale' in sent ? exponential(sent) : histogram(sent);
  const got = held && 'value' in held ? Number(held.value) : held;
  return isDeepStrictEqual(got, wanted)
    ? undefined
    : `should be ${JSON.stringify(wanted)}, but is ${JSON.stringify(got)}`;
}

function histogram({ count, sum, min, max, buckets }: SentHistogram): MetricValue {
  return { kind: 'histogram', count, sum, min, max, bounds: buckets.boundaries, counts: buckets.counts };
}

function exponential({ count, sum, min, max, scale, zeroCount, positive, negative }: SentExponential): MetricValue {
  const of = ({ offset, bucketCounts }: SentBuckets) => ({ offset, counts: bucketCounts });
  return {
    ...{ kind: 'exponential', count, sum, min, max, scale, zeroCount, zeroThreshold: 0 },
    positive: of(positive),
    negative: of(negative),
  };
}

/** Of deltas the store holds the sum; its buckets are compared by what lies in them together. */
function sumFault(sent: readonly SentPoint['value'][], held: MetricValue | undefined): string | undefined {
  const add = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  if (!held || held.kind === 'summary') return `the value is ${JSON.stringify(held)}`;
  if (held.kind === 'int' || held.kind === 'double') return valueFault(add(sent as readonly number[]), held);
  const all = sent as readonly (SentHistogram | SentExponential)[];
  const counted = held.kind === 'histogram' ? add(held.counts) : add(held.positive.counts) + held.zeroCount;
  const got = [held.count, held.sum, held.min, held.max, counted];
  const count = add(all.map((value) => value.count));
  const [min, max] = [Math.min(...all.map(({ min }) => min!)), Math.max(...all.map(({ max }) => max!))];
  const wanted = [count, add(all.map(({ sum }) => sum!)), min, max, count];
  return isDeepStrictEqual(got, wanted) ? undefined : `should add up to ${wanted.join(', ')}, but is ${got.join(', ')}`;
}
