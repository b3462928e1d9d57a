import { describe, expect, it } from 'vitest';
import type { RunId } from '../../../src/model/ids';
import type { MetricStream } from '../../../src/model/metric';
import type { Origin } from '../../../src/store/appender';
import { MetricStore } from '../../../src/store/metricStore';
import { oracleEncode } from '../otlp/otlpProto';
import { keyValue } from './requests';
import { received } from '../../support/received';

const DELTA = 1;
const CUMULATIVE = 2;

function request(metrics: readonly object[], service = 'shop', resource: object[] = []): Uint8Array {
  return oracleEncode('ExportMetricsServiceRequest', {
    resourceMetrics: [
      {
        resource: { attributes: [keyValue('service.name', service), ...resource] },
        scopeMetrics: [{ scope: { name: 'meter' }, metrics }],
      },
    ],
  });
}

function origin(run = 'run-1', runName = 'Launch'): Origin {
  return { run: run as RunId, runName, from: 'otlp', receivedAt: 1_700_000_000_000 };
}

function storeWith(...requests: readonly Uint8Array[]): MetricStore {
  const store = new MetricStore(1e6);
  for (const one of requests) {
    const result = received(one, (bytes) => store.append(bytes, origin()));
    expect(result).toMatchObject({ rejected: 0 });
  }
  return store;
}

function streams(store: MetricStore, query: object = {}): readonly MetricStream[] {
  return store.read({ limit: 1000, ...query }).streams;
}

const point = (time: number, members: object) => ({ startTimeUnixNano: 1, timeUnixNano: time, ...members });
const gauge = (name: string, ...dataPoints: object[]) => ({ name, unit: 'By', gauge: { dataPoints } });
const sum = (aggregationTemporality: number, ...dataPoints: object[]) => ({
  name: 'requests',
  sum: { aggregationTemporality, isMonotonic: true, dataPoints },
});
const histogram = (aggregationTemporality: number, ...dataPoints: object[]) => ({
  name: 'duration',
  histogram: { aggregationTemporality, dataPoints },
});
const exponential = (aggregationTemporality: number, ...dataPoints: object[]) => ({
  name: 'duration',
  exponentialHistogram: { aggregationTemporality, dataPoints },
});

