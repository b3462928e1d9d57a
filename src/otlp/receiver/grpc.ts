import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { responseBytes } from '../exportResult';
import { isRefusal, refusal, RPC_CODE, retryInfoBytes, statusBytes, type Refusal } from '../rpcStatus';
import { SIGNALS } from '../signals';
import { readBody, type BodyBudget } from './body';
import { decompress, knownEncoding, tooLarge } from './compression';
import { settle } from './exchange';
import type { Gatekeeper } from './hosts';
import type { Outcome, ReceiverOptions } from './options';
import { PROFILES_GRPC_PATHS, type Profiles } from './profiles';
import type { RefusalLog } from './refusalLog';

type Method = (message: Uint8Array, headers: IncomingHttpHeaders) => Outcome | Promise<Outcome>;

/** Before every message: one byte "compressed", four bytes length, most significant first. */
const PREFIX = 5;
const CONTENT_TYPE = 'application/grpc+proto';
const ACCEPTED = 'identity,gzip,deflate';

/** Answers OTLP/gRPC: unary methods, with gRPC's own framing of messages and errors. */
export class GrpcCalls {
  private readonly methods = new Map<string, Method>();

  constructor(
    private readonly options: ReceiverOptions,
    private readonly gate: Gatekeeper,
    private readonly budget: BodyBudget,
    private readonly refusals: RefusalLog,
    profiles: Profiles,
  ) {
    for (const signal of SIGNALS)
      this.methods.set(signal.grpcPath, (message, headers) => options.sink(signal, message, headers, 0));
    for (const path of PROFILES_GRPC_PATHS) this.methods.set(path, () => profiles.take());
  }

  static isCall(headers: IncomingHttpHeaders): boolean {
    return /^application\/grpc(\+proto)?($|[; ])/i.test(headers['content-type'] ?? '');
  }

  handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const respond = (outcome: Outcome) => this.respond(stream, headers, outcome);
    const method = this.methodOf(headers);
    if (isRefusal(method)) {
      stream.resume();
      return respond(method);
    }
    const { maxRequestBytes } = this.options.limits;
    const declared = Number(headers['content-length'] ?? 0);
    // Pieces of HTTP/2 lie in a buffer that several share.
    const limits = { declared, limit: maxRequestBytes, framing: PREFIX, own: false };
    readBody(stream, limits, this.budget, (body) => {
      const message =
        body instanceof Uint8Array ? messageOf(body, String(headers['grpc-encoding'] ?? ''), maxRequestBytes) : body;
      if (!(message instanceof Uint8Array)) return void respond(message);
      return settle(() => method(message, headers), respond, this.options);
    });
  }

  private methodOf(headers: IncomingHttpHeaders): Method | Refusal {
    const wrongHost = this.gate.checkHost(headers[':authority'] ?? headers.host);
    if (wrongHost) return wrongHost;
    if (headers[':method'] !== 'POST') return refusal.wrongMethod(`gRPC calls are POST, not ${headers[':method']}`);
    const path = headers[':path'] ?? '';
    const method = this.methods.get(path);
    if (method) return method;
    const known = SIGNALS.map(({ grpcPath }) => grpcPath).join(', ');
    return unimplemented(`There is no method ${path.slice(0, 200)}; known are ${known}`);
  }

  private respond(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, outcome: Outcome): void {
    if (stream.destroyed || stream.closed) return;
    if (isRefusal(outcome)) {
      this.refusals.tell(`gRPC ${headers[':path']}`, outcome);
      stream.respond(errorHeaders(outcome), { endStream: true });
      return;
    }
    stream.respond({ ':status': 200, 'content-type': CONTENT_TYPE }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(framed(responseBytes(outcome)));
  }
}

/** The only message of a unary call. */
function messageOf(body: Uint8Array, encoding: string, limit: number): Uint8Array | Refusal {
  if (body.length === 0) return unimplemented('The call carries no message, but takes exactly one');
  if (body.length < PREFIX) return refusal.malformed(`The message ends within its ${PREFIX}-byte prefix`);
  const flag = body[0];
  const length = new DataView(body.buffer, body.byteOffset).getUint32(1);
  if (length > limit) return tooLarge(limit);
  const rest = body.length - PREFIX;
  if (rest < length) return refusal.malformed(`The message says that it has ${length} bytes, but ends after ${rest}`);
  if (rest > length) return unimplemented('The call carries more than one message, but takes exactly one');
  if (flag > 1) return refusal.malformed(`The message's compression flag is ${flag}, but must be 0 or 1`);
  const message = body.subarray(PREFIX);
  return flag === 0 ? message : expanded(message, encoding, limit);
}

function expanded(message: Uint8Array, header: string, limit: number): Uint8Array | Refusal {
  const encoding = knownEncoding(header);
  if (encoding === undefined) return unimplemented(`grpc-encoding "${header}" is not known here; send gzip or none`);
  if (encoding === 'identity')
    return refusal.internal('The message is marked as compressed, but the call names no grpc-encoding');
  return decompress(message, encoding, limit);
}

function unimplemented(message: string): Refusal {
  return { refused: true, status: 501, code: RPC_CODE.unimplemented, message };
}

/** Headers of an answer that consists of nothing else ("Trailers-Only"). */
function errorHeaders(outcome: Refusal): Record<string, string | number> {
  const { code, message, retryAfterSeconds } = outcome;
  return {
    ':status': 200,
    'content-type': CONTENT_TYPE,
    'grpc-status': String(code),
    'grpc-message': percentEncoded(message),
    'grpc-status-details-bin': base64(statusBytes(outcome)),
    ...(code === RPC_CODE.unimplemented && { 'grpc-accept-encoding': ACCEPTED }),
    ...(retryAfterSeconds !== undefined && { 'google.rpc.retryinfo-bin': base64(retryInfoBytes(retryAfterSeconds)) }),
  };
}

/** gRPC's rule: printable ASCII but `%` as it is, every other byte of the UTF-8 as %XX. */
function percentEncoded(text: string): string {
  return text.replace(/[^\x20-\x24\x26-\x7e]+/gu, (part) =>
    [...Buffer.from(part, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** Binary headers go without padding. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX);
  return frame;
}
