import * as http2 from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Signal } from '../otlp/signals';
import { FORWARDED_HEADER } from '../protocol/forwardHeaders';
import { clip, readResponse, readStatus } from './answers';
import { sentence, type TransportOptions } from './httpTransport';
import { networkFault, noAnswer } from './networkFaults';
import type { SendResult, Transport } from './sendResult';
import type { Upstream } from './upstream';

const compress = promisify(gzip);
/** Before every message: one byte "compressed", four bytes length, most significant first. */
const PREFIX = 5;
const MOST_ANSWER_BYTES = 4 * 1024 * 1024;
const STREAM_WINDOW = 1024 * 1024;

const OK = 0;
const UNKNOWN = 2;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;
/** The OTLP specification's list: cancelled, deadline exceeded, aborted, out of range, unavailable, data loss. */
const RETRYABLE = new Set([1, 4, 10, 11, UNAVAILABLE, 15]);
const NAMES: Readonly<Record<number, string>> = {
  3: 'INVALID_ARGUMENT',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};
/** What an HTTP status in place of a gRPC answer means, by gRPC's own table. */
const FROM_HTTP: Readonly<Record<number, number>> = {
  400: 13,
  401: UNAUTHENTICATED,
  403: PERMISSION_DENIED,
  404: UNIMPLEMENTED,
  429: UNAVAILABLE,
  502: UNAVAILABLE,
  503: UNAVAILABLE,
  504: UNAVAILABLE,
};

/** Answered to forwarded requests by Spanline's own receivers, whose message begins with this. */
export const LOOP_WORDS = 'This is a Spanline';

/** OTLP over gRPC: unary calls with framing of our own, on one connection that is opened anew when it ended. */
export class GrpcTransport implements Transport {
  private session: http2.ClientHttp2Session | undefined;

  constructor(
    private readonly upstream: Upstream,
    private readonly options: TransportOptions,
  ) {}

  async send(signal: Signal, request: Uint8Array): Promise<SendResult> {
    try {
      const message = this.options.gzip ? await compress(request, { level: 1 }) : request;
      const answer = await this.call(signal, framed(message, this.options.gzip));
      return answer === 'timeout' ? noAnswer(this.upstream, this.options.timeoutMs / 1000) : this.judge(answer);
    } catch (error) {
      return networkFault(error, this.upstream);
    }
  }

  close(): void {
    this.session?.destroy();
    this.session = undefined;
  }

  private connected(): http2.ClientHttp2Session {
    if (this.session && !this.session.closed && !this.session.destroyed) return this.session;
    const session = http2.connect(this.upstream.origin, { settings: { initialWindowSize: STREAM_WINDOW } });
    const forget = () => {
      if (this.session === session) this.session = undefined;
    };
    // Streams tell of the same errors.
    session.on('error', forget);
    session.on('close', forget);
    session.on('goaway', () => {
      forget();
      session.close();
    });
    this.session = session;
    return session;
  }

  private call(signal: Signal, body: Buffer): Promise<Answer | 'timeout'> {
    const { headers, engineId, timeoutMs } = this.options;
    const session = this.connected();
    return new Promise((resolve, reject) => {
      let sessionError: Error | undefined;
      const failed = (error: Error) => (sessionError ??= error);
      session.once('error', failed);
      const stream = session.request({
        ...headers,
        ':method': 'POST',
        ':path': this.upstream.path(signal),
        'content-type': 'application/grpc',
        te: 'trailers',
        'user-agent': 'spanline',
        'grpc-timeout': `${timeoutMs}m`,
        [FORWARDED_HEADER]: engineId,
        ...(this.options.gzip && { 'grpc-encoding': 'gzip' }),
      });
      const timer = setTimeout(() => {
        resolve('timeout');
        stream.close(http2.constants.NGHTTP2_CANCEL);
        // A connection that does not answer may be dead; the next call opens another.
        this.close();
      }, timeoutMs);
      const answer = new CallAnswer(stream);
      stream.on('error', (error) => failed(error));
      stream.on('close', () => {
        clearTimeout(timer);
        session.off('error', failed);
        const { complete } = answer;
        if (complete) resolve(complete);
        else reject(sessionError ?? new Error('the call was cut off'));
      });
      stream.end(body);
    });
  }

  private judge({ httpStatus, headers, body }: Answer): SendResult {
    const stated = headers['grpc-status'];
    const code = stated === undefined ? (FROM_HTTP[httpStatus] ?? UNKNOWN) : Number(stated);
    if (stated !== undefined && code === OK) return readResponse(unframed(body));
    const details = binary(headers['grpc-status-details-bin']);
    const said = percentDecoded(String(headers['grpc-message'] ?? '')) || (details && readStatus(details).message);
    const afterMs = details && readStatus(details).retryAfterMs;
    const { host } = this.upstream.origin;
    const name = stated === undefined ? `HTTP ${httpStatus}` : (NAMES[code] ?? `status ${code}`);
    const fault = sentence(`${host} answered ${name}${said ? `: ${clip(said)}` : ''}`);
    if (RETRYABLE.has(code) || (code === RESOURCE_EXHAUSTED && afterMs !== undefined))
      return { kind: 'retry', fault, ...(afterMs !== undefined && { afterMs }) };
    if (code === FAILED_PRECONDITION && said?.startsWith(LOOP_WORDS)) return { kind: 'loop', fault: said };
    if (code === RESOURCE_EXHAUSTED) return { kind: 'tooLarge', fault: `${fault} Raise its limit for messages.` };
    return { kind: 'refused', fault: `${fault} ${remedy(code)}` };
  }
}

function remedy(code: number): string {
  if (code === UNAUTHENTICATED || code === PERMISSION_DENIED)
    return 'Enter its credentials by "Spanline: Set Headers for Forwarding…", such as authorization=Bearer%20….';
  if (code === UNIMPLEMENTED)
    return 'It does not take this over gRPC: try "http/protobuf" in "spanline.forward.protocol".';
  return 'What it refused is dropped.';
}

interface Answer {
  readonly httpStatus: number;
  /** Trailers, or the headers of an answer that consists of nothing else. */
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: Uint8Array;
}

class CallAnswer {
  private headers: http2.IncomingHttpHeaders | undefined;
  private trailers: http2.IncomingHttpHeaders | undefined;
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(stream: http2.ClientHttp2Stream) {
    stream.on('response', (headers) => (this.headers = headers));
    stream.on('trailers', (trailers) => (this.trailers = trailers));
    stream.on('data', (chunk: Buffer) => {
      this.length += chunk.length;
      if (this.length <= MOST_ANSWER_BYTES) this.chunks.push(chunk);
      else stream.close(http2.constants.NGHTTP2_CANCEL);
    });
  }

  get complete(): Answer | undefined {
    if (!this.headers) return undefined;
    const headers = { ...this.headers, ...this.trailers };
    return { httpStatus: Number(this.headers[':status']), headers, body: Buffer.concat(this.chunks) };
  }
}

function framed(message: Uint8Array, compressed: boolean): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX + message.length);
  frame[0] = compressed ? 1 : 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX);
  return frame;
}

/** We accept no compressed answers. */
function unframed(body: Uint8Array): Uint8Array {
  return body.length > PREFIX && body[0] === 0 ? body.subarray(PREFIX) : new Uint8Array(0);
}

function binary(header: string | string[] | undefined): Uint8Array | undefined {
  return typeof header === 'string' ? Buffer.from(header, 'base64') : undefined;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
