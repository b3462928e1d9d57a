import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SpanId, TraceId } from '../../../src/model/ids';
import { SIGNALS, type Signal } from '../../../src/otlp/signals';
import { call, grpcMessage, post, post2, type Answer } from './clients';
import {
  Conformance,
  JSON_TYPE,
  jsonOf,
  MAX_BYTES,
  NANOS,
  newSpanId as nextSpanId,
  newTraceId as traceId,
  PROTOBUF,
  protobufOf,
  requestOf,
} from './conformanceTable';
import { oracleDecode, type PlainStatus } from './otlpProto';

// What the specification asks of a receiver, one line each, tried for every signal, on a session's port and on both shared ports,
// with the whole engine behind them. The lines are printed as a table at the end.

const tried = new Conformance('OTLP, line by line (traces, metrics, logs; a session’s port and both shared ports)');
const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer };

const status = (answer: Answer) => oracleDecode<PlainStatus>('RpcStatus', answer.body);
const parsed = (answer: Answer) => JSON.parse(answer.body.toString());
const everywhere = (check: (signal: Signal, port: number) => Promise<void>) => tried.everywhere(check);

describe.each([
  ['HTTP/1.1', post],
  ['HTTP/2', post2],
])('OTLP over %s', (_, send) => {
  it('200 for protobuf, in the same type, with no bytes', () =>
    everywhere(async (signal, port) => {
      const body = protobufOf(signal, requestOf(signal));
      const answer = await send(port, { path: signal.httpPath, headers: PROTOBUF, body });
      expect(answer).toMatchObject({ status: 200, headers: PROTOBUF });
      expect(answer.body).toHaveLength(0);
    }));

  it('200 for JSON, in the same type, with {}', () =>
    everywhere(async (signal, port) => {
      const answer = await send(port, { path: signal.httpPath, headers: JSON_TYPE, body: jsonOf(requestOf(signal)) });
      expect(answer).toMatchObject({ status: 200, headers: JSON_TYPE });
      expect(answer.body.toString()).toBe('{}');
    }));

  it('an empty request succeeds', () =>
    everywhere(async (signal, port) => {
      const path = signal.httpPath;
      expect((await send(port, { path, headers: PROTOBUF })).status).toBe(200);
      expect((await send(port, { path, headers: JSON_TYPE, body: '{}' })).body.toString()).toBe('{}');
    }));

  it('the media type’s case and parameters do not matter', () =>
    everywhere(async (signal, port) => {
      const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
      const answer = await send(port, { path: signal.httpPath, headers, body: jsonOf(requestOf(signal)) });
      expect(answer.status).toBe(200);
    }));

  it.each<[string, (bytes: Uint8Array) => Buffer]>([
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ...(zstdCompressSync ? [['zstd', zstdCompressSync] as [string, typeof zstdCompressSync]] : []),
  ])('%s is taken, in both encodings', (encoding, compress) =>
    everywhere(async (signal, port) => {
      const request = requestOf(signal);
      for (const [type, body] of [
        [PROTOBUF, protobufOf(signal, request)] as const,
        [JSON_TYPE, jsonOf(request)] as const,
      ]) {
        const headers = { ...type, 'content-encoding': encoding };
        expect((await send(port, { path: signal.httpPath, headers, body: compress(body) })).status).toBe(200);
      }
    }),
  );

  it('what cannot be kept is counted by a partial success, the rest is kept', () =>
    everywhere(async (signal, port) => {
      const broken = signal.id === 'metrics' ? { gauge: { dataPoints: [{}] } } : { traceId: 'ff' };
      if (signal.id === 'logs') return; // a log record needs no ids: nothing that is valid protobuf makes it worthless
      const body = protobufOf(signal, requestOf(signal, {}, broken));
      const answer = await send(port, { path: signal.httpPath, headers: PROTOBUF, body });
      expect(answer.status).toBe(200);
      const { partialSuccess } = oracleDecode<{ partialSuccess: { rejectedSpans: string; errorMessage: string } }>(
        'ExportTraceServiceResponse',
        answer.body,
      );
      expect(partialSuccess).toEqual({ rejectedSpans: '1', errorMessage: expect.stringContaining('rejected') });
    }));

  it('400 for what cannot be decoded, with a status in the request’s encoding', () =>
    everywhere(async (signal, port) => {
      const path = signal.httpPath;
      const answer = await send(port, { path, headers: PROTOBUF, body: Buffer.from([0x0a, 0x7f, 1]) });
      expect([answer.status, answer.headers['content-type'], status(answer).code]).toEqual([
        400,
        'application/x-protobuf',
        3,
      ]);
      const inJson = await send(port, { path, headers: JSON_TYPE, body: '{' });
      expect([inJson.status, parsed(inJson).code]).toEqual([400, 3]);
    }));

  it('415 for another media type, with a status in JSON', () =>
    everywhere(async (signal, port) => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
        const headers = type ? { 'content-type': type } : {};
        const answer = await send(port, { path: signal.httpPath, headers, body: jsonOf(requestOf(signal)) });
        expect([answer.status, parsed(answer).code]).toEqual([415, 3]);
      }
    }));

  it('415 for a Content-Encoding that cannot be read, with those that can', () =>
    everywhere(async (signal, port) => {
      const headers = { ...PROTOBUF, 'content-encoding': 'snappy' };
      const answer = await send(port, { path: signal.httpPath, headers, body: protobufOf(signal, requestOf(signal)) });
      expect([answer.status, status(answer).message]).toEqual([415, expect.stringMatching(/"snappy".*gzip, deflate/)]);
    }));

  it('400 for a body that is not what its Content-Encoding says', () =>
    everywhere(async (signal, port) => {
      for (const encoding of ['gzip', 'deflate', 'br']) {
        const headers = { ...PROTOBUF, 'content-encoding': encoding };
        const answer = await send(port, { path: signal.httpPath, headers, body: Buffer.from('no such thing') });
        expect([answer.status, status(answer).code]).toEqual([400, 3]);
      }
    }));

  it('profiles, of which nothing is kept, are taken, so that no sender complains with every batch', async () => {
    const body = Buffer.from([0x0a, 0x02, 0x0a, 0x00]);
    for (const port of tried.ports) {
      const answer = await send(port, { path: '/v1development/profiles', headers: PROTOBUF, body });
      expect([answer.status, answer.headers['content-type'], answer.body.length]).toEqual([
        200,
        'application/x-protobuf',
        0,
      ]);
      const inJson = await send(port, { path: '/v1development/profiles', headers: JSON_TYPE, body: '{}' });
      expect([inJson.status, inJson.body.toString()]).toEqual([200, '{}']);
    }
  });

  it('405 for another method, with Allow', () =>
    everywhere(async (signal, port) => {
      const answer = await send(port, { path: signal.httpPath, method: 'GET' });
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    }));

  it('413 for too much, as sent and after decompression', () =>
    everywhere(async (signal, port) => {
      const path = signal.httpPath;
      const body = Buffer.alloc(MAX_BYTES + 1);
      expect(status(await send(port, { path, headers: PROTOBUF, body })).code).toBe(8);
      const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
      expect((await send(port, { path, headers, body: zlib.gzipSync(body) })).status).toBe(413);
    }));

  it('404 elsewhere, with where to send', async () => {
    for (const port of tried.ports)
      for (const path of ['/', '/v1/spans', '/v1/traces/v1/traces']) {
        const answer = await send(port, { path, headers: PROTOBUF });
        expect([answer.status, status(answer).message]).toEqual([404, expect.stringMatching(/POST to|leave "/)]);
      }
  });

  it('JSON: ids of any case, enums by name, unknown members, 64-bit integers as text, number or 1e+21', async () => {
    const id = traceId();
    const spanId = nextSpanId();
    const span = {
      traceId: id.toUpperCase(),
      spanId: spanId.toUpperCase(),
      kind: 'SPAN_KIND_SERVER',
      unheardOf: { of: [1] },
      startTimeUnixNano: NANOS,
      endTimeUnixNano: NANOS,
      attributes: [
        { key: 'a', value: { intValue: 7 } },
        { key: 'b', value: { intValue: '1e+3' } },
        { key: 'c', value: { bytesValue: 'AAH/' } },
        { key: 'd', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'x' }, {}] } } },
        { key: 'e', value: {} },
      ],
    };
    await send(tried.ports[1], {
      headers: JSON_TYPE,
      body: jsonOf({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    const held = await tried.engine.span(id as TraceId, spanId as SpanId);
    expect([held?.kind, held?.startTimeUnixNano]).toEqual(['server', NANOS]);
    expect(held?.attributes.map(({ value }) => value)).toEqual([
      { kind: 'int', value: '7' },
      { kind: 'int', value: '1000' },
      { kind: 'bytes', value: 'AAH/' },
      { kind: 'array', values: [{ kind: 'int', value: '1' }, { kind: 'string', value: 'x' }, { kind: 'empty' }] },
      { kind: 'empty' },
    ]);
  });

  it('JSON: ids in base64 are taken, with a warning that rejects nothing', async () => {
    const id = traceId();
    const body = jsonOf(requestOf(SIGNALS[0], { traceId: Buffer.from(id, 'hex').toString('base64') }));
    const { partialSuccess } = parsed(await send(tried.ports[0], { headers: JSON_TYPE, body }));
    expect(partialSuccess).toEqual({ errorMessage: expect.stringContaining('base64') });
    expect(await tried.engine.trace(id as TraceId)).toMatchObject({ count: 1 });
  });

  it('what is delivered twice counts once', async () => {
    const [id, spanId] = [traceId(), nextSpanId()];
    const body = protobufOf(SIGNALS[0], requestOf(SIGNALS[0], { traceId: id, spanId }));
    for (const port of [tried.ports[0], tried.ports[0], tried.ports[2]]) await send(port, { headers: PROTOBUF, body });
    expect(await tried.engine.trace(id as TraceId)).toMatchObject({ count: 1 });
  });

  it('log records are found at the span that they name', async () => {
    const [id, spanId] = [traceId(), nextSpanId()];
    const body = protobufOf(SIGNALS[2], requestOf(SIGNALS[2], { traceId: id, spanId }));
    await send(tried.ports[1], { path: '/v1/logs', headers: PROTOBUF, body });
    expect(await tried.engine.logs(id as TraceId, spanId as SpanId, 9)).toMatchObject([
      { timeUnixNano: NANOS, body: { kind: 'string', value: 'a' } },
    ]);
  });

  it('web pages: other hosts are refused, answers not shown', () =>
    everywhere(async (signal, port) => {
      const name = send === post ? 'host' : ':authority';
      const headers = { ...JSON_TYPE, origin: 'https://evil.example' };
      const path = signal.httpPath;
      const rebound = await send(port, { path, headers: { ...headers, [name]: 'evil.example' }, body: '{}' });
      expect(rebound.status).toBe(403);
      expect((await send(port, { path, headers, body: '{}' })).headers).not.toHaveProperty(
        'access-control-allow-origin',
      );
    }));
});

describe('OTLP over gRPC', () => {
  const code = async (port: number, path: string, body: Uint8Array, headers = {}) =>
    Number((await call(port, path, body, headers)).trailers['grpc-status']);

  it('OK with an empty message', () =>
    everywhere(async (signal, port) => {
      const answer = await call(port, signal.grpcPath, grpcMessage(protobufOf(signal, requestOf(signal))));
      expect([answer.trailers['grpc-status'], answer.body]).toEqual(['0', Buffer.alloc(5)]);
    }));

  it('an empty request succeeds', () =>
    everywhere(async (signal, port) => {
      expect(await code(port, signal.grpcPath, grpcMessage(new Uint8Array(0)))).toBe(0);
    }));

  it.each([
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
  ])('%s is taken', (encoding, compress) =>
    everywhere(async (signal, port) => {
      const body = grpcMessage(compress(protobufOf(signal, requestOf(signal))), true);
      expect(await code(port, signal.grpcPath, body, { 'grpc-encoding': encoding })).toBe(0);
    }),
  );

  it('profiles are taken', async () => {
    const path = '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export';
    for (const port of tried.ports) expect(await code(port, path, grpcMessage(Buffer.from([0x0a, 0x00])))).toBe(0);
  });

  it('UNIMPLEMENTED for a compression that is not known, with those that are', () =>
    everywhere(async ({ grpcPath }, port) => {
      const { trailers } = await call(port, grpcPath, grpcMessage(Buffer.from('x'), true), {
        'grpc-encoding': 'snappy',
      });
      expect([trailers['grpc-status'], trailers['grpc-accept-encoding']]).toEqual([
        '12',
        expect.stringContaining('gzip'),
      ]);
    }));

  it('INVALID_ARGUMENT for bad data', () =>
    everywhere(async (signal, port) => {
      expect(await code(port, signal.grpcPath, grpcMessage(Buffer.from([0x0a, 0x7f, 1])))).toBe(3);
    }));

  it('RESOURCE_EXHAUSTED for too much, without RetryInfo', () =>
    everywhere(async (signal, port) => {
      const { trailers } = await call(port, signal.grpcPath, grpcMessage(Buffer.alloc(MAX_BYTES + 1)));
      expect(trailers['grpc-status']).toBe('8');
      expect(trailers).not.toHaveProperty('google.rpc.retryinfo-bin');
    }));

  it('UNIMPLEMENTED for another method', () =>
    everywhere(async ({ grpcPath }, port) => {
      expect(await code(port, `${grpcPath}All`, grpcMessage(new Uint8Array(0)))).toBe(12);
    }));

  it('PERMISSION_DENIED for another host', () =>
    everywhere(async ({ grpcPath }, port) => {
      expect(await code(port, grpcPath, grpcMessage(new Uint8Array(0)), { ':authority': 'evil.example' })).toBe(7);
    }));
});
