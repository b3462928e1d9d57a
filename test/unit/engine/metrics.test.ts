import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import type { MetricStream } from '../../../src/model/metric';
import { call, grpcMessage } from '../otlp/clients';
import { oracleEncode } from '../otlp/otlpProto';
import { SETTING_DEFAULTS } from '../../../src/protocol/settings';
import { runInfo, send, SHOP, startTestEngine } from './testEngine';

const GRPC_PATH = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

const attributes = [{ key: 'http.route', value: { stringValue: '/a' } }];
const times = { startTimeUnixNano: '1700000000000000001', timeUnixNano: '1700000000000000009' };
const exemplars = [{ timeUnixNano: '1700000000000000008', asDouble: 0.5, traceId: TRACE, spanId: SPAN }];
const point = (members: object) => ({ ...times, attributes, ...members });

/** Every type of metric, as OTLP/JSON has it. */
const METRICS: readonly (readonly [string, object])[] = [
  ['a gauge of a fraction', { gauge: { dataPoints: [point({ asDouble: -0.25 })] } }],
  ['a gauge of a large integer', { gauge: { dataPoints: [point({ asInt: '-9007199254740993' })] } }],
  ['a gauge without a value', { gauge: { dataPoints: [point({ flags: 1 })] } }],
  ['a sum', { sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point({ asInt: '7', exemplars })] } }],
  [
    'a histogram',
    {
      histogram: {
        aggregationTemporality: 1,
        dataPoints: [
          point({
            count: '6',
            sum: 9.5,
            min: 0.5,
            max: 4,
            explicitBounds: [1, 2],
            bucketCounts: ['1', '2', '3'],
            exemplars,
          }),
        ],
      },
    },
  ],
  [
    'an exponential histogram',
    {
      exponentialHistogram: {
        aggregationTemporality: 2,
        dataPoints: [
          point({
            count: '9',
            sum: 4.5,
            scale: -2,
            zeroCount: '1',
            zeroThreshold: 0.001,
            positive: { offset: -3, bucketCounts: ['4', '0', '300'] },
            negative: { offset: 5, bucketCounts: ['1'] },
            exemplars,
          }),
        ],
      },
    },
  ],
  [
    'a summary',
    { summary: { dataPoints: [point({ count: '3', sum: 6, quantileValues: [{ quantile: 0.5, value: 2 }] })] } },
  ],
];

const requestOf = (metric: object) => ({
  resourceMetrics: [
    {
      resource: SHOP,
      scopeMetrics: [{ scope: { name: 'meter' }, metrics: [{ name: 'm', unit: 's', description: 'd', ...metric }] }],
    },
  ],
});

/** The same for protobuf, where ids are bytes. */
function encoded(request: object): Uint8Array {
  const withBytes = JSON.parse(JSON.stringify(request), (key, value: unknown) =>
    key === 'traceId' || key === 'spanId' ? Buffer.from(value as string, 'hex') : value,
  ) as object;
  return oracleEncode('ExportMetricsServiceRequest', withBytes);
}

async function started() {
  const { engine } = startTestEngine();
  const { url } = await engine.openSession(runInfo('run-1'));
  return { engine, url, port: Number(new URL(url).port) };
}

/** What is held, apart from when it came. */
async function held(engine: Engine): Promise<Partial<MetricStream>[]> {
  const { streams } = await engine.metrics({ limit: 10 });
  return streams.map((stream) => ({ ...stream, id: 0, receivedMs: 0 }));
}

