import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricStream } from '../../../src/model/metric';
import type { RunId } from '../../../src/model/ids';
import type { Origin } from '../../../src/store/appender';
import type { HeldRequest } from '../../../src/store/heldSpans';
import { MetricStore } from '../../../src/store/metricStore';
import { oracleEncode } from '../otlp/otlpProto';
import { keyValue } from './requests';

const RUN: Origin = { run: 'run-1' as RunId, runName: 'Launch', from: 'otlp', receivedAt: 1_700_000_000_000 };

/** What one instrument says each time that it is asked. */
interface Said {
  readonly type: number;
  readonly temporality: number;
  readonly monotonic: boolean;
  readonly space: string;
  readonly value: number;
  readonly isGone: boolean;
  readonly service: string;
}

const said: fc.Arbitrary<Said> = fc.record({
  type: fc.integer({ min: 0, max: 5 }),
  temporality: fc.constantFrom(1, 2),
  monotonic: fc.boolean(),
  space: fc.constantFrom('old', 'new'),
  value: fc.integer({ min: 1, max: 50 }),
  isGone: fc.boolean(),
  service: fc.constantFrom('shop', ''),
});

/** `time`: of the point, which began with the one before. */
function metric({ type, temporality, monotonic, space, value, isGone }: Said, time: number): object {
  const exemplar = {
    timeUnixNano: time,
    asDouble: value / 4,
    traceId: Buffer.alloc(16, value),
    spanId: Buffer.alloc(8, value),
    filteredAttributes: [keyValue('user', 'u1')],
  };
  const point = {
    startTimeUnixNano: temporality === 1 ? time - 1 : 1,
    timeUnixNano: time,
    attributes: [keyValue('space', space), { key: 'list', value: { arrayValue: { values: [{ intValue: -7 }, {}] } } }],
    flags: isGone ? 1 : 0,
  };
  const totals = { count: value, sum: value * 1.5, min: value - 0.5, max: value + 0.5, exemplars: [exemplar] };
  const of = (name: string, data: object) => ({ name, unit: 'By', description: 'of a test', ...data });
  const kinds = [
    () => of('gauge', { gauge: { dataPoints: [{ ...point, asDouble: -value / 8 }] } }),
    () => of('large', { gauge: { dataPoints: [{ ...point, asInt: `-900719925474099${value % 10}` }] } }),
    () =>
      of('sum', {
        sum: { aggregationTemporality: temporality, isMonotonic: monotonic, dataPoints: [{ ...point, asInt: value }] },
      }),
    () =>
      of('histogram', {
        histogram: {
          aggregationTemporality: temporality,
          dataPoints: [{ ...point, ...totals, explicitBounds: [5, 10], bucketCounts: [value, 0, 1] }],
        },
      }),
    () =>
      of('exponential', {
        exponentialHistogram: {
          aggregationTemporality: temporality,
          dataPoints: [
            {
              ...point,
              ...totals,
              scale: (value % 5) - 2,
              zeroCount: value,
              zeroThreshold: 0.001,
              positive: { offset: -value, bucketCounts: [1, 0, value] },
              negative: { offset: value, bucketCounts: [value] },
            },
          ],
        },
      }),
    () =>
      of('summary', {
        summary: { dataPoints: [{ ...point, count: value, sum: 2, quantileValues: [{ quantile: 0.5, value }] }] },
      }),
  ];
  return kinds[type]();
}

function request(one: Said, time: number): Uint8Array {
  const attributes = [
    keyValue('process.pid', 11),
    ...(one.service === '' ? [] : [keyValue('service.name', one.service)]),
  ];
  return oracleEncode('ExportMetricsServiceRequest', {
    resourceMetrics: [
      { resource: { attributes }, scopeMetrics: [{ scope: { name: 'm' }, metrics: [metric(one, time)] }] },
    ],
  });
}

function heldIn(store: MetricStore, from: number): HeldRequest[] {
  const held = store.heldBetween(from, store.position);
  const requests: HeldRequest[] = [];
  for (let some = held.next(); some; some = held.next()) requests.push(...some);
  return requests;
}

/** In order of name and attributes; in which they came is not told. */
function seen(store: MetricStore): Omit<MetricStream, 'id'>[] {
  const texts = store.read({ limit: 1000 }).streams.map((stream) => JSON.stringify({ ...stream, id: 0 }));
  return texts.sort().map((text) => JSON.parse(text) as MetricStream);
}

const series = fc.array(said, { maxLength: 12 });

describe('metric streams that are held, as requests', () => {
  it('make the same of a store that knows the beginning, and go on as if nothing had been missing', () => {
    fc.assert(
      fc.property(series, series, series, fc.nat(12), (known, missed, later, overlap) => {
        const [store, copy] = [new MetricStore(1e6), new MetricStore(1e6)];
        let time = 10;
        const requestsOf = (some: readonly Said[]) => some.map((one) => request(one, (time += 10)));
        const [first, second, third] = [known, missed, later].map(requestsOf);
        for (const one of first) store.append(one, RUN);
        const moment = store.position;
        for (const one of second) store.append(one, RUN);
        for (const one of first) copy.append(one, RUN);
        for (const { request, origin } of heldIn(store, moment)) expect(copy.append(request, origin).rejected).toBe(0);
        expect(seen(copy)).toEqual(seen(store));
        // Some of what was missing is in the journal behind it as well.
        for (const one of [...second.slice(second.length - overlap), ...third]) copy.append(one, RUN);
        for (const one of third) store.append(one, RUN);
        expect(seen(copy).map(({ value }) => value)).toEqual(seen(store).map(({ value }) => value));
      }),
      { numRuns: 400 },
    );
  });

  it('change nothing where they are held already', () => {
    const store = new MetricStore(1e6);
    const delta = { type: 2, temporality: 1, monotonic: true, space: 'old', value: 3, isGone: false, service: 'shop' };
    for (let time = 10; time < 50; time += 10) store.append(request(delta, time), RUN);
    const before = seen(store);
    expect(before).toMatchObject([{ value: { value: '12' }, points: 4 }]);
    for (const { request, origin } of heldIn(store, 0)) store.append(request, origin);
    expect(seen(store)).toEqual(before);
  });

  it('may leave, or be added to, while they are read', () => {
    const store = new MetricStore(400_000);
    const gauge = (name: string, time: number) =>
      oracleEncode('ExportMetricsServiceRequest', {
        resourceMetrics: [
          { scopeMetrics: [{ metrics: [{ name, gauge: { dataPoints: [{ timeUnixNano: time, asInt: time }] } }] }] },
        ],
      });
    for (let i = 0; i < 300; i++) store.append(gauge(`g ${i}`, 5), RUN);
    const held = store.heldBetween(0, store.position);
    expect(held.next()?.length).toBeGreaterThan(0);
    for (let i = 0; i < 300; i++) store.append(gauge(`g ${i}`, 9), RUN);
    store.clear();
    expect([held.next(), held.next(), held.next()]).toEqual([[], [], undefined]);
  });
});
