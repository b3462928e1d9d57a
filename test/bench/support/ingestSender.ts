// Started by ingest.ts as a process of its own: makes spans, and sends them as fast as they are answered.
import * as net from 'node:net';
import { gzipSync } from 'node:zlib';
import { reflected } from '../../support/reflection';
import { TRACE_REQUEST } from '../../../src/otlp/schema';
import { generateRequests } from '../lib/generateSpans';
import { BareGrpc, dataFrames } from './bareGrpc';

export type Mode = 'http' | 'gzip' | 'json' | 'grpc';

export interface Load {
  readonly mode: Mode;
  readonly spans: number;
  /** Spans a request. */
  readonly batch: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly seed: number;
}

export interface Sent {
  readonly requests: number;
  readonly bytes: number;
  readonly ms: number;
}

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

function send(load: Load, port: number, requests: readonly Buffer[]): Promise<void> {
  return load.mode === 'grpc' ? sendGrpc(port, requests, load.concurrency) : sendHttp(load, port, requests);
}

function encode(mode: Mode, bytes: Uint8Array): Buffer {
  const request = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (mode === 'gzip') return gzipSync(request);
  if (mode === 'json') return Buffer.from(jsonOf(request));
  if (mode === 'http') return request;
  return dataFrames(request);
}

/** OTLP/JSON as an SDK writes it: ids in hex, 64-bit integers as text. */
function jsonOf(request: Uint8Array): string {
  const type = reflected(TRACE_REQUEST);
  const object = type.toObject(type.decode(request), { longs: String, bytes: String });
  return JSON.stringify(object, (key, value: unknown) =>
    /(trace|span)Id$/i.test(key) && typeof value === 'string' ? Buffer.from(value, 'base64').toString('hex') : value,
  );
}

/** Over bare sockets, so that this side costs as little as can be. */
function sendHttp({ mode, concurrency }: Load, port: number, requests: readonly Buffer[]): Promise<void> {
  const type = mode === 'json' ? 'application/json' : 'application/x-protobuf';
  const encoding = mode === 'gzip' ? 'Content-Encoding: gzip\r\n' : '';
  const head = `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${encoding}Content-Length: `;
  return inParallel(requests, concurrency, (next, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const sendNext = () => {
      const request = next();
      if (!request) return void socket.destroy();
      socket.cork();
      socket.write(`${head}${request.length}\r\n\r\n`, 'latin1');
      socket.write(request);
      socket.uncork();
    };
    socket.on('connect', sendNext);
    socket.on('error', reject);
    socket.on('data', (answer) => {
      if (answer.toString('latin1', 9, 12) === '200') sendNext();
      else reject(new Error(answer.toString()));
    });
  });
}

function sendGrpc(port: number, requests: readonly Buffer[], concurrency: number): Promise<void> {
  let client: BareGrpc;
  return inParallel(requests, concurrency, (next, reject) => {
    client ??= new BareGrpc(port, EXPORT, reject);
    const sendNext = () => {
      const request = next();
      if (request) client.call(request, sendNext);
    };
    sendNext();
  }).finally(() => client.close());
}

/** Starts `lanes` senders that take from one list; resolves when every request was answered. */
function inParallel(
  requests: readonly Buffer[],
  lanes: number,
  start: (next: () => Buffer | undefined, reject: (error: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let [taken, idle] = [0, 0];
    const next = () => {
      if (taken < requests.length) return requests[taken++];
      if (++idle === lanes) resolve();
      return undefined;
    };
    for (let lane = 0; lane < lanes; lane++) start(next, reject);
  });
}

let last: { readonly load: string; readonly requests: readonly Buffer[] } | undefined;

/** The same load is sent in many rounds; to make it takes longer than to send it. */
function requestsOf(load: Load): readonly Buffer[] {
  const key = JSON.stringify(load);
  if (last?.load !== key) {
    const requests: Buffer[] = [];
    for (const request of generateRequests(load)) requests.push(encode(load.mode, request));
    last = { load: key, requests };
  }
  return last.requests;
}

process.on('message', ({ load, port }: { load: Load; port: number }) => {
  const requests = requestsOf(load);
  const began = performance.now();
  send(load, port, requests).then(
    () => {
      const bytes = requests.reduce((sum, { length }) => sum + length, 0);
      const sent: Sent = { requests: requests.length, bytes, ms: performance.now() - began };
      process.send!(sent);
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
