import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import type { Log } from '../../base/log';
import { refusal, statusJson } from '../rpcStatus';
import { BodyBudget } from './body';
import { HttpExchanges, type Exchange } from './exchange';
import { GrpcCalls } from './grpc';
import { Gatekeeper } from './hosts';
import { Profiles } from './profiles';
import { RefusalLog } from './refusalLog';
import { DEFAULT_TIMEOUTS, type ReceiverOptions, type ReceiverTimeouts } from './options';

const H2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n');
const TLS_HANDSHAKE = 0x16;
/** Bytes on their way that HTTP/2 lets a sender have before it must wait for us; the default of 64 kB halves the throughput. */
const STREAM_WINDOW = 4 * 1024 * 1024;
const CONNECTION_WINDOW = 4 * STREAM_WINDOW;
/** Requests' bytes held at once, in multiples of the largest request. */
const REQUESTS_HELD = 4;
const MAX_HEADER_BYTES = 32 * 1024;
/** A ping is on its way by then. */
const PING_MS = 100;

/**
 * Takes OTLP over HTTP/1, HTTP/2 without TLS and gRPC, all on the same port: the first bytes of a connection tell which it is.
 * One receiver may listen on several addresses.
 */
export class Receiver {
  /** When something was last received, by `performance.now()`. */
  lastActivity = performance.now();
  private readonly listeners: net.Server[] = [];
  private readonly sockets = new Set<net.Socket>();
  private readonly http1: http.Server;
  private http2: http2.Http2Server | undefined;
  private readonly upgradeStart: Buffer | undefined;
  /**
   * A server of its own: one that may upgrade connections is asked to by Java's clients, which offer HTTP/2 with every request, and
   * then answers none of them.
   */
  private readonly upgrades: http.Server | undefined;
  private readonly exchanges: HttpExchanges;
  private readonly calls: GrpcCalls;
  private readonly timeouts: ReceiverTimeouts;
  private readonly budget: BodyBudget;
  private readonly log: Log;
  private readonly onRefused: NonNullable<ReceiverOptions['onRefused']>;

  constructor(options: ReceiverOptions) {
    this.log = options.log;
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    const gate = new Gatekeeper(() => options.limits);
    const budget = new BodyBudget(() => options.limits.maxRequestBytes * REQUESTS_HELD);
    this.budget = budget;
    const refusals = new RefusalLog(options.log, undefined, options.onRefused);
    this.onRefused = options.onRefused ?? (() => {});
    const profiles = new Profiles(options.log);
    this.exchanges = new HttpExchanges(options, gate, budget, refusals, profiles);
    this.calls = new GrpcCalls(options, gate, budget, refusals, profiles);
    this.http1 = this.createHttp1();
    if (options.upgrade) {
      this.upgradeStart = Buffer.from(`GET ${options.upgrade.path} HTTP/1.1\r\n`);
      this.upgrades = createUpgrades(options.upgrade);
    }
  }

  /** Of requests that are being received or taken in at this moment. */
  get bytesHeld(): number {
    return this.budget.used;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.sockets.size;
  }

