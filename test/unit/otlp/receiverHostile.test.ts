import * as http2 from 'node:http2';
import * as net from 'node:net';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Receiver } from '../../../src/otlp/receiver/receiver';
import { silentLog } from '../../../src/base/log';
import { call, grpcMessage, post, post2, raw } from './clients';
import { JSON_TYPE, ONE_SPAN, ONE_SPAN_JSON, PROTOBUF, startReceiver, type TestReceiver } from './testReceiver';

/** With a connection that is ended for certain; only what is wrong waits so long. */
const PATIENCE_MS = 20_000;
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** The receiver is as good as new: it takes a request in each of its protocols. */
async function expectAlive({ port, taken }: TestReceiver): Promise<void> {
  const before = taken.length;
  expect((await post(port, { headers: PROTOBUF, body: ONE_SPAN })).status).toBe(200);
  expect((await post2(port, { headers: JSON_TYPE, body: ONE_SPAN_JSON })).status).toBe(200);
  expect((await call(port, EXPORT, grpcMessage(ONE_SPAN))).trailers['grpc-status']).toBe('0');
  expect(taken.length).toBe(before + 3);
}

function request(body: string | Uint8Array, headers: Record<string, string | number> = {}): Buffer {
  const lengths = 'Transfer-Encoding' in headers ? {} : { 'Content-Length': body.length };
  const all = { Host: 'localhost', 'Content-Type': 'application/json', ...lengths, ...headers };
  const lines = Object.entries(all);
  const head = `POST /v1/traces HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

describe('one port', () => {
  it('listens on both of localhost’s addresses', async () => {
    const { receiver, port, taken } = await startReceiver();
    expect(await receiver.listen('::1', port)).toBe(port);
    const socket = net.connect(port, '::1');
    socket.write(request('{}'));
    const [answer] = await new Promise<Buffer[]>((resolve) => socket.on('data', (chunk) => resolve([chunk])));
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
    expect(taken).toHaveLength(1);
  });

  it('fails to listen where somebody else does, with the error that says so', async () => {
    const { port } = await startReceiver();
    const second = new Receiver({ limits: { maxRequestBytes: 1 }, sink: () => ({ rejected: 0 }), log: silentLog });
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('tells the protocols apart when they come byte by byte', async () => {
    const { port } = await startReceiver();
    const bytes = [...request('{}').toString()];
    expect((await raw(port, bytes)).text).toMatch(/^HTTP\/1\.1 200/);
    const preface = await raw(port, [...PREFACE, '\0\0\0\x04\0\0\0\0\0']);
    expect(preface.text.charCodeAt(3)).toBe(4); // a SETTINGS frame is the answer
  });

  it.each(['PRINT /v1/traces HTTP/1.1\r\n\r\n', 'PUT /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\n'])(
    'does not take %j for HTTP/2',
    async (text) => {
      const { port } = await startReceiver();
      expect((await raw(port, [text])).text).toMatch(/^HTTP\/1\.1 4/);
    },
  );

  it('tells a program that speaks TLS what to change, and closes', async () => {
    const { port, logged } = await startReceiver();
    const { closed } = await raw(port, [Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])], PATIENCE_MS);
    expect(closed).toBe(true);
    expect(logged).toEqual([
      { level: 'warn', message: expect.stringMatching(/speaks TLS to port \d+.*Give it an http:\/\/ endpoint/) },
    ]);
  });

  it('closes all connections when it is closed', async () => {
    const { port, receiver } = await startReceiver();
    const idle = raw(port, [], PATIENCE_MS);
    const http1 = raw(port, [request('{}')], PATIENCE_MS);
    const session = http2.connect(`http://127.0.0.1:${port}`);
    session.on('error', () => {});
    await new Promise((resolve) => session.on('connect', resolve));
    const ended = new Promise((resolve) => session.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    receiver.close();
    expect([(await idle).closed, (await http1).closed]).toEqual([true, true]);
    await ended;
    expect((await raw(port, [request('{}')])).text).toBe('');
  });
});

