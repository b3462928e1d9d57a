import * as http2 from 'node:http2';
import * as net from 'node:net';
import * as zlib from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FLAG, FRAME, frame, GRPC_HEADERS, grpcFrames, headerBlock, PREFACE } from '../../support/http2Frames';
import { call, grpcMessage, post, raw } from './clients';
import { JSON_TYPE, ONE_SPAN, ONE_SPAN_JSON, PROTOBUF, startReceiver, type TestReceiver } from './testReceiver';

const EXPORT = GRPC_HEADERS[':path'];
const SETTINGS = frame(FRAME.settings, 0, 0);

async function expectAlive({ port, taken, receiver }: TestReceiver): Promise<void> {
  const before = taken.length;
  expect((await post(port, { headers: PROTOBUF, body: ONE_SPAN })).status).toBe(200);
  expect((await call(port, EXPORT, grpcMessage(ONE_SPAN))).trailers['grpc-status']).toBe('0');
  expect(taken.length).toBe(before + 2);
  await expect.poll(() => receiver.bytesHeld).toBe(0);
}

/**
 * Sends the same bytes again and again and reads nothing, until the other side closes, takes no more, or `times` are sent. How
 * often they were sent.
 */
function flood(port: number, start: Uint8Array, bytes: Uint8Array, times: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let sent = 0;
    let timer: NodeJS.Timeout;
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(sent);
    };
    const more = () => {
      clearTimeout(timer);
      timer = setTimeout(finish, 500);
      let room = true;
      while (room && sent < times && !socket.destroyed) {
        room = socket.write(bytes);
        sent++;
      }
    };
    socket.pause();
    socket.on('error', () => {});
    socket.on('close', finish);
    socket.on('drain', more);
    socket.write(start);
    more();
  });
}

/** A raw HTTP/2 connection, and how long it lasts. */
function connection(port: number, bytes: Uint8Array): { socket: net.Socket; closed: Promise<true> } {
  const socket = net.connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.resume();
  socket.write(bytes);
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(true))) };
}

const later = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(resolve, ms, value));

describe('floods over HTTP/2', () => {
  it('of headers that never end (CONTINUATION) are cut off before they fill the memory', async () => {
    const receiver = await startReceiver();
    const head = Buffer.concat([PREFACE, SETTINGS, frame(FRAME.headers, 0, 1, headerBlock(GRPC_HEADERS))]);
    const filler = headerBlock(Object.fromEntries([...Array(100)].map((_, i) => [`x-${i}`, 'v'.repeat(100)])));
    const sent = await flood(receiver.port, head, frame(FRAME.continuation, 0, 1, filler), 20_000);
    expect(sent).toBeLessThan(2_000); // of 20,000 with 11 kB each; what the sockets themselves hold is among them
    await expectAlive(receiver);
  });

  it('of streams that are opened and reset at once are lived through (CVE-2023-44487)', async () => {
    const receiver = await startReceiver();
    const streams = [...Array(20_000).keys()].map((i) => {
      const id = 2 * i + 1;
      const headers = frame(FRAME.headers, FLAG.endHeaders, id, headerBlock(GRPC_HEADERS));
      return Buffer.concat([headers, frame(FRAME.reset, 0, id, Buffer.from([0, 0, 0, 8]))]);
    });
    const { socket } = connection(receiver.port, Buffer.concat([PREFACE, SETTINGS, ...streams]));
    await Promise.race([new Promise((resolve) => socket.on('drain', resolve)), later(3_000, undefined)]);
    expect(receiver.taken).toEqual([]);
    await expectAlive(receiver);
  });

  it('of streams that are reset in the middle of their messages leave nothing behind', async () => {
    const receiver = await startReceiver({ limits: { maxRequestBytes: 20_000 } });
    const part = Buffer.alloc(5_000);
    const streams = [...Array(200).keys()].map((i) => {
      const [, , headers] = grpcFrames(part, 2 * i + 1);
      const data = frame(FRAME.data, 0, 2 * i + 1, part);
      return Buffer.concat([headers, data, frame(FRAME.reset, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8]))]);
    });
    connection(receiver.port, Buffer.concat([PREFACE, SETTINGS, ...streams]));
    await later(300, undefined);
    await expectAlive(receiver);
  });

  it.each([
    ['settings', SETTINGS],
    ['pings', frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
    ['empty data', frame(FRAME.data, 0, 1)],
    ['priorities', frame(FRAME.priority, 0, 1, Buffer.from([0, 0, 0, 3, 16]))],
    ['windows', frame(FRAME.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))],
    ['frames of no known type', frame(200, 0, 0, Buffer.alloc(8))],
  ])('of %s are lived through', async (_, each) => {
    const receiver = await startReceiver();
    const [preface, settings, headers] = grpcFrames(Buffer.alloc(0));
    const hundred = Buffer.concat([...Array(100)].map(() => each));
    await flood(receiver.port, Buffer.concat([preface, settings, headers]), hundred, 1_000);
    await expectAlive(receiver);
  });

  it('of a thousand calls at once on one connection are all answered', async () => {
    const receiver = await startReceiver();
    const session = http2.connect(`http://127.0.0.1:${receiver.port}`);
    onTestFinished(() => session.destroy());
    const headers = { ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc', te: 'trailers' };
    const statuses = await Promise.all(
      [...Array(1_000)].map(async () => {
        const stream = session.request(headers);
        let status: unknown;
        stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
        stream.resume().end(grpcMessage(ONE_SPAN));
        await new Promise((resolve) => stream.on('close', resolve));
        return status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set(['0']));
    expect(receiver.taken).toHaveLength(1_000);
  });
});

describe('HTTP/2 connections', () => {
  it.each([
    ['a frame larger than agreed', Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])],
    ['data of no stream', frame(FRAME.data, 0, 1, Buffer.alloc(10))],
    ['a continuation of nothing', frame(FRAME.continuation, FLAG.endHeaders, 1, headerBlock(GRPC_HEADERS))],
    ['settings of the wrong length', frame(FRAME.settings, 0, 0, Buffer.alloc(5))],
    ['a push from the client', frame(FRAME.pushPromise, FLAG.endHeaders, 1, Buffer.alloc(8))],
  ])('whose peer broke the protocol by %s end, although Node keeps them', async (_, bytes) => {
    const receiver = await startReceiver({ timeouts: { http2Silence: 100 } });
    const { closed } = connection(receiver.port, Buffer.concat([PREFACE, SETTINGS, bytes]));
    expect(await Promise.race([closed, later(3_000, false)])).toBe(true);
    await expect.poll(() => receiver.receiver.connections).toBe(0);
    await expectAlive(receiver);
  });

  it('end when the peer has gone', async () => {
    const receiver = await startReceiver();
    const { socket, closed } = connection(receiver.port, Buffer.concat([PREFACE, SETTINGS]));
    socket.end();
    expect(await Promise.race([closed, later(3_000, false)])).toBe(true);
  });

  it('stay although nobody answers pings: a program may stand at a breakpoint', async () => {
    const receiver = await startReceiver({ timeouts: { http2Silence: 50 } });
    const { socket, closed } = connection(receiver.port, Buffer.concat([PREFACE, SETTINGS]));
    expect(await Promise.race([closed, later(1_200, false)])).toBe(false);
    const [, , ...frames] = grpcFrames(grpcMessage(ONE_SPAN));
    socket.write(Buffer.concat(frames));
    await expect.poll(() => receiver.taken.length).toBe(1);
  });
});

