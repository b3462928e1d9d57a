import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SendResult } from '../../../src/forward/sendResult';
import { refusal, statusBytes } from '../../../src/otlp/rpcStatus';
import { responseBytes } from '../../../src/otlp/exportResult';
import { temporaryFolder } from '../engine/testEngine';
import { startReceiver } from '../otlp/testReceiver';
import {
  grpcUpstream,
  httpUpstream,
  LOGS,
  OK,
  traceRequest,
  TRACES,
  transportTo,
  upstreamOf,
  type GrpcAnswer,
  type HttpAnswer,
} from './upstreams';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };

describe('an endpoint', () => {
  it.each([
    ['http://host:4318', 'http://host:4318', '/v1/traces'],
    ['http://host:4318/', 'http://host:4318', '/v1/traces'],
    ['https://otlp.example/base', 'https://otlp.example/base', '/base/v1/traces'],
    ['https://otlp.example/base/v1/traces', 'https://otlp.example/base', '/base/v1/traces'],
    ['http://host:4318/v1/logs/', 'http://host:4318', '/v1/traces'],
    ['localhost:4318', 'http://localhost:4318', '/v1/traces'],
    ['http://host/otlp?key=1', 'http://host/otlp', '/otlp/v1/traces?key=1'],
  ])('%s is understood as a base URL', (endpoint, shown, path) => {
    const upstream = upstreamOf(endpoint);
    expect([upstream.shown, upstream.path(TRACES)]).toEqual([shown, path]);
  });

  it('for gRPC has no path of its own', () => {
    const upstream = upstreamOf('http://host:4317/v1/traces', 'grpc');
    expect(upstream.path(LOGS)).toBe('/opentelemetry.proto.collector.logs.v1.LogsService/Export');
    expect(upstream.shown).toBe('http://host:4317');
  });

  it.each([
    ['ftp://host', 'http:// or https://'],
    ['http://', 'no URL'],
    ['http://me:secret@host', 'Set Headers for Forwarding'],
  ])('%s is refused with the remedy and without repeating a password', (endpoint, remedy) => {
    expect(() => upstreamOf(endpoint)).toThrow(remedy);
    expect(() => upstreamOf(endpoint)).not.toThrow(/me:secret/);
  });
});