describe('hostile senders', () => {
  it('lives through a request that is cut off at any byte', async () => {
    const receiver = await startReceiver();
    const whole = request('{"resourceSpans":[]}');
    const cuts = [...Array(whole.length).keys()];
    const answers = await Promise.all(cuts.map((length) => cutOff(receiver.port, whole.subarray(0, length))));
    expect(answers.filter((text) => text.includes(' 200 '))).toEqual([]);
    expect(receiver.taken).toEqual([]);
    await expectAlive(receiver);
  });

  it('lives through a gRPC call that is cut off at any byte', async () => {
    const receiver = await startReceiver();
    const message = grpcMessage(ONE_SPAN);
    for (let length = 0; length < message.length; length++) {
      const { trailers } = await call(receiver.port, EXPORT, message.subarray(0, length));
      expect(trailers['grpc-status']).not.toBe('0');
    }
    await expectAlive(receiver);
  });

  it.each(['gzip', 'deflate', 'br'])('answers 400 to %s that is cut off at any byte', async (encoding) => {
    const receiver = await startReceiver();
    const compress = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync }[encoding]!;
    const whole = compress(ONE_SPAN);
    for (let length = 1; length < whole.length; length++) {
      const headers = { ...PROTOBUF, 'content-encoding': encoding };
      const { status } = await post(receiver.port, { headers, body: whole.subarray(0, length) });
      expect([length, status]).toEqual([length, 400]);
    }
    await expectAlive(receiver);
  });

  it('answers a request with gzip whose size is a lie', async () => {
    const receiver = await startReceiver();
    for (const stated of [0, 1, 0x7fffffff, 0xffffffff]) {
      const body = zlib.gzipSync(ONE_SPAN);
      body.writeUInt32LE(stated, body.length - 4);
      const { status } = await post(receiver.port, { headers: { ...PROTOBUF, 'content-encoding': 'gzip' }, body });
      expect(status).toBe(400);
    }
    await expectAlive(receiver);
  });

  it('takes gzip with further members and with garbage behind it', async () => {
    const { port, taken } = await startReceiver();
    const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
    const two = Buffer.concat([zlib.gzipSync(ONE_SPAN), zlib.gzipSync(ONE_SPAN)]);
    expect((await post(port, { headers, body: two })).status).toBe(200);
    expect(taken[0].request).toHaveLength(2 * ONE_SPAN.length);
    const garbage = Buffer.concat([zlib.gzipSync(ONE_SPAN), Buffer.from('\0\0garbage')]);
    expect((await post(port, { headers, body: garbage })).status).toBe(200);
    expect(taken[1].request).toHaveLength(ONE_SPAN.length);
  });

  it('lives through any bytes on a fresh connection', async () => {
    const receiver = await startReceiver({ timeouts: { headers: 200 } });
    const starts = [
      '',
      'POST ',
      'POST /v1/traces HTTP/1.1\r\n',
      PREFACE,
      '\x16\x03',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), async (start, bytes) => {
        await raw(receiver.port, [Buffer.concat([Buffer.from(start, 'latin1'), bytes])], 10);
      }),
      { numRuns: 150 },
    );
    await expectAlive(receiver);
  });

  it.each([
    ['a Content-Length that is no number', request('{}', { 'Content-Length': 'many' }), 400],
    ['two different Content-Lengths', request('{}', { 'Content-Length': 2, 'content-length': 3 }), 400],
    [
      'Content-Length together with chunks',
      request('0\r\n\r\n', { 'Content-Length': 2, 'Transfer-Encoding': 'chunked' }),
      400,
    ],
    ['a chunk of no size', request('x\r\n{}\r\n', { 'Transfer-Encoding': 'chunked' }), 400],
    ['headers without end', `POST /v1/traces HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`, 431],
    ['no Host', 'POST /v1/traces HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 400],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
  ])('answers %s', async (_, bytes, status) => {
    const receiver = await startReceiver();
    const { text, closed } = await raw(receiver.port, [bytes], PATIENCE_MS);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(closed).toBe(true);
    await expectAlive(receiver);
  });

  it('does not wait for the ten gigabytes that somebody announces', async () => {
    const receiver = await startReceiver();
    const { text, closed } = await raw(receiver.port, [request('{}', { 'Content-Length': 10 ** 10 })], PATIENCE_MS);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(closed).toBe(true);
    await expectAlive(receiver);
  });

  it('hears a sender of too much out, so that the answer is read', async () => {
    const { port } = await startReceiver();
    const answers = await Promise.all(
      [post, post2].map((send) => send(port, { headers: PROTOBUF, body: Buffer.alloc(3_900_000) })),
    );
    expect(answers.map(({ status }) => status)).toEqual([413, 413]);
  });

  it('does not hold more than a few requests’ bytes of senders that never finish', async () => {
    const receiver = await startReceiver({ limits: { maxRequestBytes: 100_000 } });
    const half = request(Buffer.alloc(99_999), { 'Content-Length': 100_000 });
    const sockets = await Promise.all([...Array(4)].map(() => held(receiver.port, half)));
    const { status, headers } = await post(receiver.port, { headers: JSON_TYPE, body: ONE_SPAN_JSON });
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await post(receiver.port, { headers: JSON_TYPE, body: '{}' })).status).toBe(200);
    await expectAlive(receiver);
  });

  it('ends headers that never end', async () => {
    const { port } = await startReceiver({ timeouts: { headers: 150 } });
    const { text, closed } = await raw(port, ['POST /v1/traces HTTP/1.1\r\nHost: loc'], PATIENCE_MS);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(closed).toBe(true);
  });

  it('ends bodies that never end', async () => {
    const { port } = await startReceiver({ timeouts: { headers: 100, request: 200 } });
    const { text, closed } = await raw(port, [request('{', { 'Content-Length': 100 })], PATIENCE_MS);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(closed).toBe(true);
  });

  it('ends calls over HTTP/2 that never end', async () => {
    const { port } = await startReceiver({ timeouts: { headers: 100, request: 100 } });
    const session = http2.connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.write(Buffer.from([0, 0]));
    await new Promise((resolve) => stream.on('close', resolve));
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_CANCEL);
  });

  it('ends connections on which nothing is ever said', async () => {
    const { port } = await startReceiver({ timeouts: { keepAlive: 100 } });
    expect((await raw(port, [], PATIENCE_MS)).closed).toBe(true);
    expect((await raw(port, ['PR'], PATIENCE_MS)).closed).toBe(true);
    expect((await raw(port, [request('{}')], PATIENCE_MS)).closed).toBe(true);
  });

  it('serves others while a thousand connections idle', async () => {
    const receiver = await startReceiver();
    const sockets = await Promise.all([...Array(1_000)].map((_, i) => held(receiver.port, i % 2 ? 'POST ' : '')));
    await expectAlive(receiver);
    for (const socket of sockets) socket.destroy();
    await expectAlive(receiver);
  });

  it('lives through streams that are opened and reset at once', async () => {
    const receiver = await startReceiver();
    const session = http2.connect(`http://127.0.0.1:${receiver.port}`);
    session.on('error', () => {});
    onTestFinished(() => session.destroy());
    for (let i = 0; i < 3_000 && !session.destroyed; i++) {
      const stream = session.request({ ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc' });
      stream.on('error', () => {});
      stream.close(http2.constants.NGHTTP2_CANCEL);
      if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await expectAlive(receiver);
  });

  it('lives through calls whose sender goes away before the answer', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const receiver = await startReceiver({ sink: async () => gate.then(() => ({ rejected: 0 })) });
    const sessions = [...Array(5)].map(() => http2.connect(`http://127.0.0.1:${receiver.port}`));
    for (const session of sessions) {
      session.on('error', () => {});
      for (const type of ['application/grpc', 'application/x-protobuf']) {
        const path = type === 'application/grpc' ? EXPORT : '/v1/traces';
        const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': type });
        stream.on('error', () => {});
        stream.end(type === 'application/grpc' ? grpcMessage(ONE_SPAN) : ONE_SPAN);
      }
    }
    const sockets = await Promise.all([...Array(5)].map(() => held(receiver.port, request('{}'))));
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(receiver.logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect((await post(receiver.port, { headers: JSON_TYPE, body: '{}' })).status).toBe(200);
  });
});

/** Sends the bytes, ends the connection's sending side, and gives what came back. */
function cutOff(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.end(bytes);
  });
}

/** A connection on which the bytes were sent and which stays open. */
function held(port: number, bytes: string | Uint8Array): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1' }, () => {
      socket.write(bytes || Buffer.alloc(0), () => resolve(socket));
    });
    socket.once('error', reject);
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
  });
}