describe('more than can be taken', () => {
  it('is refused with the request to try again, held within its bounds, and nothing that was acknowledged is lost', async () => {
    const maxRequestBytes = 200_000;
    let [pending, mostHeld] = [0, 0];
    const kept: string[] = [];
    const receiver = await startReceiver({
      limits: { maxRequestBytes },
      // A disk that needs its time.
      sink: async (_, request) => {
        pending++;
        mostHeld = Math.max(mostHeld, receiver.receiver.bytesHeld);
        const id = Buffer.from(request.subarray(0, 8)).toString();
        await later(5, undefined);
        kept.push(id);
        pending--;
        return { rejected: 0 };
      },
    });
    const acknowledged: string[] = [];
    let refused = 0;
    const sender = async (lane: number) => {
      for (let n = 0; n < 6; n++) {
        const id = `${lane}-${n}`.padEnd(8);
        const body = Buffer.concat([Buffer.from(id), Buffer.alloc(150_000)]);
        for (;;) {
          const { status, headers } = await post(receiver.port, { headers: PROTOBUF, body });
          if (status === 200) {
            acknowledged.push(id);
            break;
          }
          expect([status, headers['retry-after']]).toEqual([503, '1']);
          refused++;
          await later(10, undefined); // sooner than asked for
        }
      }
    };
    await Promise.all([...Array(40).keys()].map(sender));
    expect(acknowledged).toHaveLength(240);
    expect([...kept].sort()).toEqual([...acknowledged].sort());
    expect(refused).toBeGreaterThan(0);
    expect(mostHeld).toBeLessThanOrEqual(4 * maxRequestBytes);
    expect([pending, receiver.receiver.bytesHeld]).toEqual([0, 0]);
  });
});

describe('requests that are not what they say', () => {
  it('a body longer than its Content-Length is no second request', async () => {
    const receiver = await startReceiver();
    const head = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const { text, closed } = await raw(receiver.port, [`${head}Content-Length: 2\r\n\r\n{}{"resourceSpans":[]}`]);
    expect(text.match(/HTTP\/1\.1 \d+/g)?.at(-1)).toBe('HTTP/1.1 400');
    expect(closed).toBe(true);
    expect(receiver.taken.length).toBeLessThanOrEqual(1);
    await expectAlive(receiver);
  });

  it('a body shorter than its Content-Length is never taken', async () => {
    const receiver = await startReceiver();
    const head = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    await raw(receiver.port, [`${head}Content-Length: 99\r\n\r\n{"resourceSpans":[]}`], 200);
    expect(receiver.taken).toEqual([]);
    await expectAlive(receiver);
  });

  it('gzip within gzip is unpacked once', async () => {
    const bomb = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(100_000_000)));
    const receiver = await startReceiver();
    const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
    expect((await post(receiver.port, { headers, body: bomb })).status).toBe(200);
    expect(receiver.taken[0].request.length).toBeLessThan(200_000);
  });

  it.each(['websocket', 'h2c', 'TLS/1.2'])('an upgrade to %s by a web page is not made', async (protocol) => {
    const receiver = await startReceiver();
    const { text } = await raw(receiver.port, [
      'GET /v1/traces HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\n' +
        `Upgrade: ${protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
    await expectAlive(receiver);
  });

  it('JSON of a web page’s simple request is refused without being read', async () => {
    const receiver = await startReceiver();
    const headers = { 'content-type': 'text/plain', origin: 'https://evil.example' };
    expect((await post(receiver.port, { headers, body: ONE_SPAN_JSON })).status).toBe(415);
    expect((await post(receiver.port, { headers: JSON_TYPE, body: ONE_SPAN_JSON })).status).toBe(200);
    expect(receiver.taken).toHaveLength(1);
  });
});
