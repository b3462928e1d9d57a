import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunId, SpanId, TraceId } from '../../../src/model/ids';
import { SIGNALS } from '../../../src/otlp/signals';
import { call, grpcMessage, post } from './clients';
import {
  Conformance,
  JSON_TYPE,
  jsonOf,
  MAX_BYTES,
  NANOS,
  newSpanId,
  newTraceId,
  PROTOBUF,
  protobufOf,
  requestOf,
} from './conformanceTable';
import { oracleDecode, type PlainStatus } from './otlpProto';

// What senders do that the specification does not tell, or tells of answers that take some doing; one line each, as in its sibling.

const tried = new Conformance('Senders, line by line');
const [TRACES, METRICS, LOGS] = ['traces', 'metrics', 'logs'].map((id) => SIGNALS.find((signal) => signal.id === id)!);

interface Partial {
  readonly partialSuccess: Readonly<Record<string, string>>;
}

async function sendSpan(port: number, members: object, around: (spans: object[]) => object): Promise<unknown> {
  const span = { startTimeUnixNano: NANOS, endTimeUnixNano: NANOS, name: 'a', ...members };
  const answer = await post(port, { headers: JSON_TYPE, body: jsonOf(around([span])) });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString());
}

const today = (spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe('what is kept', () => {
  it('nanoseconds, to the last digit', async () => {
    for (const port of tried.ports) {
      const [traceId, spanId] = [newTraceId(), newSpanId()];
      const end = String(BigInt(NANOS) + 3n);
      await sendSpan(port, { traceId, spanId, endTimeUnixNano: end }, today);
      const held = await tried.engine.span(traceId as TraceId, spanId as SpanId);
      expect([held?.startTimeUnixNano, held?.duration]).toEqual([NANOS, 3]);
    }
  });

  it('of metrics the latest value of each stream', async () => {
    for (const port of tried.ports) {
      for (const [time, asInt] of [
        [1n, '7'],
        [3n, '9'],
        [2n, '8'],
      ] as const) {
        const name = `queue of ${port}`;
        const point = { timeUnixNano: String(BigInt(NANOS) + time), asInt };
        const body = protobufOf(METRICS, requestOf(METRICS, { name, gauge: { dataPoints: [point] } }));
        await post(port, { path: METRICS.httpPath, headers: PROTOBUF, body });
      }
      const { streams } = await tried.engine.metrics({ limit: 10, text: `queue of ${port}` });
      expect(streams).toMatchObject([{ value: { kind: 'int', value: '9' } }]);
    }
  });

  it('log records without a trace, apart', async () => {
    const record = { traceId: '', spanId: '', timeUnixNano: NANOS, body: { stringValue: 'a loose one' } };
    await post(tried.ports[0], {
      path: LOGS.httpPath,
      headers: PROTOBUF,
      body: protobufOf(LOGS, requestOf(LOGS, record)),
    });
    const loose = await tried.engine.looseLogs({ limit: 100 });
    expect(loose.map(({ body }) => 'value' in body && body.value)).toContain('a loose one');
  });

  it('what came to a session’s port belongs to its run, to a shared port to none', async () => {
    const runs: (RunId | undefined)[] = [];
    for (const port of tried.ports) {
      const [traceId, spanId] = [newTraceId(), newSpanId()];
      await sendSpan(port, { traceId, spanId }, today);
      const summary = (await tried.engine.traces({ limit: 1000 })).find((trace) => trace.traceId === traceId);
      runs.push(summary?.run);
    }
    expect(runs).toEqual(['conformance', 'outside', 'outside']);
  });
});

describe('old and odd senders', () => {
  it('of 2021 (instrumentationLibrarySpans, nanoseconds as numbers, of which no digit is lost) are understood', async () => {
    for (const port of tried.ports) {
      const [traceId, spanId] = [newTraceId(), newSpanId()];
      const around = (spans: object[]) => ({
        resourceSpans: [
          { instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'old', version: '1' }, spans }] },
        ],
      });
      const members = {
        traceId,
        spanId,
        startTimeUnixNano: 1795209557766503400,
        endTimeUnixNano: 1.7952095577665034e18,
      };
      expect(await sendSpan(port, members, around)).toEqual({});
      const held = await tried.engine.span(traceId as TraceId, spanId as SpanId);
      expect([held?.scope.name, held?.startTimeUnixNano]).toEqual(['old', '1795209557766503400']);
    }
  });

  it('that write ids in base64 are understood, and told', async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
    const answer = (await sendSpan(
      tried.ports[1],
      { traceId: base64(traceId), spanId: base64(spanId) },
      today,
    )) as Partial;
    expect(answer.partialSuccess.errorMessage).toContain('base64');
    expect(answer.partialSuccess).not.toHaveProperty('rejectedSpans');
    expect(await tried.engine.span(traceId as TraceId, spanId as SpanId)).toBeDefined();
  });

  it.each([
    ['zeros', '0'.repeat(32)],
    ['an id that is too short', 'ab'.repeat(15)],
    ['no id', ''],
  ])('a span with %s is rejected by itself, counted and named', async (_, traceId) => {
    for (const port of tried.ports) {
      const whole = { traceId: newTraceId(), spanId: newSpanId(), name: 'whole' };
      const around = (spans: object[]) => today([...spans, whole]);
      const { partialSuccess } = (await sendSpan(port, { traceId, spanId: newSpanId() }, around)) as Partial;
      expect(partialSuccess).toMatchObject({ rejectedSpans: '1', errorMessage: expect.stringMatching(/trace ?id/i) });
      expect(await tried.engine.trace(whole.traceId as TraceId)).toMatchObject({ count: 1 });
    }
  });

  it('Zipkin v2 is taken at /api/v2/spans with 202', async () => {
    for (const port of tried.ports) {
      const id = newSpanId();
      const span = { traceId: newTraceId(), id, name: 'get', timestamp: 1795209557766503, duration: 7, kind: 'SERVER' };
      const answer = await post(port, { path: '/api/v2/spans', headers: JSON_TYPE, body: JSON.stringify([span]) });
      expect(answer.status).toBe(202);
      const held = await tried.engine.span(span.traceId as TraceId, id as SpanId);
      expect([held?.kind, held?.duration]).toEqual(['server', 7_000]);
    }
  });

  it('that send in chunks, without a length, are taken', async () => {
    for (const port of tried.ports) {
      const text = JSON.stringify(requestOf(TRACES));
      const headers = { ...JSON_TYPE, 'transfer-encoding': 'chunked' };
      expect((await post(port, { headers, body: text })).status).toBe(200);
    }
  });

  it('that use a connection again find it open for 65 seconds at least, a debugged program for an hour', async () => {
    const times: (string | undefined)[] = [];
    for (const port of tried.ports) {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      const { headers } = await post(port, { headers: JSON_TYPE, body: '{}', agent });
      expect(headers.connection).toBe('keep-alive');
      times.push(headers['keep-alive'] as string);
    }
    expect(times).toEqual(['timeout=3600', 'timeout=65', 'timeout=65']);
  });

  it('that try ::1 first are answered there', async () => {
    for (const port of tried.ports) {
      const answer = await fetch(`http://[::1]:${port}/v1/traces`, { method: 'POST', headers: JSON_TYPE, body: '{}' });
      expect(answer.status).toBe(200);
    }
  });

  it('that speak gRPC and HTTP are answered on one port, at the same time', async () => {
    for (const port of tried.ports) {
      const [grpc, plain] = await Promise.all([
        call(port, TRACES.grpcPath, grpcMessage(protobufOf(TRACES, requestOf(TRACES)))),
        post(port, { headers: PROTOBUF, body: protobufOf(TRACES, requestOf(TRACES)) }),
      ]);
      expect([grpc.trailers['grpc-status'], plain.status]).toEqual(['0', 200]);
    }
  });

  it('that speak TLS are told in the log what to change', async () => {
    for (const port of tried.ports) {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {});
      const closed = new Promise((resolve) => socket.on('close', resolve));
      socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]));
      await closed;
    }
    expect(tried.logged.join('\n')).toMatch(/speaks TLS to port \d+.*http:\/\/ endpoint/);
  });
});