  /** Listens on one more address; port 0 picks a free one. The port, or the error of `net.Server.listen`. */
  listen(address: string, port: number): Promise<number> {
    const server = net.createServer({ noDelay: true, keepAlive: true }, (socket) => this.connected(socket));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port, ipv6Only: true }, () => {
        server.off('error', reject);
        server.on('error', (error) => this.log.warn(`Listening on ${address}:${port}: ${error.message}`));
        this.listeners.push(server);
        resolve((server.address() as net.AddressInfo).port);
      });
    });
  }

  /** Ends every connection, also those in the middle of a request. */
  close(): void {
    for (const server of this.listeners.splice(0)) server.close();
    this.http1.close();
    this.http2?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private connected(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', (error) => this.log.trace(`Connection from ${socket.remotePort}: ${error.message}`));
    socket.setTimeout(this.timeouts.keepAlive, () => socket.destroy());
    this.peek(socket, undefined);
  }

  /** Waits for the bytes that tell the protocols apart, then hands the connection over with all its bytes still to read. */
  private peek(socket: net.Socket, seen: Buffer | undefined): void {
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      const start = seen ? Buffer.concat([seen, chunk]) : chunk;
      if (start[0] === TLS_HANDSHAKE) return this.refuseTls(socket);
      const http2 = beginsAs(start, H2_PREFACE);
      const upgrade = this.upgradeStart ? beginsAs(start, this.upgradeStart) : 'no';
      if (http2 === 'perhaps' || upgrade === 'perhaps') {
        this.peek(socket, start);
        return void socket.resume();
      }
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.unshift(start);
      this.lastActivity = performance.now();
      if (http2 === 'yes') return this.handToHttp2(socket);
      (upgrade === 'yes' ? this.upgrades! : this.http1).emit('connection', socket);
      socket.resume();
    });
  }

  /**
   * A session reads what the socket holds by itself, in the next tick; resumed before that, the socket would give it to nobody. Never
   * resumed, it would not notice that the other side has gone, and be kept for ever.
   */
  private handToHttp2(socket: net.Socket): void {
    const server = this.http2Server();
    server.once('session', (session) => {
      session.setTimeout(this.timeouts.http2Silence, () => endIfBroken(session, socket));
    });
    server.emit('connection', socket);
    setImmediate(() => socket.resume());
  }

  private refuseTls(socket: net.Socket): void {
    const fault = `A program speaks TLS to port ${socket.localPort}, which takes plain text only`;
    const remedy = 'Give it an http:// endpoint, for gRPC with OTEL_EXPORTER_OTLP_INSECURE=true';
    this.log.warn(`${fault}. ${remedy}.`);
    this.onRefused('TLS handshake', `${fault}. ${remedy}`);
    socket.destroy();
  }

  private createHttp1(): http.Server {
    const { keepAlive, headers, request } = this.timeouts;
    const server = http.createServer(
      {
        keepAliveTimeout: keepAlive,
        headersTimeout: headers,
        requestTimeout: request,
        connectionsCheckingInterval: Math.max(50, Math.min(5_000, headers / 2)),
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (incoming, outgoing) => {
        this.lastActivity = performance.now();
        this.exchanges.handle(http1Exchange(incoming, outgoing));
      },
    );
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerBroken(error, socket as net.Socket));
    // Node starts to watch for slow senders when a server listens; this one is handed its connections instead.
    server.emit('listening');
    return server;
  }

  private http2Server(): http2.Http2Server {
    if (this.http2) return this.http2;
    const server = http2.createServer({
      settings: { initialWindowSize: STREAM_WINDOW, maxConcurrentStreams: 256, enablePush: false },
      // Megabytes; the default of 10 refuses streams once two of them fill their windows.
      maxSessionMemory: 256,
      maxHeaderListPairs: 128,
    });
    server.on('session', (session) => session.setLocalWindowSize(CONNECTION_WINDOW));
    server.on('sessionError', (error) => this.log.debug(`HTTP/2 session: ${error.message}`));
    server.on('stream', (stream, headers) => this.stream(stream, headers));
    this.http2 = server;
    return server;
  }

  private stream(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders): void {
    this.lastActivity = performance.now();
    stream.on('error', (error) => this.log.trace(`HTTP/2 stream: ${error.message}`));
    stream.setTimeout(this.timeouts.request, () => stream.close(http2.constants.NGHTTP2_CANCEL));
    if (GrpcCalls.isCall(headers)) this.calls.handle(stream, headers);
    else this.exchanges.handle(http2Exchange(stream, headers));
  }
}

function beginsAs(bytes: Buffer, wanted: Buffer): 'yes' | 'no' | 'perhaps' {
  const compared = Math.min(bytes.length, wanted.length);
  if (bytes.compare(wanted, 0, compared, 0, compared) !== 0) return 'no';
  return compared === wanted.length ? 'yes' : 'perhaps';
}

function createUpgrades(upgrade: NonNullable<ReceiverOptions['upgrade']>): http.Server {
  const server = http.createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (_, outgoing) => {
    outgoing.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-length': 0 }).end();
  });
  server.on('upgrade', (request, socket, head) => upgrade.take(request, socket as net.Socket, head));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerBroken(error, socket as net.Socket));
  server.emit('listening');
  return server;
}

/**
 * A session whose peer broke the protocol has said goodbye, and then Node neither reads on nor closes it, nor tells. It is known by
 * the ping that it no longer sends. Whether the ping is answered does not matter: a program at a breakpoint answers none.
 */
function endIfBroken(session: http2.ServerHttp2Session, socket: net.Socket): void {
  const written = socket.bytesWritten;
  if (session.destroyed || !session.ping(() => {})) return;
  setTimeout(() => {
    if (socket.bytesWritten === written) session.destroy();
  }, PING_MS).unref();
}

function http1Exchange(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Exchange {
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    host: incoming.headers.host,
    headers: incoming.headers,
    input: incoming,
    own: true,
    answer(status, headers, body) {
      if (outgoing.destroyed) return;
      headers['content-length'] = Buffer.byteLength(body);
      // What is left of a body that nobody will read would be taken for the next request.
      if (!incoming.complete && status === 413) headers.connection = 'close';
      outgoing.writeHead(status, headers);
      // With an empty body Node would hand two pieces to the system.
      if (body.length > 0) outgoing.end(body);
      else outgoing.end();
    },
  };
}

function http2Exchange(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders): Exchange {
  return {
    method: headers[':method'] ?? '',
    url: headers[':path'] ?? '',
    host: headers[':authority'] ?? headers.host,
    headers,
    input: stream,
    own: false,
    answer(status, answered, body) {
      if (stream.destroyed || stream.closed) return;
      stream.resume();
      stream.respond({ ':status': status, ...answered, 'content-length': Buffer.byteLength(body) });
      stream.end(body);
    },
  };
}

/** What is not HTTP, too slow or too long in its headers gets a last word before its connection is closed. */
function answerBroken(error: NodeJS.ErrnoException, socket: net.Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, reason] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request'];
  const body = statusJson(refusal.malformed(`${reason}: ${error.message}`));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