describe('over HTTP', () => {
  const send = async (answer: HttpAnswer | 'hang' | 'cut', options = {}) => {
    const { url, received } = await httpUpstream(answer);
    const result = await transportTo(url, 'http/protobuf', options).send(TRACES, traceRequest());
    return { result, received, url };
  };

  it('a request is sent as an exporter sends it, with the headers of the user and our own mark', async () => {
    const request = traceRequest();
    const { url, received } = await httpUpstream(OK);
    const headers = { authorization: 'Bearer abc' };
    const result = await transportTo(url, 'http/protobuf', { headers, gzip: true }).send(TRACES, request);
    expect(result).toEqual({ kind: 'sent', rejected: 0 });
    expect(received[0].path).toBe('/v1/traces');
    expect(received[0].headers).toMatchObject({
      ...PROTOBUF,
      authorization: 'Bearer abc',
      'content-encoding': 'gzip',
      'x-spanline-forwarded': 'engine-1',
    });
    expect(received[0].body).toEqual(Buffer.from(request));
  });

  it('what our own receiver takes is taken', async () => {
    const { port, taken } = await startReceiver();
    const request = traceRequest();
    expect(
      await transportTo(`http://127.0.0.1:${port}`, 'http/protobuf', { gzip: true }).send(TRACES, request),
    ).toEqual({
      kind: 'sent',
      rejected: 0,
    });
    expect(Buffer.from(taken[0].request)).toEqual(Buffer.from(request));
  });

  it.each<[string, HttpAnswer]>([
    ['protobuf', [200, PROTOBUF, responseBytes({ rejected: 3, message: 'too old' })]],
    [
      'JSON',
      [
        200,
        { 'content-type': 'application/json' },
        '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}',
      ],
    ],
  ])('partial success in %s is understood', async (_, answer) => {
    expect((await send(answer)).result).toEqual({ kind: 'sent', rejected: 3, message: 'too old' });
  });

  it.each([429, 502, 503, 504])('%d is tried again', async (status) => {
    expect((await send([status])).result.kind).toBe('retry');
  });

  it('Retry-After is heeded, as seconds and as a date, up to five minutes', async () => {
    const retryAfter = async (value: string) => {
      const { result } = await send([503, { 'retry-after': value }]);
      return result.kind === 'retry' ? result.afterMs : undefined;
    };
    expect(await retryAfter('2')).toBe(2_000);
    const wait = await retryAfter(new Date(Date.now() + 10_000).toUTCString());
    expect(wait).toBeGreaterThan(8_000);
    expect(wait).toBeLessThanOrEqual(10_000);
    expect(await retryAfter('86400')).toBe(300_000);
    expect(await retryAfter('soon')).toBeUndefined();
  });

  it.each<[number, string]>([
    [400, 'dropped'],
    [401, 'Set Headers for Forwarding'],
    [403, 'Set Headers for Forwarding'],
    [404, '/v1/traces'],
    [405, 'base URL'],
    [415, '"grpc"'],
    [500, 'dropped'],
  ])('%d is final, and told with what the upstream says and a remedy', async (status, remedy) => {
    const { result, url } = await send([status, PROTOBUF, statusBytes({ code: 3, message: 'no such tenant' })]);
    expect(result).toMatchObject({ kind: 'refused', fault: expect.stringContaining(remedy) });
    expect((result as { fault: string }).fault).toContain(`${url.slice(7)} answered ${status}: no such tenant`);
  });

  it('a redirection is told with where it leads', async () => {
    const { result } = await send([308, { location: 'https://other.example/' }]);
    expect(result).toMatchObject({ kind: 'refused', fault: expect.stringContaining('https://other.example/') });
  });

  it('413 asks for smaller requests', async () => {
    expect((await send([413, {}, 'too big'])).result.kind).toBe('tooLarge');
  });

  it('another Spanline is recognised by its answer', async () => {
    const { message } = refusal.loop('This is a Spanline (pid 7).');
    const { result } = await send([508, PROTOBUF, statusBytes({ code: 9, message })]);
    expect(result).toEqual({ kind: 'loop', fault: message });
  });

  it('an endless answer is read in part only', async () => {
    expect((await send([400, { 'content-type': 'text/plain' }, 'x'.repeat(10_000_000)])).result).toMatchObject({
      kind: 'refused',
      fault: expect.stringMatching(/^.{300,500}$/),
    });
  });

  it('an upstream that hangs, or breaks off, is tried again', async () => {
    expect((await send('hang', { timeoutMs: 50 })).result).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining('did not answer within'),
    });
    expect((await send('cut')).result).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining('broke the connection off'),
    });
  });

  it('a port on which nobody listens is told as that', async () => {
    const { port, receiver } = await startReceiver();
    receiver.close();
    const result = await transportTo(`http://localhost:${port}`).send(TRACES, traceRequest());
    expect(result).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining(`Nothing listens on localhost:${port}`),
    });
  });

  it('a gRPC port is told as that', async () => {
    const { url } = await grpcUpstream({ 'grpc-status': '0' });
    expect(await transportTo(url).send(TRACES, traceRequest())).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining('set "spanline.forward.protocol" to "grpc"'),
    });
  });

  it('a port without TLS is told as that', async () => {
    const { url } = await httpUpstream(OK);
    expect(await transportTo(url.replace('http:', 'https:')).send(TRACES, traceRequest())).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining('does not speak TLS. Write http://'),
    });
  });
});

