import * as http from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { EngineSettings } from '../../../src/protocol/engine';
import { RUN_HEADER, PRELOAD_ROUTE } from '../../../src/protocol/preload';
import { QUIET_ENGINE } from '../../support/engineSettings';
import { httpUpstream, OK } from '../forward/upstreams';
import { oracleDecode, type PlainTraceRequest } from '../otlp/otlpProto';
import {
  freePort,
  preloadBatch,
  resourceSpans,
  runInfo,
  send,
  span,
  startTestEngine,
  temporaryFolder,
} from './testEngine';

const forwardTo = (endpoint: string): EngineSettings['forward'] => ({
  endpoint,
  protocol: 'http/protobuf',
  headers: {},
});

function names(bodies: readonly Buffer[]): string[] {
  return bodies.flatMap((body) =>
    oracleDecode<PlainTraceRequest>('ExportTraceServiceRequest', body).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
    ),
  );
}

function withDistro(...spans: object[]) {
  const [element] = resourceSpans(...spans);
  const mark = { key: 'telemetry.distro.name', value: { stringValue: 'spanline' } };
  return { ...element, resource: { attributes: [...element.resource.attributes, mark] } };
}

describe('the engine forwards', () => {
  it('what exporters send, in and outside sessions, but of the preload’s copies only those of the bundled SDK', async () => {
    const { url, received } = await httpUpstream(OK);
    const port = await freePort();
    const { engine } = startTestEngine({ forward: forwardTo(url) });
    await engine.start([port]);
    const session = await engine.openSession(runInfo('run-1'));
    await send(`http://127.0.0.1:${port}/v1/traces`, { resourceSpans: resourceSpans(span('outside')) });
    await send(`${session.url}/v1/traces`, { resourceSpans: resourceSpans(span('exported')) });
    const batch = preloadBatch([span('copy')]);
    const all = { ...batch, resourceSpans: [...batch.resourceSpans, withDistro(span('bundled'))] };
    await send(`${session.url}${PRELOAD_ROUTE}`, all, { [RUN_HEADER]: 'run-1' });
    await expect.poll(() => names(received.map(({ body }) => body)).sort()).toEqual(['bundled', 'exported', 'outside']);
    await expect.poll(async () => (await engine.status()).forward).toMatchObject({ sentRecords: 3, queuedRecords: 0 });
  });

  it('without keeping its senders waiting when the upstream hangs', async () => {
    const { url } = await httpUpstream('hang');
    const { engine } = startTestEngine({ forward: forwardTo(url) });
    const session = await engine.openSession(runInfo('run-1'));
    for (let i = 0; i < 20; i++)
      expect((await send(`${session.url}/v1/traces`, { resourceSpans: resourceSpans(span(`s${i}`)) })).status).toBe(
        200,
      );
    expect((await engine.status()).forward).toMatchObject({ sentRecords: 0, queuedRecords: 20 });
  });

  it('nothing that a journal brings back', async () => {
    const { url, received } = await httpUpstream(OK);
    const storageDir = temporaryFolder();
    const journaled = { storageDir, maxJournalBytes: 64 * 1024 * 1024, forward: forwardTo(url) };
    const before = startTestEngine(journaled);
    const port = await freePort();
    await before.engine.start([port]);
    await send(`http://127.0.0.1:${port}/v1/traces`, { resourceSpans: resourceSpans(span('once')) });
    await expect.poll(() => received.length).toBe(1);
    await before.engine.shutdown();
    const after = startTestEngine(journaled);
    await after.engine.start([port]);
    await expect.poll(async () => (await after.engine.status()).spans).toBe(1);
    await send(`http://127.0.0.1:${port}/v1/traces`, { resourceSpans: resourceSpans(span('twice')) });
    await expect.poll(() => received.length).toBe(2);
    expect(names(received.map(({ body }) => body))).toEqual(['once', 'twice']);
  });

  it('to no Spanline, itself included, and says so', async () => {
    const port = await freePort();
    const { engine, logged } = startTestEngine({ forward: forwardTo(`http://localhost:${port}/v1/traces`) });
    await engine.start([port]);
    await send(`http://127.0.0.1:${port}/v1/traces`, { resourceSpans: resourceSpans(span('a')) });
    await expect.poll(async () => (await engine.status()).problems.join()).toContain('would go round in a circle');
    expect((await engine.status()).spans).toBe(1);
    expect(logged.join()).toContain('"spanline.forward.endpoint"');
    expect(await engine.testForwarding()).toMatchObject({
      ok: false,
      message: expect.stringContaining('This is a Spanline'),
    });
  });

  it('what another window received only there', async () => {
    const { url, received } = await httpUpstream(OK);
    const [sharedDir, port] = [temporaryFolder(), await freePort()];
    const [first, second] = ['a', 'b'].map((name) =>
      startTestEngine({ windows: { sharedDir, name }, forward: forwardTo(url) }),
    );
    await first.engine.start([port]);
    await second.engine.start([port]);
    await send(`http://127.0.0.1:${port}/v1/traces`, { resourceSpans: resourceSpans(span('a')) });
    await expect.poll(async () => (await second.engine.status()).spans).toBe(1);
    await expect.poll(() => received.length).toBe(1);
    expect((await second.engine.status()).forward).toMatchObject({ sentRecords: 0, queuedRecords: 0 });
  });

  it('what waits when it is shut down', async () => {
    const { url, received } = await httpUpstream(OK);
    const { engine } = startTestEngine({ forward: forwardTo(url) });
    const session = await engine.openSession(runInfo('run-1'));
    await send(`${session.url}/v1/traces`, { resourceSpans: resourceSpans(span('last')) });
    await engine.shutdown();
    expect(names(received.map(({ body }) => body))).toEqual(['last']);
  });

  it('to another endpoint at once when the setting changes, and with other headers', async () => {
    const [one, other] = [await httpUpstream(OK), await httpUpstream(OK)];
    const { engine } = startTestEngine({ forward: forwardTo(one.url) });
    const session = await engine.openSession(runInfo('run-1'));
    const headers = { 'x-tenant': 'dev' };
    await engine.configure({ ...QUIET_ENGINE, forward: { ...forwardTo(other.url)!, headers } });
    await send(`${session.url}/v1/traces`, { resourceSpans: resourceSpans(span('a')) });
    await expect.poll(() => other.received.length).toBe(1);
    expect(other.received[0].headers).toMatchObject(headers);
    await engine.configure(QUIET_ENGINE);
    await send(`${session.url}/v1/traces`, { resourceSpans: resourceSpans(span('b')) });
    expect((await engine.status()).forward).toBeUndefined();
    expect([one.received.length, other.received.length]).toEqual([0, 1]);
  });

  it('nothing where the endpoint is none, and says what is wrong with it', async () => {
    const { engine } = startTestEngine({ forward: forwardTo('ftp://host') });
    expect((await engine.status()).problems).toEqual([
      expect.stringContaining('Nothing is forwarded. "spanline.forward.endpoint"'),
    ]);
  });
});

