import { describe, expect, it, vi, beforeEach, afterEach } from 'vitest';
import type { SpanId, TraceId } from '../../../src/model/ids';
import { ChangeFeed } from '../../../src/engine/changeFeed';
import { RateMeter } from '../../../src/engine/rateMeter';
import { preloadBatch, resourceSpans, runInfo, send, span, startTestEngine } from './testEngine';
import { PRELOAD_ROUTE, RUN_HEADER } from '../../../src/protocol/preload';

describe('the feed of changes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells at once after a silence, at most once per interval, and always of the last change', async () => {
    const told: number[] = [];
    const start = Date.now();
    const feed = new ChangeFeed(() => told.push(Date.now() - start), 100);
    const changeEvery = async (ms: number, times: number) => {
      for (let i = 0; i < times; i++) {
        feed.changed();
        await vi.advanceTimersByTimeAsync(ms);
      }
    };
    await changeEvery(10, 25); // changes at 0, 10 … 240
    await vi.advanceTimersByTimeAsync(750);
    expect(told).toEqual([0, 100, 200, 300]);
    await changeEvery(0, 1);
    expect(told.at(-1)).toBe(1_000);
  });

  it('tells nothing when nothing has changed, or after it was disposed', async () => {
    let told = 0;
    const feed = new ChangeFeed(() => told++, 100);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toBe(0);
    feed.changed();
    feed.dispose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toBe(0);
  });
});

describe('the rate', () => {
  it('is what came in the last second', () => {
    let now = 0;
    const rate = new RateMeter(() => now);
    rate.add(5);
    now = 500;
    rate.add(7);
    expect(rate.perSecond).toBe(12);
    now = 1_050;
    expect(rate.perSecond).toBe(7);
    now = 1_600;
    expect(rate.perSecond).toBe(0);
    now = 1e9;
    rate.add(1);
    expect(rate.perSecond).toBe(1);
  });
});

describe('what the engine tells', () => {
  it('names the revision, the spans, the files and the latest trace', async () => {
    const { engine, changes } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const one = span('first', { spanlineSite: 0 });
    const batch = preloadBatch([one], { sites: [[['/nowhere/app.js', 3, 1, 'f']]] });
    await send(url + PRELOAD_ROUTE, batch, { [RUN_HEADER]: 'run-1' });
    await expect
      .poll(() => changes)
      .toEqual([{ revision: 1, spans: 1, files: ['/nowhere/app.js'], latestTrace: one.traceId }]);
    const two = span('second');
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(two) });
    await expect.poll(() => changes.at(-1)).toEqual({ revision: 2, spans: 2, files: [], latestTrace: two.traceId });
  });

  it('tells once of many requests that come together', async () => {
    const { engine, changes } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    await Promise.all(
      [...Array(200)].map((_, i) => send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span(`${i}`)) })),
    );
    await expect.poll(() => changes.at(-1)?.spans).toBe(200);
    expect(changes.length).toBeLessThan(40);
  });

  it('tells when everything was dropped', async () => {
    const { engine, changes } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('gone')) });
    await engine.clear();
    await expect.poll(() => changes.at(-1)).toMatchObject({ spans: 0, cleared: true });
    expect(await engine.traces({ limit: 10 })).toEqual([]);
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('new')) });
    await expect.poll(() => changes.at(-1)?.spans).toBe(1);
    expect(changes.at(-1)).not.toHaveProperty('cleared');
  });

  it('goes on when a listener fails', async () => {
    const { engine, changes, logged } = startTestEngine();
    engine.onChange(() => {
      throw new Error('not my day');
    });
    const { url } = await engine.openSession(runInfo('run-1'));
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('a')) });
    await expect.poll(() => changes).toHaveLength(1);
    expect(logged).toContain('error: A listener of the engine failed: not my day');
  });

  it('tells of ports that open and close, and of a rate that falls to nothing', async () => {
    const { engine, statuses } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    await expect.poll(() => statuses.at(-1)?.endpoints.length).toBe(2);
    await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(span('a'), span('b')) });
    // The rate of two a second is told for no longer than a second.
    await expect.poll(() => statuses.map(({ spansPerSecond }) => spansPerSecond)).toContain(2);
    await expect.poll(() => statuses.at(-1)?.spansPerSecond).toBe(0);
  });

  it('counts rejected spans, and tells their sender', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const spans = [
      span('good'),
      span('zeros', { traceId: '0'.repeat(32) }),
      span('odd', { spanId: 'xyz' }),
      span('short', { traceId: 'abcd' }),
    ];
    const { status, body } = await send(`${url}/v1/traces`, { resourceSpans: resourceSpans(...spans) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ partialSuccess: { rejectedSpans: '3' } });
    expect(await engine.status()).toMatchObject({ spans: 1, rejectedSpans: 3 });
  });
});

describe('logs and metrics', () => {
  it.each([
    ['logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'hello' }, traceId: '' }] }] }] }],
    [
      'metrics',
      { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ asInt: '1' }] } }] }] }] },
    ],
  ])('%s are taken, so that no exporter complains', async (signal, request) => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    expect(await send(`${url}/v1/${signal}`, request)).toEqual({ status: 200, body: {} });
    expect(await send(`${url}/v1/${signal}`, {})).toEqual({ status: 200, body: {} });
  });

  it('logs are found at the span that they were written in', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const { traceId, spanId } = span('x');
    const record = { traceId, spanId, timeUnixNano: '5', severityNumber: 9, body: { stringValue: 'hello' } };
    await send(`${url}/v1/logs`, { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    expect(await engine.logs(traceId as TraceId, spanId as SpanId, 10)).toMatchObject([
      { severity: 'info', body: { value: 'hello' }, run: 'run-1' },
    ]);
    await engine.clear();
    expect(await engine.logs(traceId as TraceId, undefined, 10)).toEqual([]);
  });

  it.each(['logs', 'metrics', 'traces'])('bytes that are no %s are answered with 400', async (signal) => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const response = await fetch(`${url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from([10, 200, 1, 2, 3]),
    });
    expect(response.status).toBe(400);
  });
});

describe('Zipkin', () => {
  it('lists of spans are taken, answered with 202 and no body', async () => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    const spans = [
      { traceId: 'ab', id: 'cd', name: 'tea', timestamp: 1700000000000000, duration: 7 },
      { traceId: 'ab', id: 'ef' },
    ];
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/v2/spans`, { method: 'POST', headers, body: JSON.stringify(spans) });
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect(await engine.traces({ limit: 9 })).toMatchObject([
      { traceId: 'ab'.padStart(32, '0'), rootName: 'tea', duration: 7_000 },
    ]);
    expect((await engine.status()).rejectedSpans).toBe(1);
  });

  it.each(['{', '{}', '7'])('bodies such as %s are answered with 400', async (body) => {
    const { engine } = startTestEngine();
    const { url } = await engine.openSession(runInfo('run-1'));
    expect(await send(`${url}/api/v2/spans`, body)).toMatchObject({ status: 400 });
  });
});
