import * as http from 'node:http';
import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { logTo } from '../../../src/base/log';
import { Forwarder, type ForwarderLimits } from '../../../src/forward/forwarder';
import { GrpcTransport } from '../../../src/forward/grpcTransport';
import { HttpTransport, type TransportOptions } from '../../../src/forward/httpTransport';
import { parseUpstream, type Upstream } from '../../../src/forward/upstream';
import { SIGNALS } from '../../../src/otlp/signals';
import type { ForwardProtocol } from '../../../src/protocol/settings';
import { oracleEncode } from '../otlp/otlpProto';

export const [TRACES, METRICS, LOGS] = SIGNALS;

export interface Received {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Decompressed, without gRPC's prefix. */
  readonly body: Buffer;
}

export interface TestUpstream {
  readonly url: string;
  readonly received: Received[];
}

export type HttpAnswer = readonly [status: number, headers?: http.OutgoingHttpHeaders, body?: string | Uint8Array];

/** Answers with the next of `answers`, the last of them for ever; `hang` never answers. */
export async function httpUpstream(...answers: readonly (HttpAnswer | 'hang' | 'cut')[]): Promise<TestUpstream> {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers[Math.min(received.length, answers.length - 1)];
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      received.push({ path: request.url!, headers: request.headers, body });
      if (answer === 'hang') return;
      if (answer === 'cut') return void request.socket.destroy();
      const [status, headers, said] = answer;
      response.writeHead(status, headers).end(said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

export type GrpcAnswer = Readonly<Record<string, string>> & { readonly ':status'?: string };

/** A server that speaks gRPC as servers do: trailers alone for an error, a message and trailers otherwise. */
export async function grpcUpstream(...answers: readonly (GrpcAnswer | 'hang')[]): Promise<TestUpstream> {
  const received: Received[] = [];
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const answer = answers[Math.min(received.length, answers.length - 1)];
      const frame = Buffer.concat(chunks);
      const body = frame[0] === 1 ? gunzipSync(frame.subarray(5)) : frame.subarray(5);
      received.push({ path: headers[':path']!, headers, body });
      if (answer === 'hang') return;
      const { ':status': status = '200', ...trailers } = answer;
      if (status !== '200' || trailers['grpc-status'] !== '0')
        return stream.respond(
          { ':status': Number(status), 'content-type': 'application/grpc', ...trailers },
          { endStream: true },
        );
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end(Buffer.alloc(5));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

export const OK: HttpAnswer = [200, { 'content-type': 'application/x-protobuf' }];

export function upstreamOf(endpoint: string, protocol: ForwardProtocol = 'http/protobuf'): Upstream {
  const upstream = parseUpstream(endpoint, protocol);
  if ('fault' in upstream) throw new Error(upstream.fault);
  return upstream;
}

export function transportTo(
  endpoint: string,
  protocol: ForwardProtocol = 'http/protobuf',
  options: Partial<TransportOptions> = {},
): HttpTransport | GrpcTransport {
  const upstream = upstreamOf(endpoint, protocol);
  const all = { headers: {}, engineId: 'engine-1', timeoutMs: 2_000, gzip: false, ...options };
  const transport = protocol === 'grpc' ? new GrpcTransport(upstream, all) : new HttpTransport(upstream, all);
  onTestFinished(() => transport.close());
  return transport;
}

export const QUICK: Partial<ForwarderLimits> = { lingerMs: 1, backoffMs: [5, 20] };

export interface TestForwarder {
  readonly forwarder: Forwarder;
  readonly logged: string[];
}

export function forwarderTo(
  endpoint: string,
  limits: Partial<ForwarderLimits> = {},
  protocol: ForwardProtocol = 'http/protobuf',
): TestForwarder {
  const logged: string[] = [];
  const forwarder = new Forwarder({
    upstream: upstreamOf(endpoint, protocol),
    transport: transportTo(endpoint, protocol),
    log: logTo((level, message) => logged.push(`${level}: ${message}`)),
    changed: () => {},
    limits: { ...QUICK, ...limits },
  });
  onTestFinished(() => forwarder.close(0));
  return { forwarder, logged };
}

let ids = 0;

export interface SampleSpan {
  readonly name?: string;
  readonly padding?: number;
  readonly open?: boolean;
  readonly resource?: Readonly<Record<string, string>>;
}

/** A request with one span of its own in one ResourceSpans. */
export function traceRequest({
  name = 'GET /',
  padding = 0,
  open = false,
  resource = {},
}: SampleSpan = {}): Uint8Array {
  const spanId = Buffer.alloc(8);
  spanId.writeUInt32BE(++ids, 4);
  return oracleEncode('ExportTraceServiceRequest', {
    resourceSpans: [
      {
        resource: {
          attributes: Object.entries(resource).map(([key, stringValue]) => ({ key, value: { stringValue } })),
        },
        scopeSpans: [
          {
            scope: { name: 'test' },
            spans: [
              {
                traceId: Buffer.alloc(16, 1),
                spanId,
                name: name + 'x'.repeat(padding),
                startTimeUnixNano: '1700000000000000000',
                endTimeUnixNano: open ? '0' : '1700000000005000000',
              },
            ],
          },
        ],
      },
    ],
  });
}