describe('forwarding is tried out', () => {
  it('by an empty request with the credentials', async () => {
    const { url, received } = await httpUpstream([401], OK);
    const { engine } = startTestEngine({ forward: { ...forwardTo(url)!, headers: { authorization: 'abc' } } });
    expect(await engine.testForwarding()).toMatchObject({
      ok: false,
      message: expect.stringContaining('answered 401'),
    });
    expect(await engine.testForwarding()).toEqual({ ok: true, message: `${url} takes what Spanline forwards.` });
    expect(received.map(({ body, headers }) => [body.length, headers.authorization])).toEqual([
      [0, 'abc'],
      [0, 'abc'],
    ]);
  });

  it('where there is an endpoint', async () => {
    const { engine } = startTestEngine();
    expect(await engine.testForwarding()).toMatchObject({ ok: false, message: expect.stringContaining('is empty') });
  });
});

describe('who may send', () => {
  it('is a setting that every open port takes over at once', async () => {
    const port = await freePort();
    const { engine } = startTestEngine();
    await engine.start([port]);
    const session = await engine.openSession(runInfo('run-1'));
    const ports = [port, Number(new URL(session.url).port)];
    const ask = () => Promise.all(ports.map((each) => statusFor(each, 'dev.example')));
    expect(await ask()).toEqual([403, 403]);
    await engine.configure({ ...QUIET_ENGINE, sharedPorts: [port], allowedHosts: ['dev.example'] });
    expect(await ask()).toEqual([200, 200]);
    await engine.configure({ ...QUIET_ENGINE, sharedPorts: [port] });
    expect(await ask()).toEqual([403, 403]);
  });
});

function statusFor(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json' };
    const request = http.request(
      { host: '127.0.0.1', port, method: 'POST', path: '/v1/traces', headers },
      (response) => {
        response.resume();
        resolve(response.statusCode!);
      },
    );
    request.on('error', reject);
    request.end('{}');
  });
}

describe('the engine tells of what it could not take', () => {
  it('from whom, how often and why, the newest first', async () => {
    const port = await freePort();
    const { engine } = startTestEngine();
    await engine.start([port]);
    const session = await engine.openSession(runInfo('run-1'));
    const refused = async () => (await engine.status()).refused!.map(({ request, times }) => `${request} ${times}`);
    await fetch(`http://127.0.0.1:${port}/favicon.ico`);
    expect(await refused()).toEqual([]);
    for (let i = 0; i < 2; i++) await send(`http://127.0.0.1:${port}/v1/trace`, {});
    await send(`${session.url}/v1/traces/v1/traces`, {});
    expect(await refused()).toEqual(['POST /v1/traces/v1/traces 1', 'POST /v1/trace 2']);
    const tls = connect(port, '127.0.0.1', () => tls.write(Buffer.from([0x16, 3, 1])));
    tls.on('error', () => {});
    await expect.poll(refused).toContain('TLS handshake 1');
    expect((await engine.status()).refused![0].message).toContain('OTEL_EXPORTER_OTLP_INSECURE=true');
  });
});