describe('a metric stream', () => {
  it('of a gauge holds the latest value and where it came from', () => {
    const store = storeWith(
      request([gauge('heap', point(5, { asDouble: 1.5, attributes: [keyValue('space', 'new')] }))]),
      request([gauge('heap', point(9, { asInt: '-7', attributes: [keyValue('space', 'new')] }))]),
      request([gauge('heap', point(7, { asInt: '99', attributes: [keyValue('space', 'new')] }))]),
    );
    expect(streams(store)).toMatchObject([
      {
        service: 'shop',
        scope: 'meter',
        name: 'heap',
        unit: 'By',
        type: 'gauge',
        temporality: 'unspecified',
        attributes: [{ key: 'space', value: { value: 'new' } }],
        timeUnixNano: '9',
        receivedMs: 1_700_000_000_000,
        value: { kind: 'int', value: '-7' },
        points: 2,
        run: 'run-1',
      },
    ]);
  });

  it('is one for each set of attributes, whatever their order', () => {
    const [a, b] = [keyValue('a', 1), keyValue('b', 2)];
    const store = storeWith(
      request([
        gauge('g', point(1, { asInt: 1, attributes: [a, b] }), point(2, { asInt: 2, attributes: [b, a] })),
        gauge('g', point(1, { asInt: 3, attributes: [a] })),
      ]),
    );
    expect(streams(store).map(({ value }) => value)).toEqual([
      { kind: 'int', value: '2' },
      { kind: 'int', value: '3' },
    ]);
  });

  it('is one for each process of a service', () => {
    const store = storeWith(
      request([gauge('g', point(1, { asInt: 1 }))], 'shop', [keyValue('process.pid', 11)]),
      request([gauge('g', point(1, { asInt: 2 }))], 'shop', [keyValue('process.pid', 12)]),
    );
    expect(streams(store).map(({ instance }) => instance)).toEqual(['11', '12']);
  });

  it('of a cumulative sum is replaced and counts how often it began anew', () => {
    const store = storeWith(
      request([sum(CUMULATIVE, point(5, { asInt: '9007199254740993' }))]),
      request([sum(CUMULATIVE, { ...point(9, { asInt: '2' }), startTimeUnixNano: 8 })]),
    );
    expect(streams(store)).toMatchObject([
      { type: 'sum', monotonic: true, value: { value: '2' }, startTimeUnixNano: '8', resets: 1 },
    ]);
  });

  it('of a delta sum adds up, exactly, and does not add again what is sent again', () => {
    const big = '9007199254740993';
    const second = request([sum(DELTA, { ...point(9, { asInt: '2' }), startTimeUnixNano: 5 })]);
    const store = storeWith(request([sum(DELTA, point(5, { asInt: big }))]), second, second);
    expect(streams(store)).toMatchObject([
      { value: { kind: 'int', value: '9007199254740995' }, startTimeUnixNano: '1', resets: 0 },
    ]);
  });

  it('of a histogram keeps count, sum, extremes and buckets, and adds deltas of the same bounds', () => {
    const first = { count: 3, sum: 12, min: 1, max: 9, bucketCounts: [1, 2, 0], explicitBounds: [5, 10] };
    const next = { count: 1, sum: 20, min: 20, max: 20, bucketCounts: [0, 0, 1], explicitBounds: [5, 10] };
    const store = storeWith(
      request([histogram(DELTA, point(5, first))]),
      request([histogram(DELTA, { ...point(9, next), startTimeUnixNano: 5 })]),
    );
    expect(streams(store)[0].value).toEqual({
      kind: 'histogram',
      count: 4,
      sum: 32,
      min: 1,
      max: 20,
      bounds: [5, 10],
      counts: [1, 2, 1],
    });
  });

  it('of a histogram with other bounds begins anew', () => {
    const store = storeWith(
      request([histogram(DELTA, point(5, { count: 3, bucketCounts: [1, 2], explicitBounds: [5] }))]),
      request([
        histogram(DELTA, { ...point(9, { count: 1, bucketCounts: [1], explicitBounds: [] }), startTimeUnixNano: 5 }),
      ]),
    );
    expect(streams(store)[0].value).toMatchObject({ count: 1, bounds: [], counts: [1] });
  });

  it('of an exponential histogram adds deltas of another scale at the coarser one', () => {
    const fine = { count: 4, sum: 9, scale: 1, zeroCount: 1, positive: { offset: -1, bucketCounts: [1, 1, 1] } };
    const coarse = {
      count: 2,
      sum: 8,
      scale: 0,
      negative: { offset: 2, bucketCounts: [1] },
      positive: { offset: 1, bucketCounts: [1] },
    };
    const store = storeWith(
      request([exponential(DELTA, point(5, fine))]),
      request([exponential(DELTA, { ...point(9, coarse), startTimeUnixNano: 5 })]),
    );
    expect(streams(store)[0].value).toMatchObject({
      kind: 'exponential',
      count: 6,
      sum: 17,
      scale: 0,
      zeroCount: 1,
      // Of scale 1 the buckets -1, 0 and 1 lie in -1, 0 and 0 of scale 0.
      positive: { offset: -1, counts: [1, 2, 1] },
      negative: { offset: 2, counts: [1] },
    });
  });

  it('of an exponential histogram stays small however far apart its values are', () => {
    const far = (offset: number) => ({ count: 1, scale: 20, positive: { offset, bucketCounts: [1] } });
    const store = storeWith(
      request([exponential(DELTA, point(5, far(-1_000_000)))]),
      request([exponential(DELTA, { ...point(9, far(1_000_000)), startTimeUnixNano: 5 })]),
    );
    const value = streams(store)[0].value;
    expect(value).toMatchObject({ count: 2 });
    expect(value?.kind === 'exponential' && value.positive.counts.length).toBeLessThanOrEqual(320);
    expect(value?.kind === 'exponential' && value.positive.counts.reduce((a, b) => a + b)).toBe(2);
  });

  it('of a summary holds the quantiles that the sender worked out', () => {
    const summary = {
      count: 7,
      sum: 3.5,
      quantileValues: [
        { quantile: 0.5, value: 0.4 },
        { quantile: 0.99, value: 2 },
      ],
    };
    const store = storeWith(request([{ name: 's', summary: { dataPoints: [point(4, summary)] } }]));
    expect(streams(store)[0]).toMatchObject({
      type: 'summary',
      value: {
        kind: 'summary',
        count: 7,
        sum: 3.5,
        quantiles: [
          { quantile: 0.5, value: 0.4 },
          { quantile: 0.99, value: 2 },
        ],
      },
    });
  });

  it('keeps its exemplars with the spans they were taken in, the latest first', () => {
    const exemplar = (time: number, byte: number) => ({
      timeUnixNano: time,
      asDouble: time,
      traceId: Buffer.alloc(16, byte),
      spanId: Buffer.alloc(8, byte),
      filteredAttributes: [keyValue('user', 'u1')],
    });
    const store = storeWith(
      request([sum(CUMULATIVE, point(5, { asInt: 1, exemplars: [exemplar(3, 1), exemplar(4, 2)] }))]),
      request([sum(CUMULATIVE, point(9, { asInt: 2 }))]),
    );
    expect(streams(store)[0].exemplars).toMatchObject([
      {
        timeUnixNano: '4',
        traceId: '02'.repeat(16),
        spanId: '02'.repeat(8),
        value: { value: 4 },
        attributes: [{ key: 'user' }],
      },
      { timeUnixNano: '3', traceId: '01'.repeat(16) },
    ]);
  });

  it('has no value while the sender says that there is none', () => {
    const store = storeWith(
      request([gauge('g', point(5, { asInt: 1 }))]),
      request([gauge('g', point(6, { flags: 1 }))]),
    );
    expect(streams(store)[0].value).toBeUndefined();
  });
});