describe('over gRPC', () => {
  const send = async (answer: GrpcAnswer, options = {}) => {
    const { url, received } = await grpcUpstream(answer);
    return { result: await transportTo(url, 'grpc', options).send(TRACES, traceRequest()), received };
  };

  it('what our own receiver takes is taken, compressed and not, call after call', async () => {
    const { port, taken } = await startReceiver();
    for (const gzip of [true, false]) {
      const transport = transportTo(`http://127.0.0.1:${port}`, 'grpc', { gzip });
      for (let i = 0; i < 3; i++)
        expect(await transport.send(LOGS, new Uint8Array(0))).toEqual({ kind: 'sent', rejected: 0 });
      expect(await transport.send(TRACES, traceRequest())).toEqual({ kind: 'sent', rejected: 0 });
    }
    expect(taken.map(({ signal }) => signal)).toEqual([
      'logs',
      'logs',
      'logs',
      'traces',
      'logs',
      'logs',
      'logs',
      'traces',
    ]);
  });

  it('calls carry the headers of the user and our own mark', async () => {
    const { received } = await send({ 'grpc-status': '0' }, { headers: { 'x-tenant': 'dev' } });
    expect(received[0].headers).toMatchObject({
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-tenant': 'dev',
      'x-spanline-forwarded': 'engine-1',
      'grpc-timeout': '2000m',
    });
  });

  it('partial success is understood', async () => {
    const { port } = await startReceiver({ sink: () => ({ rejected: 2, message: 'no ids' }) });
    const result = await transportTo(`http://127.0.0.1:${port}`, 'grpc').send(TRACES, traceRequest());
    expect(result).toEqual({ kind: 'sent', rejected: 2, message: 'no ids' });
  });

  it.each(['1', '4', '10', '11', '14', '15'])('status %s is tried again', async (status) => {
    expect((await send({ 'grpc-status': status })).result.kind).toBe('retry');
  });

  it('RESOURCE_EXHAUSTED is tried again where it comes with a time, after which', async () => {
    const details = Buffer.from(statusBytes({ code: 8, message: 'slow down', retryAfterSeconds: 3 })).toString(
      'base64',
    );
    const { result } = await send({
      'grpc-status': '8',
      'grpc-message': 'slow%20down',
      'grpc-status-details-bin': details,
    });
    expect(result).toMatchObject({
      kind: 'retry',
      afterMs: 3_000,
      fault: expect.stringContaining('RESOURCE_EXHAUSTED: slow down'),
    });
    expect((await send({ 'grpc-status': '8', 'grpc-message': 'larger than max' })).result.kind).toBe('tooLarge');
  });

  it.each<[string, string]>([
    ['3', 'dropped'],
    ['7', 'Set Headers for Forwarding'],
    ['16', 'Set Headers for Forwarding'],
    ['12', '"http/protobuf"'],
    ['2', 'dropped'],
  ])('status %s is final and told with a remedy', async (status, remedy) => {
    const { result } = await send({ 'grpc-status': status, 'grpc-message': 'why' });
    expect(result).toMatchObject({ kind: 'refused', fault: expect.stringContaining(remedy) });
  });

  it.each<[string, SendResult['kind']]>([
    ['503', 'retry'],
    ['429', 'retry'],
    ['401', 'refused'],
    ['404', 'refused'],
  ])('a proxy’s HTTP status %s counts as gRPC says', async (status, kind) => {
    expect((await send({ ':status': status })).result.kind).toBe(kind);
  });

  it('another Spanline is recognised by its answer', async () => {
    const { port } = await startReceiver({ sink: () => refusal.loop('This is a Spanline (pid 7).') });
    const result = await transportTo(`http://127.0.0.1:${port}`, 'grpc').send(TRACES, traceRequest());
    expect(result).toEqual({ kind: 'loop', fault: 'This is a Spanline (pid 7).' });
  });

  it('an upstream that hangs is tried again, on a new connection', async () => {
    const { url } = await grpcUpstream('hang', { 'grpc-status': '0' });
    const transport = transportTo(url, 'grpc', { timeoutMs: 50 });
    expect(await transport.send(TRACES, traceRequest())).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining('did not answer'),
    });
    expect((await transport.send(TRACES, traceRequest())).kind).toBe('sent');
  });

  it('a port for HTTP is told as that', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    expect(await transportTo(`http://127.0.0.1:${port}`, 'grpc').send(TRACES, traceRequest())).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining('set "spanline.forward.protocol" to "http/protobuf"'),
    });
  });

  it('a port on which nobody listens is told as that', async () => {
    const { port, receiver } = await startReceiver();
    receiver.close();
    expect(await transportTo(`http://127.0.0.1:${port}`, 'grpc').send(TRACES, traceRequest())).toMatchObject({
      kind: 'retry',
      fault: expect.stringContaining('Nothing listens on'),
    });
  });
});

describe('over TLS', () => {
  it.each(['http/protobuf', 'grpc'] as const)(
    'a certificate of one’s own is told with the remedy, over %s',
    async (protocol) => {
      const folder = temporaryFolder();
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1', ...subject],
        { stdio: 'ignore' },
      );
      const server = http2.createSecureServer({ key: readFileSync(key), cert: readFileSync(cert), allowHTTP1: true });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as net.AddressInfo;
      expect(await transportTo(`https://localhost:${port}`, protocol).send(TRACES, traceRequest())).toMatchObject({
        kind: 'retry',
        fault: expect.stringMatching(/certificate that this machine does not trust.*NODE_EXTRA_CA_CERTS/),
      });
    },
  );
});
