import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RPC_CODE, refusal } from '../../../src/otlp/rpcStatus';
import { SIGNALS } from '../../../src/otlp/signals';
import { call, grpcMessage, post, type GrpcAnswer } from './clients';
import { oracleDecode, type PlainStatus } from './otlpProto';
import { ONE_SPAN, startReceiver } from './testReceiver';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

async function called(body: Uint8Array, headers = {}, options?: Parameters<typeof startReceiver>[0], path = EXPORT) {
  const receiver = await startReceiver(options);
  return { ...receiver, answer: await call(receiver.port, path, body, headers) };
}

const code = ({ trailers }: GrpcAnswer) => Number(trailers['grpc-status']);
const message = ({ trailers }: GrpcAnswer) => decodeURIComponent(String(trailers['grpc-message']));
const details = ({ trailers }: GrpcAnswer) =>
  oracleDecode<PlainStatus>('RpcStatus', Buffer.from(String(trailers['grpc-status-details-bin']), 'base64'));

describe('OTLP over gRPC', () => {
  it.each(SIGNALS)(
    'takes $id, and answers an empty message with status 0 in the trailers',
    async ({ id, grpcPath }) => {
      const { answer, taken } = await called(grpcMessage(ONE_SPAN), {}, {}, grpcPath);
      expect(answer).toMatchObject({ httpStatus: 200, headers: { 'content-type': 'application/grpc+proto' } });
      expect(answer.body).toEqual(Buffer.alloc(5));
      expect(answer.headers).not.toHaveProperty('grpc-status');
      expect(answer.trailers['grpc-status']).toBe('0');
      expect(taken).toMatchObject([{ signal: id }]);
      expect(Buffer.from(taken[0].request)).toEqual(Buffer.from(ONE_SPAN));
    },
  );

  it.each(['application/grpc', 'application/grpc+proto', 'application/grpc; charset=utf-8'])(
    'takes the content type %s',
    async (type) => {
      expect(code((await called(grpcMessage(ONE_SPAN), { 'content-type': type })).answer)).toBe(0);
    },
  );

  it.each([
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
  ])('takes a message in %s', async (encoding, compress) => {
    const { answer, taken } = await called(grpcMessage(compress(ONE_SPAN), true), { 'grpc-encoding': encoding });
    expect(code(answer)).toBe(0);
    expect(Buffer.from(taken[0].request)).toEqual(Buffer.from(ONE_SPAN));
  });

  it('takes a message that is not compressed although the call may compress', async () => {
    const { answer } = await called(grpcMessage(ONE_SPAN), { 'grpc-encoding': 'gzip' });
    expect(code(answer)).toBe(0);
  });

  it('takes an empty request', async () => {
    expect(code((await called(grpcMessage(new Uint8Array(0)))).answer)).toBe(0);
  });

  it('takes as much as is allowed, through windows of HTTP/2 that fill up several times', async () => {
    const big = Buffer.alloc(40_000_000, 1);
    const { answer, taken } = await called(grpcMessage(big), {}, { limits: { maxRequestBytes: big.length } });
    expect(code(answer)).toBe(0);
    expect(taken[0].request).toHaveLength(big.length);
  });

  it('tells of rejected spans in the message', async () => {
    const { answer } = await called(grpcMessage(ONE_SPAN), {}, { sink: () => ({ rejected: 2, message: 'no ids' }) });
    expect(code(answer)).toBe(0);
    expect(answer.body.readUInt32BE(1)).toBe(answer.body.length - 5);
    expect(oracleDecode('ExportTraceServiceResponse', answer.body.subarray(5)).partialSuccess).toEqual({
      rejectedSpans: '2',
      errorMessage: 'no ids',
    });
  });

  it('answers errors with nothing but headers, their text percent-encoded and their status in detail', async () => {
    const text = 'Größe 100 % – "zu\nviel"';
    const { answer } = await called(grpcMessage(ONE_SPAN), {}, { sink: () => refusal.malformed(text) });
    expect(answer.httpStatus).toBe(200);
    expect(answer.headers['content-type']).toBe('application/grpc+proto');
    expect(answer.trailers['grpc-message']).toMatch(/^[\x20-\x7e]+$/);
    expect([code(answer), message(answer)]).toEqual([RPC_CODE.invalidArgument, text]);
    expect(details(answer)).toMatchObject({ code: 3, message: text, details: [] });
    expect(answer.trailers).not.toHaveProperty('google.rpc.retryinfo-bin');
  });

  it('answers overload with UNAVAILABLE and RetryInfo', async () => {
    const { answer } = await called(grpcMessage(ONE_SPAN), {}, { sink: () => refusal.overload('busy') });
    expect(code(answer)).toBe(RPC_CODE.unavailable);
    const [any] = details(answer).details;
    expect(any.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo');
    const second = { retryDelay: { seconds: '1', nanos: 0 } };
    expect(oracleDecode('RetryInfo', Buffer.from(any.value, 'base64'))).toEqual(second);
    const header = Buffer.from(String(answer.trailers['google.rpc.retryinfo-bin']), 'base64');
    expect(oracleDecode('RetryInfo', header)).toEqual(second);
  });

  it.each([
    ['more bytes than allowed', () => grpcMessage(Buffer.alloc(1_000_001))],
    ['a length beyond what is allowed', () => grpcMessage(Buffer.alloc(10), false, 0xffffffff)],
  ])('answers RESOURCE_EXHAUSTED, without RetryInfo, to %s', async (_, body) => {
    const { answer } = await called(body());
    expect(code(answer)).toBe(RPC_CODE.resourceExhausted);
    expect(message(answer)).toContain('larger than 1000000 bytes');
    expect(details(answer).details).toEqual([]);
    expect(answer.trailers).not.toHaveProperty('google.rpc.retryinfo-bin');
  });

  it('answers RESOURCE_EXHAUSTED to a bomb', async () => {
    const { answer } = await called(grpcMessage(zlib.gzipSync(Buffer.alloc(200_000_000)), true), {
      'grpc-encoding': 'gzip',
    });
    expect(code(answer)).toBe(RPC_CODE.resourceExhausted);
  });

  it.each([
    [
      'a message cut off in its prefix',
      Buffer.from([0, 0, 0]),
      {},
      RPC_CODE.invalidArgument,
      /within its 5-byte prefix/,
    ],
    [
      'a message that is shorter than it says',
      grpcMessage(ONE_SPAN, false, 9_999),
      {},
      RPC_CODE.invalidArgument,
      /says that it has 9999 bytes/,
    ],
    ['a flag that gRPC does not know', Buffer.from([2, 0, 0, 0, 0]), {}, RPC_CODE.invalidArgument, /flag is 2/],
    ['no message', Buffer.alloc(0), {}, RPC_CODE.unimplemented, /no message/],
    [
      'two messages',
      Buffer.concat([grpcMessage(ONE_SPAN), grpcMessage(ONE_SPAN)]),
      {},
      RPC_CODE.unimplemented,
      /more than one/,
    ],
    [
      'an unknown compression',
      grpcMessage(ONE_SPAN, true),
      { 'grpc-encoding': 'snappy' },
      RPC_CODE.unimplemented,
      /"snappy"/,
    ],
    ['compression without a name', grpcMessage(ONE_SPAN, true), {}, RPC_CODE.internal, /names no grpc-encoding/],
    [
      'a message that is not what its compression says',
      grpcMessage(ONE_SPAN, true),
      { 'grpc-encoding': 'gzip' },
      RPC_CODE.invalidArgument,
      /not valid gzip/,
    ],
  ])('refuses %s', async (_, body, headers, expected, text) => {
    const { answer, taken } = await called(body, headers);
    expect([code(answer), message(answer)]).toEqual([expected, expect.stringMatching(text)]);
    expect(taken).toEqual([]);
  });

  it('names what it can decompress when it cannot', async () => {
    const { answer } = await called(grpcMessage(ONE_SPAN, true), { 'grpc-encoding': 'snappy' });
    expect(answer.trailers['grpc-accept-encoding']).toBe('identity,gzip,deflate');
  });

  it.each(['/opentelemetry.proto.collector.trace.v1.TraceService/Import', '/grpc.health.v1.Health/Check', '/'])(
    'answers UNIMPLEMENTED to %s, and names the methods that there are',
    async (path) => {
      const { answer } = await called(grpcMessage(ONE_SPAN), {}, {}, path);
      expect(code(answer)).toBe(RPC_CODE.unimplemented);
      expect(message(answer)).toContain(EXPORT);
    },
  );

  it('answers PERMISSION_DENIED to another host', async () => {
    const { answer } = await called(grpcMessage(ONE_SPAN), { ':authority': 'evil.example:4317' });
    expect(code(answer)).toBe(RPC_CODE.permissionDenied);
  });

  it('answers INTERNAL when the sink fails, and goes on', async () => {
    const sink = () => {
      throw new Error('a fault of ours');
    };
    const { answer, logged } = await called(grpcMessage(ONE_SPAN), {}, { sink });
    expect([code(answer), message(answer)]).toEqual([
      RPC_CODE.internal,
      'Spanline failed to take this in: a fault of ours',
    ]);
    expect(logged).toContainEqual({ level: 'error', message: expect.stringContaining('a fault of ours') });
  });

  it.each(['application/grpc+json', 'application/grpc-web', 'application/grpcx'])(
    'answers 415 to the content type %s',
    async (type) => {
      const { answer } = await called(grpcMessage(ONE_SPAN), { 'content-type': type });
      expect(answer.httpStatus).toBe(415);
    },
  );

  it('tells a gRPC call over HTTP/1.1 how it goes', async () => {
    const { port } = await startReceiver();
    const headers = { 'content-type': 'application/grpc' };
    const answer = await post(port, { path: EXPORT, headers, body: grpcMessage(ONE_SPAN) });
    expect(answer.status).toBe(415);
    expect(answer.body.toString()).toContain(
      'gRPC is application/grpc over HTTP/2; for plain HTTP, POST to /v1/traces',
    );
  });

  it('serves gRPC and HTTP on the same port', async () => {
    const { port, taken } = await called(grpcMessage(ONE_SPAN));
    await post(port, { headers: { 'content-type': 'application/x-protobuf' }, body: ONE_SPAN });
    expect(taken).toHaveLength(2);
  });
});