describe('metrics', () => {
  it.each(METRICS)('%s is the same from JSON, protobuf and gRPC', async (_, metric) => {
    const request = requestOf(metric);
    const [json, proto, grpc] = [await started(), await started(), await started()];
    expect(await send(`${json.url}/v1/metrics`, request)).toEqual({ status: 200, body: {} });
    const answer = await fetch(`${proto.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: encoded(request),
    });
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 0]);
    const { trailers } = await call(grpc.port, GRPC_PATH, grpcMessage(encoded(request)));
    expect(trailers['grpc-status']).toBe('0');

    const [stream] = await held(json.engine);
    expect(stream).toMatchObject({ service: 'shop', scope: 'meter', name: 'm', unit: 's', points: 1, run: 'run-1' });
    expect(stream.attributes).toEqual([{ key: 'http.route', value: { kind: 'string', value: '/a' } }]);
    expect(stream.timeUnixNano).toBe(times.timeUnixNano);
    if (JSON.stringify(metric).includes('exemplars'))
      expect(stream.exemplars).toMatchObject([{ traceId: TRACE, spanId: SPAN, value: { value: 0.5 } }]);
    expect(await held(proto.engine)).toEqual([stream]);
    expect(await held(grpc.engine)).toEqual([stream]);
  });

  it('keep every number of an exponential histogram', async () => {
    const { engine, url } = await started();
    await send(`${url}/v1/metrics`, requestOf(METRICS[5][1]));
    expect((await held(engine))[0].value).toEqual({
      kind: 'exponential',
      count: 9,
      sum: 4.5,
      scale: -2,
      zeroCount: 1,
      zeroThreshold: 0.001,
      positive: { offset: -3, counts: [4, 0, 300] },
      negative: { offset: 5, counts: [1] },
    });
  });

  it('that cannot be right are counted in the answer, with the reason', async () => {
    const { engine, url } = await started();
    const bad = point({ count: '1', explicitBounds: [1, 2], bucketCounts: ['1'] });
    const { status, body } = await send(`${url}/v1/metrics`, requestOf({ histogram: { dataPoints: [bad] } }));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      partialSuccess: {
        rejectedDataPoints: '1',
        errorMessage: expect.stringMatching(
          /^1 of 1 data points were rejected: a data point has 1 bucket counts for 2 bounds/,
        ),
      },
    });
    expect(await held(engine)).toEqual([]);
  });

  it('of ten thousand streams are all held', async () => {
    const { engine } = startTestEngine({ maxStoreBytes: SETTING_DEFAULTS['store.maxBytes'] });
    const { url } = await engine.openSession(runInfo('run-1'));
    const metrics = Array.from({ length: 10_000 }, (_, i) => {
      const set = [{ key: 'messaging.destination.partition.id', value: { stringValue: String(i) } }, ...attributes];
      return {
        name: `queue.depth.${i % 100}`,
        unit: '{message}',
        gauge: { dataPoints: [{ ...times, asInt: `${i}`, attributes: set }] },
      };
    });
    const request = { resourceMetrics: [{ resource: SHOP, scopeMetrics: [{ scope: { name: 'meter' }, metrics }] }] };
    expect(await send(`${url}/v1/metrics`, request)).toEqual({ status: 200, body: {} });
    expect(await engine.metrics({ limit: 1 })).toMatchObject({ total: 10_000, left: 0 });
  });

  it('are counted in the status and gone after clear', async () => {
    const { engine, url } = await started();
    await send(`${url}/v1/metrics`, requestOf(METRICS[0][1]));
    expect(await engine.status()).toMatchObject({ metricStreams: 1 });
    await engine.clear();
    expect(await engine.status()).toMatchObject({ metricStreams: 0 });
  });
});

describe('log records without a trace', () => {
  it('can be asked for by service and run', async () => {
    const { engine, url } = await started();
    const record = { timeUnixNano: '5', body: { stringValue: 'started' } };
    await send(`${url}/v1/logs`, { resourceLogs: [{ resource: SHOP, scopeLogs: [{ logRecords: [record] }] }] });
    expect(await engine.looseLogs({ limit: 5, service: 'shop' })).toMatchObject([
      { body: { value: 'started' }, run: 'run-1' },
    ]);
    expect(await engine.looseLogs({ limit: 5, service: 'bank' })).toEqual([]);
  });
});
