import * as http from 'node:http';
import * as zlib from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReceiverOptions } from '../../../src/otlp/receiver/options';
import { refusal } from '../../../src/otlp/rpcStatus';
import { post, post2, raw, type Answer, type Post } from './clients';
import { oracleDecode, type PlainStatus } from './otlpProto';
import { JSON_TYPE, ONE_SPAN, ONE_SPAN_JSON, PROTOBUF, startReceiver } from './testReceiver';

const json = (answer: Answer) => JSON.parse(answer.body.toString());
const status = (answer: Answer) => oracleDecode<PlainStatus>('RpcStatus', answer.body);

const { zstdCompressSync: zstd } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer };

describe.each([
  { version: 'HTTP/1.1', send: post },
  { version: 'HTTP/2 without TLS', send: post2 },
])('OTLP over $version', ({ send }) => {
  const sent = async (request: Post, options?: Parameters<typeof startReceiver>[0]) => {
    const receiver = await startReceiver(options);
    return { ...receiver, answer: await send(receiver.port, request) };
  };

  it('answers protobuf with 200, the same type and no bytes', async () => {
    const { answer, taken } = await sent({ headers: PROTOBUF, body: ONE_SPAN });
    expect(answer).toMatchObject({ status: 200, headers: { ...PROTOBUF, 'content-length': '0' } });
    expect(Buffer.from(taken[0].request)).toEqual(Buffer.from(ONE_SPAN));
  });

  it('answers JSON with 200, the same type and an empty object', async () => {
    const { answer, taken } = await sent({ headers: JSON_TYPE, body: ONE_SPAN_JSON });
    expect(answer).toMatchObject({ status: 200, headers: JSON_TYPE });
    expect(answer.body.toString()).toBe('{}');
    expect(Buffer.from(taken[0].request)).toEqual(Buffer.from(ONE_SPAN));
  });

  it.each([
    ['protobuf', PROTOBUF, ''],
    ['JSON', JSON_TYPE, '{}'],
  ])('takes an empty request in %s', async (_, headers, body) => {
    const { answer, taken } = await sent({ headers, body });
    expect(answer.status).toBe(200);
    expect(taken).toMatchObject([{ signal: 'traces', request: { length: 0 } }]);
  });

  it.each(['traces', 'metrics', 'logs'])('takes %s on their own path', async (signal) => {
    const { answer, taken } = await sent({ path: `/v1/${signal}`, headers: PROTOBUF });
    expect(answer.status).toBe(200);
    expect(taken[0].signal).toBe(signal);
  });

  it.each(['/v1/traces/', '/v1/traces?api-key=1'])('takes traces on %s too', async (path) => {
    expect((await sent({ path, headers: PROTOBUF })).answer.status).toBe(200);
  });

  it.each([
    ['application/json; charset=utf-8', ONE_SPAN_JSON],
    ['Application/JSON', ONE_SPAN_JSON],
    ['APPLICATION/X-PROTOBUF;v=1', ONE_SPAN],
    ['application/protobuf', ONE_SPAN],
  ])('takes the content type %s', async (type, body) => {
    expect((await sent({ headers: { 'content-type': type }, body })).taken).toHaveLength(1);
  });

  it.each([
    ['gzip', zlib.gzipSync],
    ['x-gzip', zlib.gzipSync],
    ['GZIP', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['br', zlib.brotliCompressSync],
    ['identity', (bytes: Uint8Array) => Buffer.from(bytes)],
  ])('takes a body in %s', async (encoding, compress) => {
    const { taken, answer } = await sent({
      headers: { ...PROTOBUF, 'content-encoding': encoding },
      body: compress(ONE_SPAN),
    });
    expect(answer.status).toBe(200);
    expect(Buffer.from(taken[0].request)).toEqual(Buffer.from(ONE_SPAN));
  });

  it.each(['zip', 'gzip, gzip', ...(zstd ? [] : ['zstd'])])(
    'answers 415 to the unknown encoding %s, and names those it knows',
    async (encoding) => {
      const { answer } = await sent({ headers: { ...PROTOBUF, 'content-encoding': encoding }, body: ONE_SPAN });
      expect(answer.status).toBe(415);
      expect(status(answer).message).toContain(`"${encoding}" cannot be read here; send gzip, deflate, br`);
    },
  );

  it.runIf(zstd)('takes a body in zstd where the platform has it', async () => {
    const body = zstd!(ONE_SPAN);
    const { taken } = await sent({ headers: { ...PROTOBUF, 'content-encoding': 'zstd' }, body });
    expect(Buffer.from(taken[0].request)).toEqual(Buffer.from(ONE_SPAN));
  });

  it('tells of rejected spans by a partial success, in protobuf', async () => {
    const { answer } = await sent(
      { headers: PROTOBUF, body: ONE_SPAN },
      { sink: () => ({ rejected: 3, message: 'no ids' }) },
    );
    expect(answer.status).toBe(200);
    expect(oracleDecode('ExportTraceServiceResponse', answer.body)).toEqual({
      partialSuccess: { rejectedSpans: '3', errorMessage: 'no ids' },
    });
  });

  it.each([
    ['traces', 'rejectedSpans'],
    ['metrics', 'rejectedDataPoints'],
    ['logs', 'rejectedLogRecords'],
  ])('tells of rejected %s by %s in JSON', async (signal, member) => {
    const { answer } = await sent(
      { path: `/v1/${signal}`, headers: JSON_TYPE, body: '{}' },
      { sink: () => ({ rejected: 3, message: 'no ids' }) },
    );
    expect(json(answer)).toEqual({ partialSuccess: { [member]: '3', errorMessage: 'no ids' } });
  });

  it('tells a mere warning by a partial success that rejects nothing', async () => {
    const { answer } = await sent({ headers: PROTOBUF }, { sink: () => ({ rejected: 0, message: 'odd' }) });
    expect(oracleDecode('ExportTraceServiceResponse', answer.body)).toEqual({
      partialSuccess: { rejectedSpans: '0', errorMessage: 'odd' },
    });
  });

  it('adds spans that JSON lost to those that the sink rejects', async () => {
    const body = ONE_SPAN_JSON.replace('"traceId":"5', '"traceId":"?');
    const { answer } = await sent({ headers: JSON_TYPE, body }, { sink: () => ({ rejected: 2, message: 'late' }) });
    expect(json(answer).partialSuccess).toEqual({
      rejectedSpans: '3',
      errorMessage: expect.stringMatching(/spans\[0\]\.traceId must be 32 hex digits.*; late$/),
    });
  });

  it('answers 400 with a status in JSON to JSON that cannot be taken', async () => {
    const { answer } = await sent({ headers: JSON_TYPE, body: '{"resourceSpans":7}' });
    expect(answer).toMatchObject({ status: 400, headers: JSON_TYPE });
    expect(json(answer)).toEqual({ code: 3, message: 'resourceSpans must be an array, but is 7' });
  });

  it('answers a refusal of the sink with a status in protobuf', async () => {
    const { answer } = await sent({ headers: PROTOBUF }, { sink: () => refusal.malformed('not OTLP') });
    expect(answer).toMatchObject({ status: 400, headers: PROTOBUF });
    expect(status(answer)).toMatchObject({ code: 3, message: 'not OTLP', details: [] });
  });

  it('answers 400 to a body that is not what its encoding says', async () => {
    const { answer } = await sent({ headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: ONE_SPAN_JSON });
    expect(answer.status).toBe(400);
    expect(json(answer)).toEqual({ code: 3, message: 'The body is not valid gzip: incorrect header check' });
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('answers 405 to %s, and names POST', async (method) => {
    const { answer } = await sent({ method, headers: {} });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST', ...JSON_TYPE } });
    expect(json(answer)).toMatchObject({ code: 12, message: `/v1/traces takes POST, not ${method}` });
  });

  it.each([
    ['/', /POST to \/v1\/traces.*needs the whole path/],
    ['/v1/spans', /^Nothing is taken at \/v1\/spans: POST to \/v1\/traces, \/v1\/metrics or \/v1\/logs$/],
    ['/v1/traces/v1/traces', /is the base URL, leave "\/v1\/…" out of it/],
  ])('answers 404 on %s, and says where to send', async (path, message) => {
    const { answer } = await sent({ path, headers: JSON_TYPE, body: ONE_SPAN_JSON });
    expect(answer.status).toBe(404);
    expect(json(answer)).toEqual({ code: 5, message: expect.stringMatching(message) });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'answers 415 to the content type "%s", which any web page can send',
    async (type) => {
      const { answer, taken } = await sent({ headers: type ? { 'content-type': type } : {}, body: ONE_SPAN_JSON });
      expect(answer.status).toBe(415);
      expect(json(answer)).toMatchObject({ code: 3, message: expect.stringContaining(`"${type}"`) });
      expect(taken).toEqual([]);
    },
  );

  it.each([
    ['as it is', {}, Buffer.alloc(1_000_001)],
    ['after decompression', { 'content-encoding': 'gzip' }, zlib.gzipSync(Buffer.alloc(1_000_001))],
    ['a bomb', { 'content-encoding': 'gzip' }, zlib.gzipSync(Buffer.alloc(100_000_000))],
    ['a brotli bomb', { 'content-encoding': 'br' }, zlib.brotliCompressSync(Buffer.alloc(20_000_000))],
  ])('answers 413 to too many bytes: %s', async (_, headers, body) => {
    const { answer, taken } = await sent({ headers: { ...PROTOBUF, ...headers }, body });
    expect(answer.status).toBe(413);
    expect(status(answer)).toMatchObject({ code: 8, message: expect.stringContaining('larger than 1000000 bytes') });
    expect(taken).toEqual([]);
  });

  it('takes exactly as many bytes as are allowed', async () => {
    const body = zlib.gzipSync(Buffer.alloc(1_000_000));
    const { answer } = await sent({ headers: { ...PROTOBUF, 'content-encoding': 'gzip' }, body });
    expect(answer.status).toBe(200);
  });

  it('counts a changed limit at once', async () => {
    const limits = { maxRequestBytes: 10 };
    const receiver = await startReceiver({ limits });
    expect((await send(receiver.port, { headers: PROTOBUF, body: ONE_SPAN })).status).toBe(413);
    limits.maxRequestBytes = 1_000;
    expect((await send(receiver.port, { headers: PROTOBUF, body: ONE_SPAN })).status).toBe(200);
  });

  it('answers overload with 503, Retry-After and RetryInfo', async () => {
    const { answer } = await sent({ headers: JSON_TYPE, body: '{}' }, { sink: () => refusal.overload('busy') });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(json(answer)).toEqual({
      code: 14,
      message: 'busy',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' }],
    });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('a fault of ours');
      },
    ],
    ['rejects', () => Promise.reject(new Error('a fault of ours'))],
  ])('answers 500 when the sink %s, logs it, and goes on', async (_, sink) => {
    const { answer, port, logged } = await sent({ headers: JSON_TYPE, body: '{}' }, { sink });
    expect(answer.status).toBe(500);
    expect(json(answer)).toEqual({ code: 13, message: 'Spanline failed to take this in: a fault of ours' });
    expect(logged).toContainEqual({ level: 'error', message: expect.stringContaining('a fault of ours') });
    expect((await send(port, { method: 'GET' })).status).toBe(405);
  });

  it.each(['localhost:4318', '127.0.0.1', '[::1]:4318', 'LOCALHOST', 'host.docker.internal:4318'])(
    'lets the host %s in',
    async (host) => {
      const name = send === post ? 'host' : ':authority';
      expect((await sent({ headers: { ...PROTOBUF, [name]: host } })).answer.status).toBe(200);
    },
  );

  const strangers = ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:4318', '0.0.0.0'];
  it.each(strangers)('answers 403 to the host "%s"', async (host) => {
    const name = send === post ? 'host' : ':authority';
    const { answer, taken } = await sent({ headers: { ...JSON_TYPE, [name]: host }, body: '{}' });
    expect(answer.status).toBe(403);
    expect(json(answer)).toMatchObject({ code: 7, message: expect.stringContaining(`"${host}"`) });
    expect(taken).toEqual([]);
  });

  it('lets in hosts that it was told of', async () => {
    const name = send === post ? 'host' : ':authority';
    const options = { limits: { maxRequestBytes: 1_000_000, allowedHosts: ['Dev.Example'] } };
    expect((await sent({ headers: { ...PROTOBUF, [name]: 'dev.example:80' } }, options)).answer.status).toBe(200);
  });

  it('takes another list of hosts and origins at once', async () => {
    const name = send === post ? 'host' : ':authority';
    const limits: ReceiverOptions['limits'] = { maxRequestBytes: 1_000_000 };
    const request = { headers: { ...PROTOBUF, [name]: 'dev.example', origin: 'http://page' } };
    const { answer, port } = await sent(request, { limits });
    expect(answer.status).toBe(403);
    Object.assign(limits, { allowedHosts: ['dev.example'], allowedOrigins: ['http://page/'] });
    expect(await send(port, request)).toMatchObject({ status: 200, headers: { vary: 'Origin' } });
    Object.assign(limits, { allowedHosts: [] });
    expect((await send(port, request)).status).toBe(403);
  });

  it('lets no web page read an answer', async () => {
    const { answer } = await sent({ headers: { ...JSON_TYPE, origin: 'http://localhost:5173' }, body: '{}' });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('lets web pages send that it was told of', async () => {
    const origin = 'http://localhost:5173';
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x',
    };
    const { answer, port } = await sent(
      { method: 'OPTIONS', headers },
      { limits: { maxRequestBytes: 1_000_000, allowedOrigins: [origin] } },
    );
    expect(answer).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': origin, 'access-control-allow-headers': 'content-type,x' },
    });
    expect((await send(port, { headers: { ...JSON_TYPE, origin }, body: '{}' })).headers).toMatchObject({
      'access-control-allow-origin': origin,
      vary: 'Origin',
    });
    expect((await send(port, { method: 'OPTIONS', headers: { origin: 'http://evil.example' } })).status).toBe(405);
  });

  it('takes JSON on a route that was plugged in', async () => {
    const bodies: string[] = [];
    const take = (body: Uint8Array, headers: http.IncomingHttpHeaders) => {
      bodies.push(`${String(headers['x-run'])} ${Buffer.from(body).toString()}`);
      return { rejected: 0 };
    };
    const options = { routes: [{ path: '/mine', take }] };
    const headers = { ...JSON_TYPE, 'x-run': '7', 'content-encoding': 'gzip' };
    const { answer, port } = await sent({ path: '/mine', headers, body: zlib.gzipSync('{"a":1}') }, options);
    expect([answer.status, answer.body.toString()]).toEqual([200, '{}']);
    expect(bodies).toEqual(['7 {"a":1}']);
    expect((await send(port, { path: '/mine', headers: PROTOBUF })).status).toBe(415);
  });
});

describe('OTLP over HTTP/1.1 alone', () => {
  it('takes a chunked body without Content-Length', async () => {
    const { port, taken } = await startReceiver();
    const head =
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunks = [...ONE_SPAN_JSON].map((character) => `1\r\n${character}\r\n`);
    const { text } = await raw(port, [head, chunks.join(''), '0\r\n\r\n']);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(taken).toHaveLength(1);
  });

  it('answers Expect: 100-continue', async () => {
    const { port } = await startReceiver();
    const head = `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`;
    const { text } = await raw(port, [head, '{}']);
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });

  it('answers pipelined requests in their order', async () => {
    const { port, taken } = await startReceiver();
    const of = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
    const { text } = await raw(port, [of('/v1/traces') + of('/nowhere') + of('/v1/logs')]);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
    expect(taken.map(({ signal }) => signal)).toEqual(['traces', 'logs']);
  });

  it('keeps a connection for 65 seconds, and through refusals', async () => {
    const { port } = await startReceiver();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const first = await post(port, { headers: JSON_TYPE, body: '{}', agent });
    expect(first.headers['keep-alive']).toBe('timeout=65');
    await post(port, { headers: JSON_TYPE, body: '{', agent });
    await post(port, { path: '/nowhere', headers: JSON_TYPE, body: '{}', agent });
    await post(port, { headers: PROTOBUF, body: ONE_SPAN, agent });
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  });

  it('lets no empty Host in', async () => {
    const { port } = await startReceiver();
    const { text } = await raw(port, [
      'POST /v1/traces HTTP/1.1\r\nHost: \r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('takes HTTP/1.0 without a Host', async () => {
    const { port } = await startReceiver();
    const { text } = await raw(port, [
      'POST /v1/traces HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('stays with HTTP/1.1 when asked to upgrade to h2c', async () => {
    const { port } = await startReceiver();
    const { text } = await raw(port, [
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
  });
});
