import { FRAME, frame, GRPC_HEADERS, headerBlock, grpcFrames } from '../../support/http2Frames';
import type { Random } from '../lib/random';
import type { FuzzCase } from './cases';
import { mutateBytes } from './mutateBytes';

const ROUTES = { zipkin: '/api/v2/spans', preload: '/spanline/v1/spans' } as const;

export function routeOf({ kind, signal }: FuzzCase): { readonly path: string; readonly type: string } {
  const path = kind === 'zipkin' || kind === 'preload' ? ROUTES[kind] : `/v1/${signal}`;
  return { path, type: kind === 'protobuf' ? 'application/x-protobuf' : 'application/json' };
}

/** A whole and truthful request; what is wrong with it is in its body. */
export function httpRequest(fuzzCase: FuzzCase, run: string): Buffer {
  const { path, type } = routeOf(fuzzCase);
  const { sent, encoding } = fuzzCase;
  const head =
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nX-Spanline-Run: ${run}\r\n` +
    (encoding === 'identity' ? '' : `Content-Encoding: ${encoding}\r\n`);
  return Buffer.concat([Buffer.from(`${head}Content-Length: ${sent.length}\r\n\r\n`), sent]);
}

/** gRPC's five bytes before the message, one time in three a lie. */
export function grpcBody({ sent, encoding }: FuzzCase, random: Random): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = encoding === 'identity' ? 0 : 1;
  prefix.writeUInt32BE(sent.length, 1);
  const way = random.below(18);
  if (way === 0) prefix[0] = random.below(256);
  if (way === 1) prefix.writeUInt32BE(Math.max(0, sent.length + random.pick([-1, 1, 5, 1000])), 1);
  if (way === 2) prefix.writeUInt32BE(random.pick([0, 0x7fffffff, 0xffffffff]), 1);
  if (way === 3) return Buffer.concat([prefix, sent, prefix, sent]);
  if (way === 4) return prefix.subarray(0, random.below(5));
  if (way === 5) return Buffer.from(mutateBytes(Buffer.concat([prefix, sent]), random, sent));
  return Buffer.concat([prefix, sent]);
}

const HEAD_LIES: readonly ((head: string, random: Random) => string)[] = [
  (head, random) =>
    head.replace(
      /Content-Length: \d+/,
      `Content-Length: ${random.pick(['0', '1', '-1', '1e3', '99999999999', '+5', '0x10'])}`,
    ),
  (head) => head.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked'),
  (head, random) =>
    head.replace('Host: localhost', `Host: ${random.pick(['', 'evil.example', '127.0.0.1:4318', '[::1', '\u0001'])}`),
  (head, random) =>
    head.replace(
      /Content-Type: [^\r]+/,
      `Content-Type: ${random.pick(['text/plain', '', 'application/json;;', 'application/grpc'])}`,
    ),
  (head, random) =>
    head.replace('\r\n', `\r\nContent-Encoding: ${random.pick(['gzip', 'gzip, gzip', 'zstd', 'nonsense'])}\r\n`),
  (head, random) => head.replace('POST', random.pick(['GET', 'OPTIONS', 'CONNECT', 'PRI', 'post', 'HEAD', 'TRACE'])),
  (head) => head.replace('\r\n', '\r\nExpect: 100-continue\r\n'),
  (head) =>
    head.replace(
      '\r\n',
      '\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n',
    ),
  (head, random) =>
    head.replace('\r\n', `\r\n${`X-${random.hex(4)}: ${random.hex(200)}\r\n`.repeat(random.below(200))}`),
  (head) => head.replaceAll('\r\n', '\n'),
];

/** A connection's first bytes with faults in the transport itself. */
export function brokenTransport(fuzzCase: FuzzCase, random: Random): Buffer {
  return random.chance(0.5) ? brokenHttp1(fuzzCase, random) : brokenHttp2(fuzzCase, random);
}

function brokenHttp1(fuzzCase: FuzzCase, random: Random): Buffer {
  const request = httpRequest(fuzzCase, 'fuzz');
  const end = request.indexOf('\r\n\r\n') + 4;
  const head = random.pick(HEAD_LIES)(request.toString('latin1', 0, end), random);
  const whole = Buffer.concat([Buffer.from(head, 'latin1'), request.subarray(end)]);
  const bytes = random.chance(0.4) ? mutateBytes(whole, random, request) : whole;
  return random.chance(0.2) ? Buffer.concat([bytes, request]) : Buffer.from(bytes);
}

function brokenHttp2(fuzzCase: FuzzCase, random: Random): Buffer {
  const frames = grpcFrames(grpcBody(fuzzCase, random), random.pick([1, 1, 1, 2, 3, 0x7fffffff]));
  for (let left = 1 + random.below(4); left > 0; left--) mutateFrames(frames, random);
  const bytes = Buffer.concat(frames);
  return random.chance(0.3) ? Buffer.from(mutateBytes(bytes, random, frames.at(-1)!)) : bytes;
}

function mutateFrames(frames: Buffer[], random: Random): void {
  const at = 1 + random.below(frames.length);
  switch (random.below(6)) {
    case 0:
      return void frames.splice(at, 1);
    case 1:
      return void frames.splice(at, 0, frames[random.below(frames.length)]);
    case 2:
      return void (frames[at] &&= Buffer.from(mutateBytes(frames[at], random, frames[at])));
    case 3: {
      const copy = frames[at] && Buffer.from(frames[at]);
      if (copy) copy[3 + random.below(6)] ^= 1 << random.below(8);
      return void (frames[at] = copy ?? frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
    }
    default:
      return void frames.splice(at, 0, oddFrame(random));
  }
}

function oddFrame(random: Random): Buffer {
  const stream = random.pick([0, 1, 2, 3, 5, 0x7fffffff, 0xffffffff]);
  const type = random.below(12);
  if (type === FRAME.headers || type === FRAME.continuation)
    return frame(type, random.below(64), stream, headerBlock(random.chance(0.5) ? GRPC_HEADERS : { ':path': '/' }));
  if (type === FRAME.windowUpdate)
    return frame(type, 0, stream, Buffer.from(random.pick(['00000000', '7fffffff', '80000001']), 'hex'));
  if (type === FRAME.settings)
    return frame(
      type,
      random.below(2),
      stream,
      Buffer.from(random.pick(['', '000400000000', '0004ffffffff', '000500000001', '0001']), 'hex'),
    );
  return frame(type, random.below(256), stream, random.bytes(random.pick([0, 4, 5, 8, 9, 100])));
}
