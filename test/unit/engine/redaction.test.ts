import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AttributeNotice, RedactionCount } from '../../../src/model/redaction';
import type { Span } from '../../../src/model/span';
import { encodeJson } from '../../../src/otlp/json/encodeJson';
import { LOGS_REQUEST, METRICS_REQUEST, TRACE_REQUEST } from '../../../src/otlp/schema';
import type { EngineOptions } from '../../../src/protocol/engine';
import { PRELOAD_ROUTE, RUN_HEADER } from '../../../src/protocol/preload';
import { QUIET_ENGINE } from '../../support/engineSettings';
import { call, grpcMessage, post } from '../otlp/clients';
import {
  freePort,
  preloadBatch,
  resourceSpans,
  runInfo,
  send,
  SHOP,
  span,
  startTestEngine,
  type TestEngine,
} from './testEngine';

const SECRET = 'hunter2-and-more-of-it';
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const MASKING = { secrets: 'mask', personalData: 'warn', keys: [] } as const;

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** A secret in every place where a span has room for one. */
function leakySpan(name: string) {
  return span(`${name} password=${SECRET}`, {
    attributes: [
      attribute('db.password', SECRET),
      attribute('db.url', `postgres://ann:${SECRET}@db/shop`),
      { key: 'request', value: { kvlistValue: { values: [attribute('apiKey', SECRET)] } } },
    ],
    events: [{ name: 'login', timeUnixNano: '1700000000000000001', attributes: [attribute('client_secret', SECRET)] }],
    links: [{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), attributes: [attribute('token', SECRET)] }],
    status: { code: 2, message: `refused password=${SECRET}` },
  });
}

const ZIPKIN = JSON.stringify([
  {
    traceId: '3'.repeat(32),
    id: '4'.repeat(16),
    name: 'zipkin',
    timestamp: 1_700_000_000_000_000,
    duration: 5,
    tags: { password: SECRET },
  },
]);

const leakyLogs = () => ({
  resourceLogs: [
    {
      resource: { attributes: [...SHOP.attributes, attribute('deploy.token', SECRET)] },
      scopeLogs: [
        {
          scope: { name: 'test', attributes: [attribute('secret', SECRET)] },
          logRecords: [
            {
              timeUnixNano: '1700000000000000000',
              body: { stringValue: `login with password="${SECRET}" of ann@example.com` },
              attributes: [attribute('password', SECRET)],
            },
            { timeUnixNano: '1700000000000000000', body: { kvlistValue: { values: [attribute('passwd', SECRET)] } } },
          ],
        },
      ],
    },
  ],
});

const leakyMetrics = () => {
  const attributes = [attribute('api_key', SECRET)];
  const point = { attributes, timeUnixNano: '1700000000000000000', startTimeUnixNano: '1700000000000000000' };
  const exemplars = [{ filteredAttributes: attributes, timeUnixNano: '1700000000000000000', asInt: '1' }];
  return {
    resourceMetrics: [
      {
        resource: SHOP,
        scopeMetrics: [
          {
            scope: { name: 'test' },
            metrics: [
              { name: 'a', gauge: { dataPoints: [{ ...point, asInt: '1', exemplars }] } },
              {
                name: 'b',
                sum: { dataPoints: [{ ...point, asInt: '1' }], aggregationTemporality: 2, isMonotonic: true },
              },
              {
                name: 'c',
                histogram: {
                  dataPoints: [{ ...point, count: '1', sum: 1, bucketCounts: ['1'], exemplars }],
                  aggregationTemporality: 2,
                },
              },
              {
                name: 'd',
                exponentialHistogram: {
                  dataPoints: [{ ...point, count: '1', scale: 0, exemplars }],
                  aggregationTemporality: 2,
                },
              },
              { name: 'e', summary: { dataPoints: [{ ...point, count: '1', sum: 1 }] } },
            ],
          },
        ],
      },
    ],
  };
};

function protobuf(schema: Parameters<typeof encodeJson>[0], body: object): Uint8Array {
  const encoded = encodeJson(schema, body);
  if ('fault' in encoded) throw new Error(encoded.fault);
  return encoded.bytes;
}