describe('partial success', () => {
  it('counts in text in JSON, as 64-bit integers go there', async () => {
    const broken = { gauge: { dataPoints: [{}] } };
    const body = jsonOf(requestOf(METRICS, {}, broken));
    const answer = await post(tried.ports[0], { path: METRICS.httpPath, headers: JSON_TYPE, body });
    const { partialSuccess } = JSON.parse(answer.body.toString()) as Partial;
    expect(partialSuccess.rejectedDataPoints).toBe('1');
  });

  it('is in the message of a gRPC answer, whose status is OK', async () => {
    for (const port of tried.ports) {
      const request = grpcMessage(protobufOf(TRACES, requestOf(TRACES, {}, { traceId: 'ff' })));
      const { trailers, body } = await call(port, TRACES.grpcPath, request);
      expect(trailers['grpc-status']).toBe('0');
      const { partialSuccess } = oracleDecode<Partial>('ExportTraceServiceResponse', body.subarray(5));
      expect(partialSuccess).toEqual({ rejectedSpans: '1', errorMessage: expect.stringContaining('rejected') });
    }
  });

  it('stays short, however much is rejected', async () => {
    const spans = Array.from({ length: 2000 }, () => ({ traceId: 'ff', spanId: newSpanId() }));
    const answer = await post(tried.ports[0], { headers: JSON_TYPE, body: jsonOf(today(spans)) });
    expect((JSON.parse(answer.body.toString()) as Partial).partialSuccess.rejectedSpans).toBe('2000');
    expect(answer.body.length).toBeLessThan(4096);
  });
});

