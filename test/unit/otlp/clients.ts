import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';

/** Bare clients: they send exactly what a test says, right or wrong. */

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Post {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
  readonly agent?: http.Agent;
}

export function post(
  port: number,
  { path = '/v1/traces', method = 'POST', headers, body, agent }: Post,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent }, (response) => {
      collect(response).then(
        (bytes) => resolve({ status: response.statusCode!, headers: response.headers, body: bytes }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Over one HTTP/2 connection without TLS that ends with the call. */
export async function post2(
  port: number,
  { path = '/v1/traces', method = 'POST', headers, body }: Post,
): Promise<Answer> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  try {
    const stream = session.request({ ':method': method, ':path': path, ...headers });
    stream.end(body);
    const { status, headers: answered } = await answerOf(stream);
    return { status, headers: answered, body: await collect(stream) };
  } finally {
    session.destroy();
  }
}

export interface GrpcAnswer {
  readonly httpStatus: number;
  readonly headers: http2.IncomingHttpHeaders;
  /** Status and its details, wherever they stood. */
  readonly trailers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

export async function call(
  port: number,
  path: string,
  body: Uint8Array,
  headers: http2.OutgoingHttpHeaders = {},
): Promise<GrpcAnswer> {
  const session = http2.connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 1 << 20 } });
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let trailers: http2.IncomingHttpHeaders | undefined;
    stream.on('trailers', (received) => (trailers = received));
    stream.on('error', () => {});
    stream.end(body);
    const { status, headers: answered } = await answerOf(stream);
    const bytes = await collect(stream);
    return { httpStatus: status, headers: answered, trailers: trailers ?? answered, body: bytes };
  } finally {
    session.destroy();
  }
}

/** A message behind gRPC's five bytes. */
export function grpcMessage(message: Uint8Array, compressed = false, length = message.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed ? 1 : 0;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

/** Sends the parts one after the other, then waits until the other side closes or falls silent for `silenceMs`. */
export function raw(port: number, parts: readonly (string | Uint8Array)[], silenceMs = 1_000): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    let timer: NodeJS.Timeout;
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text: Buffer.concat(chunks).toString('latin1'), closed });
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), silenceMs);
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      wait();
    });
    socket.on('error', () => {});
    socket.on('close', () => finish(true));
    socket.on('connect', () => void sendAll(socket, parts).then(wait));
  });
}

export interface RawAnswer {
  readonly text: string;
  /** The other side ended the connection. */
  readonly closed: boolean;
}

async function sendAll(socket: net.Socket, parts: readonly (string | Uint8Array)[]): Promise<void> {
  for (const part of parts) {
    if (!socket.writable) return;
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function answerOf(stream: http2.ClientHttp2Stream): Promise<{ status: number; headers: http2.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    stream.on('response', (headers) => resolve({ status: headers[':status']!, headers }));
    stream.on('error', reject);
    stream.on('close', () => reject(new Error(`The stream was closed with code ${stream.rstCode} and no answer`)));
  });
}

async function collect(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