async function spansOf({ engine }: TestEngine): Promise<Span[]> {
  const summaries = await engine.traces({ limit: 100 });
  const spans = summaries.map(async ({ traceId }) => {
    const columns = (await engine.trace(traceId))!;
    return engine.span(traceId, Buffer.from(columns.spanIds.subarray(0, 8)).toString('hex') as never);
  });
  return (await Promise.all(spans)) as Span[];
}

/** Everything that the engine says to anybody. */
async function answers(test: TestEngine): Promise<string> {
  const { engine } = test;
  const summaries = await engine.traces({ limit: 100 });
  const all = [
    summaries,
    await Promise.all(summaries.map(({ traceId }) => engine.trace(traceId))),
    await spansOf(test),
    await engine.looseLogs({ limit: 100 }),
    await engine.metrics({ limit: 100 }),
    await engine.redactions(),
    await engine.searchHints(),
    await engine.status(),
    test.logged,
    test.changes,
  ];
  return JSON.stringify(all);
}

function filesBelow(folder: string): Buffer[] {
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  return paths.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path));
}

async function startLeaky(options: Partial<EngineOptions> = {}) {
  const port = await freePort();
  const test = startTestEngine({ sharedPorts: [port], redaction: MASKING, ...options });
  await test.engine.start([port]);
  return { ...test, port, url: `http://127.0.0.1:${port}` };
}

async function sendEverywhere(test: TestEngine & { readonly port: number; readonly url: string }): Promise<void> {
  const { url, port, engine } = test;
  const traces = (name: string) => ({ resourceSpans: resourceSpans(leakySpan(name)) });
  const headers = { 'content-type': 'application/x-protobuf' };
  const session = await engine.openSession(runInfo('run-1'));
  const taken = [
    await post(port, { headers, body: protobuf(TRACE_REQUEST, traces('http')) }),
    await send(`${url}/v1/traces`, traces('json')),
    await post(port, { path: '/api/v2/spans', headers: { 'content-type': 'application/json' }, body: ZIPKIN }),
    await send(`${session.url}${PRELOAD_ROUTE}`, preloadBatch([leakySpan('preload')]), { [RUN_HEADER]: 'run-1' }),
    await post(port, { path: '/v1/logs', headers, body: protobuf(LOGS_REQUEST, leakyLogs()) }),
    await send(`${url}/v1/logs`, leakyLogs()),
    await send(`${url}/v1/metrics`, leakyMetrics()),
    await post(port, { path: '/v1/metrics', headers, body: protobuf(METRICS_REQUEST, leakyMetrics()) }),
  ];
  expect(taken.map(({ status }) => status)).toEqual([200, 200, 202, 200, 200, 200, 200, 200]);
  const grpc = await call(port, EXPORT, grpcMessage(protobuf(TRACE_REQUEST, traces('grpc'))));
  expect(grpc.trailers['grpc-status']).toBe('0');
}

