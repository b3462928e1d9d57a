// A gRPC client of unary calls over a bare socket, as thin as HTTP/2 allows: a client of Node's own takes more time for a call than the
// engine that is to be measured.
import * as net from 'node:net';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
const FLAG = { endStream: 1, ack: 1, endHeaders: 4 } as const;
const HEAD = 9;
/** Bytes of a DATA frame: what Node's client, and so grpc-js, puts into one. */
const LARGEST_DATA = 16_384;
/** Bytes that both sides may send before the other has said more, until it does. */
const FIRST_WINDOW = 65_535;
const ROOM_FOR_ANSWERS = 2 ** 30;

/** A request as DATA frames of a stream that is not known yet. */
export function dataFrames(message: Uint8Array): Buffer {
  const body = Buffer.alloc(5 + message.length);
  body.writeUInt32BE(message.length, 1);
  body.set(message, 5);
  const frames: Buffer[] = [];
  for (let at = 0; at < body.length; at += LARGEST_DATA) {
    const piece = body.subarray(at, at + LARGEST_DATA);
    frames.push(frame(FRAME.data, at + piece.length === body.length ? FLAG.endStream : 0, 0, piece));
  }
  return Buffer.concat(frames);
}

/** One connection. */
export class BareGrpc {
  private readonly socket: net.Socket;
  private readonly calls = new Map<number, Call>();
  private readonly waiting: Call[] = [];
  private window = FIRST_WINDOW;
  private nextStream = 1;
  private isReady = false;
  private rest: Buffer = Buffer.alloc(0);

  constructor(
    port: number,
    private readonly path: string,
    private readonly failed: (error: Error) => void,
  ) {
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', failed);
    this.socket.on('data', (chunk) => this.take(chunk));
    const room = Buffer.alloc(4);
    room.writeUInt32BE(ROOM_FOR_ANSWERS);
    this.socket.write(
      Buffer.concat([Buffer.from(PREFACE), frame(FRAME.settings, 0, 0), frame(FRAME.windowUpdate, 0, 0, room)]),
    );
  }

  /** Sends what {@link dataFrames} made, which is changed by that; `answered` when the call has succeeded. */
  call(frames: Buffer, answered: () => void): void {
    this.waiting.push({ frames, answered, hasMessage: false });
    this.sendWaiting();
  }

  close(): void {
    this.socket.destroy();
  }

  private sendWaiting(): void {
    while (this.isReady && this.waiting.length > 0 && this.waiting[0].frames.length <= this.window) {
      const call = this.waiting.shift()!;
      const stream = this.nextStream;
      this.nextStream += 2;
      this.calls.set(stream, call);
      const headers = frame(FRAME.headers, FLAG.endHeaders, stream, stream === 1 ? firstHeaders(this.path) : HEADERS);
      eachFrame(call.frames, (at, length) => {
        call.frames.writeUInt32BE(stream, at + 5);
        this.window -= length;
      });
      this.socket.cork();
      this.socket.write(headers);
      this.socket.write(call.frames);
      this.socket.uncork();
    }
  }

  private take(chunk: Buffer): void {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    const end = eachFrame(bytes, (at, length) => this.takeFrame(bytes, at, length));
    this.rest = bytes.subarray(end);
  }

  private takeFrame(bytes: Buffer, at: number, length: number): void {
    const type = bytes[at + 3];
    const flags = bytes[at + 4];
    const stream = bytes.readUInt32BE(at + 5);
    const payload = bytes.subarray(at + HEAD, at + HEAD + length);
    const call = this.calls.get(stream);
    if (type === FRAME.data && call) call.hasMessage = true;
    if (type === FRAME.headers && call && flags & FLAG.endStream) this.end(stream, call);
    if (type === FRAME.reset || type === FRAME.goAway) this.failed(new Error(`frame ${type}: ${payload.toString()}`));
    if (type === FRAME.ping && !(flags & FLAG.ack)) this.socket.write(frame(FRAME.ping, FLAG.ack, 0, payload));
    if (type === FRAME.windowUpdate && stream === 0) this.window += payload.readUInt32BE();
    if (type === FRAME.settings && !(flags & FLAG.ack)) {
      this.isReady = true;
      this.socket.write(frame(FRAME.settings, FLAG.ack, 0));
    }
    if (!this.isReady || this.waiting.length > 0) this.sendWaiting();
  }

  /** A call that failed is answered by a status alone. */
  private end(stream: number, { hasMessage, answered }: Call): void {
    this.calls.delete(stream);
    if (hasMessage) answered();
    else this.failed(new Error(`The call of stream ${stream} failed`));
  }
}

interface Call {
  readonly frames: Buffer;
  readonly answered: () => void;
  hasMessage: boolean;
}

/** Calls `take` with where each whole frame begins and the length of its payload; gives where they end. */
function eachFrame(bytes: Buffer, take: (at: number, length: number) => void): number {
  let at = 0;
  while (at + HEAD <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    if (at + HEAD + length > bytes.length) break;
    take(at, length);
    at += HEAD + length;
  }
  return at;
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const bytes = Buffer.alloc(HEAD + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, HEAD);
  return bytes;
}

// RFC 7541: `:method POST` and `:scheme http` are 3 and 6 of the static table; what a first call adds to the dynamic one is 62 and on, the
// last first.
const STATIC = [0x83, 0x86];
const HEADERS = Uint8Array.of(...STATIC, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62);

function firstHeaders(path: string): Uint8Array {
  const text = (value: string) => [value.length, ...Buffer.from(value, 'latin1')];
  const add = 0x40;
  return Uint8Array.of(
    ...STATIC,
    ...[add | 4, ...text(path)],
    ...[add | 1, ...text('localhost')],
    ...[add | 31, ...text('application/grpc')],
    ...[add, ...text('te'), ...text('trailers')],
  );
}