describe('metrics', () => {
  it('are found by service and by part of a name or attribute', () => {
    const store = storeWith(
      request([
        gauge('heap.used', point(1, { asInt: 1, attributes: [keyValue('space', 'old')] })),
        gauge('cpu', point(1, { asInt: 1 })),
      ]),
      request([gauge('cpu', point(1, { asInt: 2 }))], 'bank'),
    );
    const names = (query: object) => streams(store, query).map(({ service, name }) => `${service} ${name}`);
    expect(names({})).toEqual(['bank cpu', 'shop cpu', 'shop heap.used']);
    expect(names({ service: 'bank' })).toEqual(['bank cpu']);
    expect(names({ text: 'SPACE=OLD' })).toEqual(['shop heap.used']);
    expect(store.read({ limit: 1 })).toMatchObject({ total: 3, left: 0 });
  });

  it('that cannot be right are rejected one by one, with the reason', () => {
    const store = new MetricStore(1e6);
    const result = store.append(
      request([
        gauge('', point(1, { asInt: 1 })),
        gauge('g', point(1, {}), point(2, { asInt: 1 })),
        histogram(
          DELTA,
          point(1, { bucketCounts: [1], explicitBounds: [1, 2] }),
          point(1, { bucketCounts: [0, 1, 0], explicitBounds: [2, 1] }),
        ),
      ]),
      origin(),
    );
    expect(result).toMatchObject({ accepted: 1, rejected: 4 });
    expect(result.message).toMatch(/^4 of 5 data points were rejected: a data point .*\(1×\); .* and others$/);
    expect(store.count).toBe(1);
  });

  it('of a request that is cut off are refused or rejected, never half believed', () => {
    const whole = request([gauge('heap', point(5, { asDouble: 1.5, attributes: [keyValue('space', 'new')] }))]);
    for (let length = 1; length < whole.length; length++) {
      const store = new MetricStore(1e6);
      const { accepted, fault } = store.append(whole.subarray(0, length), origin());
      expect([accepted, fault === undefined ? store.count : 0]).toEqual([0, 0]);
    }
  });

  it('broken inside are rejected alone', () => {
    const good = request([gauge('heap', point(5, { asInt: 1 }))]);
    const bad = Buffer.from(request([gauge('heap', point(5, { asInt: 1 }), point(6, { asInt: 2 }))]));
    // The last point's last field: an asInt of a wire type that does not exist.
    bad[bad.lastIndexOf(49)] = 55;
    const store = storeWith(good);
    expect(store.append(bad, origin())).toMatchObject({ accepted: 1, rejected: 1 });
  });

  it('of kinds that are not known (yet), or without data, are no fault', () => {
    const store = new MetricStore(1e6);
    expect(store.append(request([{ name: 'm' }]), origin())).toEqual({ accepted: 0, rejected: 0 });
  });

  it('stay within their bytes: those leave that were silent longest', () => {
    const store = new MetricStore(50_000);
    for (let i = 0; i < 200; i++) {
      store.append(request([gauge(`m${i}`, point(1, { asInt: i }))]), origin());
      store.append(request([gauge('m0', point(i + 2, { asInt: i }))]), origin());
    }
    expect(store.bytes).toBeLessThanOrEqual(50_000);
    const names = streams(store).map(({ name }) => name);
    expect(names).toContain('m0');
    expect(names).toContain('m199');
    expect(names).not.toContain('m1');
    expect(store.read({ limit: 1 }).left).toBe(200 - names.length);
  });

  it('of a run give way to those of the next of its name', () => {
    const store = new MetricStore(1e6);
    const one = request([gauge('g', point(1, { asInt: 1 }))]);
    store.append(one, origin('run-1'));
    store.append(one, origin('other', 'Other'));
    store.append(one, origin('run-2'));
    expect(store.append(one, origin('run-1'))).toMatchObject({ accepted: 1 });
    expect(streams(store).map(({ run }) => run)).toEqual(['other', 'run-2']);
  });
});