describe('errors', () => {
  it('of gRPC have their status in detail', async () => {
    for (const port of tried.ports) {
      const { trailers } = await call(port, TRACES.grpcPath, grpcMessage(Buffer.from([0x0a, 0x7f, 1])));
      const details = Buffer.from(String(trailers['grpc-status-details-bin']), 'base64');
      expect(oracleDecode<PlainStatus>('RpcStatus', details)).toMatchObject({ code: 3 });
    }
  });

  it('of overload ask to come again: 503 with Retry-After, UNAVAILABLE with RetryInfo in both places', async () => {
    for (const port of tried.ports) {
      const waiting = Array.from({ length: 4 }, () => halfSent(port));
      await sleep(100);
      const answer = await post(port, { headers: PROTOBUF, body: Buffer.alloc(MAX_BYTES - 1) });
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(oracleDecode<PlainStatus>('RpcStatus', answer.body).code).toBe(14);
      const { trailers } = await call(port, TRACES.grpcPath, grpcMessage(Buffer.alloc(MAX_BYTES - 100)));
      expect(trailers['grpc-status']).toBe('14');
      expect(Buffer.from(String(trailers['grpc-status-details-bin']), 'base64').toString()).toContain('RetryInfo');
      expect(trailers).toHaveProperty('google.rpc.retryinfo-bin');
      for (const socket of waiting) socket.destroy();
      const again = async () => (await post(port, { headers: JSON_TYPE, body: '{}' })).status;
      await expect.poll(again).toBe(200);
    }
  });

  it('a limit that the user changes counts at once', async () => {
    const body = jsonOf(requestOf(TRACES, { name: 'x'.repeat(2_000) }));
    const limit = tried.engine.limits.maxRequestBytes;
    await tried.limitRequests(1_000);
    expect((await post(tried.ports[0], { headers: JSON_TYPE, body })).status).toBe(413);
    await tried.limitRequests(limit);
    expect((await post(tried.ports[0], { headers: JSON_TYPE, body })).status).toBe(200);
  });

  it('an HTTP/2 connection lives through them', async () => {
    const session = http2.connect(`http://127.0.0.1:${tried.ports[0]}`);
    onTestFinished(() => session.destroy());
    const ask = (body: string) =>
      new Promise((resolve) => {
        const stream = session.request({ ':method': 'POST', ':path': '/v1/traces', ...JSON_TYPE });
        stream.on('response', (headers) => resolve(headers[':status']));
        stream.resume();
        stream.end(body);
      });
    expect([await ask('{'), await ask('{}')]).toEqual([400, 200]);
  });
});

/** A request of which all but the last byte has come. */
function halfSent(port: number): net.Socket {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${MAX_BYTES}\r\n\r\n`,
  );
  socket.write(Buffer.alloc(MAX_BYTES - 1));
  return socket;
}