describe('a secret that was sent', () => {
  it('is in no answer and on no disk, by whatever way it came', async () => {
    const test = await startLeaky({ maxJournalBytes: 16 * 2 ** 20 });
    await sendEverywhere(test);
    const said = await answers(test);
    expect(said).not.toContain(SECRET);
    for (const name of ['http', 'json', 'zipkin', 'preload', 'grpc']) expect(said).toContain(name);
    expect(said).toContain('login with password=\\"***\\" of ann@example.com');
    await test.engine.shutdown();
    const files = filesBelow(test.storageDir);
    expect(files.some((bytes) => bytes.includes('postgres://ann:***@db/shop'))).toBe(true);
    for (const bytes of files) expect(bytes.includes(SECRET)).toBe(false);
  });

  it('is counted by place, key and kind', async () => {
    const test = await startLeaky();
    await send(`${test.url}/v1/traces`, { resourceSpans: resourceSpans(leakySpan('a'), leakySpan('a')) });
    await send(`${test.url}/v1/logs`, leakyLogs());
    await send(`${test.url}/v1/metrics`, leakyMetrics());
    const counts = await test.engine.redactions();
    const of = (key: string, signal?: string) => counts.find((count) => count.key === key && count.signal === signal);
    expect(of('db.password')).toMatchObject({
      kind: 'secret',
      pattern: 'password',
      masked: true,
      count: 2,
      service: 'shop',
    });
    expect(of('request.apiKey')).toMatchObject({ pattern: 'secret key', count: 2 });
    expect(of('password', 'logs')).toMatchObject({ masked: true, count: 1 });
    expect(of('api_key', 'metrics')?.count).toBe(8);
    const { redactions } = await test.engine.status();
    expect(redactions?.masked).toBe(counts.filter(({ masked }) => masked).reduce((sum, { count }) => sum + count, 0));
    expect(redactions?.places).toBeGreaterThan(1);
    await test.engine.clear();
    expect(await test.engine.redactions()).toEqual([]);
  });

  it('is counted on by the engine that follows, even after a kill', async () => {
    const journal = { maxJournalBytes: 16 * 2 ** 20 };
    const first = await startLeaky(journal);
    await send(`${first.url}/v1/traces`, { resourceSpans: resourceSpans(leakySpan('a'), leakySpan('a')) });
    await send(`${first.url}/v1/logs`, leakyLogs());
    const nameOf = ({ key, signal, pattern }: RedactionCount) => `${signal} ${key} ${pattern}`;
    const masked = async ({ engine }: TestEngine) => {
      const counts = (await engine.redactions()).filter((count) => count.masked);
      return counts.sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    };
    const before = await masked(first);
    await first.engine.shutdown();
    const second = await startLeaky({ ...journal, storageDir: first.storageDir });
    expect(await masked(second)).toEqual(before);
    expect((await spansOf(second))[0].attributes[0].notice).toEqual({
      kind: 'secret',
      pattern: 'password',
      masked: true,
    });
    await send(`${second.url}/v1/traces`, { resourceSpans: resourceSpans(leakySpan('a')) });
    const after = await masked(second);
    expect(after.find(({ key, signal }) => key === 'db.password' && !signal)?.count).toBe(3);
    const note = join(first.storageDir, 'journal', '1', 'note');
    await expect.poll(() => readFileSync(note, 'utf8')).toContain('"count":3');
    expect(readFileSync(note, 'utf8')).not.toContain(SECRET);
    await second.engine.clear();
    await second.engine.shutdown();
    expect(await masked(await startLeaky({ ...journal, storageDir: first.storageDir }))).toEqual([]);
  });

  it('is told of where the span is shown, and so are personal data that were kept', async () => {
    const test = await startLeaky();
    const attributes = [
      attribute('db.url', `postgres://ann:${SECRET}@db/shop`),
      attribute('user.email', 'ann@example.com'),
      attribute('db.password', SECRET),
      attribute('plain', 'of no interest'),
      { key: 'count', value: { intValue: '-7' } },
    ];
    await send(`${test.url}/v1/traces`, { resourceSpans: resourceSpans(span('a', { attributes })) });
    const [shown] = await spansOf(test);
    const notices = Object.fromEntries(shown.attributes.map(({ key, notice }) => [key, notice]));
    const masked = (pattern: string): AttributeNotice => ({ kind: 'secret', pattern, masked: true });
    expect(notices).toEqual({
      'db.url': masked('password in a URL'),
      'user.email': { kind: 'personal', pattern: 'e-mail address', masked: false },
      'db.password': masked('password'),
      plain: undefined,
      count: undefined,
    });
  });

  it('is kept from the moment on that the setting says so, and masked again from the next', async () => {
    const test = await startLeaky({ redaction: { ...MASKING, secrets: 'off' } });
    const settings = { ...optionsOf(test), redaction: MASKING };
    const password = [attribute('db.password', SECRET)];
    await send(`${test.url}/v1/traces`, { resourceSpans: resourceSpans(span('before', { attributes: password })) });
    await test.engine.configure(settings);
    await send(`${test.url}/v1/traces`, { resourceSpans: resourceSpans(span('after', { attributes: password })) });
    const values = (await spansOf(test)).map(({ name, attributes }) => [name, attributes[0].value]);
    expect(Object.fromEntries(values)).toEqual({
      before: { kind: 'string', value: SECRET },
      after: { kind: 'string', value: '***' },
    });
  });
});

function optionsOf({ port }: { readonly port: number }) {
  return { ...QUIET_ENGINE, sharedPorts: [port] };
}
