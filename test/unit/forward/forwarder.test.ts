import { describe, expect, it } from 'vitest';
import { responseBytes } from '../../../src/otlp/exportResult';
import { startReceiver } from '../otlp/testReceiver';
import { oracleDecode, type PlainTraceRequest } from '../otlp/otlpProto';
import { forwarderTo, grpcUpstream, httpUpstream, LOGS, OK, traceRequest, TRACES, transportTo } from './upstreams';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };

function names(body: Uint8Array): string[] {
  const { resourceSpans } = oracleDecode<PlainTraceRequest>('ExportTraceServiceRequest', body);
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
}

const logRequest = Buffer.from([10, 4, 18, 2, 18, 0]);

describe('the forwarder', () => {
  it('joins small requests of a signal, in their order, and keeps signals apart', async () => {
    const { url, received } = await httpUpstream(OK);
    const { forwarder } = forwarderTo(url, { lingerMs: 20 });
    for (const name of ['a', 'b', 'c']) forwarder.take(TRACES, traceRequest({ name }), 'otlp');
    forwarder.take(LOGS, logRequest, 'otlp');
    await expect.poll(() => forwarder.status.sentRecords).toBe(4);
    expect(received.map(({ path }) => path).sort()).toEqual(['/v1/logs', '/v1/traces']);
    expect(names(received.find(({ path }) => path === '/v1/traces')!.body)).toEqual(['a', 'b', 'c']);
    expect(forwarder.status).toMatchObject({ queuedBytes: 0, queuedRecords: 0, droppedRecords: 0 });
  });

  it('joins no more than a request may hold', async () => {
    const { url, received } = await httpUpstream(OK);
    const { forwarder } = forwarderTo(url, { lingerMs: 20, requestBytes: 1_000 });
    for (let i = 0; i < 20; i++) forwarder.take(TRACES, traceRequest({ padding: 300 }), 'otlp');
    await expect.poll(() => forwarder.status.sentRecords).toBe(20);
    expect(received.length).toBeGreaterThanOrEqual(7);
    expect(Math.max(...received.map(({ body }) => body.length))).toBeLessThanOrEqual(1_000);
  });

  it('keeps its own copy: the bytes it was handed may be used for something else', async () => {
    const { url, received } = await httpUpstream(OK);
    const { forwarder } = forwarderTo(url, { lingerMs: 20 });
    const request = traceRequest({ name: 'mine' });
    forwarder.take(TRACES, request, 'otlp');
    request.fill(0);
    await expect.poll(() => received.length).toBe(1);
    expect(names(received[0].body)).toEqual(['mine']);
  });

  it('tries again what may get through later, waiting longer each time, and says why meanwhile', async () => {
    const { url, received } = await httpUpstream([503], 'cut', [429, { 'retry-after': '0' }], OK);
    const { forwarder, logged } = forwarderTo(url, { backoffMs: [200, 200] });
    forwarder.take(TRACES, traceRequest({ name: 'patient' }), 'otlp');
    await expect.poll(() => forwarder.status.problem).toContain('answered 503');
    expect(forwarder.status).toMatchObject({ queuedRecords: 1, sentRecords: 0 });
    await expect.poll(() => forwarder.status.sentRecords).toBe(1);
    expect(received.map(({ body }) => names(body))).toEqual(Array(4).fill(['patient']));
    expect(forwarder.status).not.toHaveProperty('problem');
    expect(logged.at(-1)).toContain('works again');
  });

  it('sends nothing else while the upstream does not answer, and no more than it may at a time', async () => {
    const { url, received } = await httpUpstream('hang');
    const { forwarder } = forwarderTo(url, { requestBytes: 1, concurrency: 2 });
    for (let i = 0; i < 10; i++) forwarder.take(TRACES, traceRequest(), 'otlp');
    await expect.poll(() => received.length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(received.length).toBe(2);
    expect(forwarder.status.queuedRecords).toBe(10);
  });

  it('waits as long as the upstream asks for', async () => {
    const { url, received } = await httpUpstream([503, { 'retry-after': '60' }], OK);
    const { forwarder } = forwarderTo(url);
    forwarder.take(TRACES, traceRequest(), 'otlp');
    await expect.poll(() => received.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(received.length).toBe(1);
  });

  it('drops what is refused for good, tells it once, and goes on', async () => {
    const { url, received } = await httpUpstream([400], [400], OK);
    const { forwarder, logged } = forwarderTo(url, { requestBytes: 1 });
    for (const name of ['bad', 'worse', 'good']) {
      forwarder.take(TRACES, traceRequest({ name }), 'otlp');
      await expect.poll(() => forwarder.status.queuedRecords).toBe(0);
    }
    expect(received.map(({ body }) => names(body)[0])).toEqual(['bad', 'worse', 'good']);
    expect(forwarder.status).toMatchObject({ sentRecords: 1, droppedRecords: 2 });
    expect(logged.filter((line) => line.includes('answered 400'))).toHaveLength(1);
  });

  it('counts what the upstream leaves out, and tells its reason', async () => {
    const { url } = await httpUpstream([200, PROTOBUF, responseBytes({ rejected: 1, message: 'too old' })]);
    const { forwarder, logged } = forwarderTo(url, { lingerMs: 20 });
    for (let i = 0; i < 3; i++) forwarder.take(TRACES, traceRequest(), 'otlp');
    await expect.poll(() => forwarder.status.sentRecords).toBe(2);
    expect(forwarder.status).toMatchObject({ droppedRecords: 1, loss: expect.stringContaining('too old') as string });
    expect(forwarder.status.problem).toBeUndefined();
    expect(logged.join()).toContain('too old');
  });

  it('sends less at a time to an upstream that finds requests too large', async () => {
    const { url, received } = await httpUpstream([413], [413], OK);
    const { forwarder } = forwarderTo(url, { lingerMs: 20 });
    for (let i = 0; i < 8; i++) forwarder.take(TRACES, traceRequest({ name: `s${i}`, padding: 5_000 }), 'otlp');
    await expect.poll(() => forwarder.status.sentRecords).toBe(8);
    const accepted = received.slice(2).flatMap(({ body }) => names(body));
    expect(accepted.map((name) => name.slice(0, 2)).sort()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7']);
    expect(forwarder.status.droppedRecords).toBe(0);
  });

  it('gives up what is too large by itself', async () => {
    const { url } = await httpUpstream([413]);
    const { forwarder } = forwarderTo(url);
    forwarder.take(TRACES, traceRequest({ padding: 50_000 }), 'otlp');
    await expect.poll(() => forwarder.status.droppedRecords).toBe(1);
    expect(forwarder.status.problem).toContain('Raise its limit');
  });

  it('drops the oldest when its queue is full, and counts and tells it', async () => {
    const { url, received } = await httpUpstream([503], [503], OK);
    const { forwarder, logged } = forwarderTo(url, { queueBytes: 10_000, backoffMs: [100, 100] });
    forwarder.take(TRACES, traceRequest({ name: 'first' }), 'otlp');
    await expect.poll(() => received.length).toBe(1);
    for (let i = 0; i < 50; i++) forwarder.take(TRACES, traceRequest({ name: `n${i}`, padding: 500 }), 'otlp');
    const { queuedBytes, droppedRecords } = forwarder.status;
    expect(queuedBytes).toBeLessThan(11_000);
    expect(droppedRecords).toBeGreaterThan(30);
    await expect.poll(() => forwarder.status.queuedRecords, { timeout: 20_000 }).toBe(0);
    const sent = new Set(received.flatMap(({ body }) => names(body).map((name) => name.replace(/x+$/, ''))));
    expect([sent.has('n0'), sent.has('n49'), sent.has('first')]).toEqual([false, true, true]);
    expect(logged.filter((line) => line.includes('the oldest go'))).toHaveLength(1);
  });

  it('does not send to a Spanline again and again', async () => {
    const { url, received } = await httpUpstream([
      508,
      { 'content-type': 'application/json' },
      '{"message":"This is a Spanline"}',
    ]);
    const { forwarder } = forwarderTo(url, { backoffMs: [1, 60_000] });
    forwarder.take(TRACES, traceRequest(), 'otlp');
    await expect.poll(() => forwarder.status.problem).toBe('This is a Spanline');
    for (let i = 0; i < 5; i++) forwarder.take(TRACES, traceRequest(), 'otlp');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(received.length).toBe(1);
  });

  it('takes other credentials while requests wait', async () => {
    const { url, received } = await httpUpstream([401], OK);
    const { forwarder } = forwarderTo(url, { requestBytes: 1, backoffMs: [60_000, 60_000] });
    forwarder.take(TRACES, traceRequest(), 'otlp');
    await expect.poll(() => forwarder.status.problem).toContain('answered 401');
    forwarder.take(TRACES, traceRequest({ name: 'waits' }), 'otlp');
    forwarder.use(transportTo(url, 'http/protobuf', { headers: { authorization: 'new' } }));
    await expect.poll(() => forwarder.status.sentRecords).toBe(1);
    expect(received[1].headers.authorization).toBe('new');
  });

  it('flushes at the end, but not for longer than it may', async () => {
    const { url, received } = await httpUpstream(OK);
    const quick = forwarderTo(url, { lingerMs: 60_000 }).forwarder;
    quick.take(TRACES, traceRequest({ name: 'last' }), 'otlp');
    await quick.close(1_000);
    expect(names(received[0].body)).toEqual(['last']);

    const hanging = await httpUpstream('hang');
    const slow = forwarderTo(hanging.url, { lingerMs: 60_000 });
    slow.forwarder.take(TRACES, traceRequest(), 'otlp');
    await slow.forwarder.close(50);
    expect(slow.logged.at(-1)).toContain('1 records were not forwarded');
  });

  it('works over gRPC, through an error and back', async () => {
    const { url, received } = await grpcUpstream({ 'grpc-status': '14' }, { 'grpc-status': '0' });
    const { forwarder } = forwarderTo(url, {}, 'grpc');
    forwarder.take(TRACES, traceRequest({ name: 'a' }), 'otlp');
    await expect.poll(() => forwarder.status.sentRecords).toBe(1);
    expect(received.map(({ body }) => names(body))).toEqual([['a'], ['a']]);
  });

  it('loses nothing on the way to a receiver of ours', async () => {
    const { port, taken } = await startReceiver({ limits: { maxRequestBytes: 64 * 1024 * 1024 } });
    const { forwarder } = forwarderTo(`http://127.0.0.1:${port}`);
    for (let i = 0; i < 2_000; i++) forwarder.take(TRACES, traceRequest({ name: `s${i}` }), 'otlp');
    await expect.poll(() => forwarder.status.sentRecords).toBe(2_000);
    expect(taken.flatMap(({ request }) => names(request))).toHaveLength(2_000);
    expect(taken.length).toBeLessThan(200);
  });
});
