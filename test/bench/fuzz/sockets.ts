import { once } from 'node:events';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { FRAME } from '../../support/http2Frames';
import { Random } from '../lib/random';
import { makeCase, type FuzzCase } from './cases';
import type { Patience } from './patience';
import { brokenTransport, grpcBody, httpRequest } from './wireCases';

export interface SocketTally {
  requests: number;
  hangs: string[];
  /** Answers that say that taking a request in failed. */
  failures: string[];
  readonly statuses: Map<string, number>;
}

export type Transport = 'http' | 'grpc' | 'raw';

const LANES = { http: 12, grpc: 16, raw: 16 } as const;
const SERVICES = { traces: 'trace.v1.TraceService', logs: 'logs.v1.LogsService', metrics: 'metrics.v1.MetricsService' };

/** Sends the cases from `from` to `to` to a real receiver, several at once. */
export async function sendCases(
  transport: Transport,
  port: number,
  { seed, from, to, run }: { readonly seed: number; readonly from: number; readonly to: number; readonly run: string },
  tally: SocketTally,
  patience: Patience,
): Promise<void> {
  let next = from;
  const take = () => (next < to ? next++ : undefined);
  const lane = { http: HttpLane, grpc: GrpcLane, raw: RawLane }[transport];
  const work = async () => {
    const sender = new lane(port, run);
    for (let index = take(); index !== undefined; index = take()) {
      const outcome = await withDeadline(sender.send(makeCase(seed, index), new Random(seed * 31 + index)), patience);
      tally.requests++;
      tally.statuses.set(outcome, (tally.statuses.get(outcome) ?? 0) + 1);
      if (outcome === HANG) tally.hangs.push(`${transport} case ${index}`);
      if (outcome === HANG) sender.end();
      if (outcome.includes(FAILURE)) tally.failures.push(`${transport} case ${index}: ${outcome}`);
    }
    sender.end();
  };
  await Promise.all(Array.from({ length: LANES[transport] }, work));
}

const HANG = 'no answer';
const FAILURE = 'failed to take this in';

async function withDeadline(answer: Promise<string>, patience: Patience): Promise<string> {
  const began = patience.begin();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    const wait = (): void => {
      const left = patience.left(began);
      if (left === 0) resolve(HANG);
      else timer = setTimeout(wait, left);
    };
    wait();
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

interface Lane {
  /** What came back, in a word or with the answer's text where that tells of a failure. */
  send(fuzzCase: FuzzCase, random: Random): Promise<string>;
  end(): void;
}

/** Keeps its connection as exporters do; requests are truthful about their length. */
class HttpLane implements Lane {
  private socket: net.Socket | undefined;

  constructor(
    private readonly port: number,
    private readonly run: string,
  ) {}

  async send(fuzzCase: FuzzCase): Promise<string> {
    if (!this.socket || this.socket.destroyed) this.socket = await connected(this.port);
    const { socket } = this;
    return new Promise((resolve) => {
      let text = '';
      const finish = (outcome: string) => {
        socket.removeAllListeners('data').removeAllListeners('close');
        resolve(outcome);
      };
      socket.on('close', () => finish('closed'));
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        const end = text.indexOf('\r\n\r\n') + 4;
        const length = /content-length: (\d+)/i.exec(text)?.[1];
        if (end < 4 || text.length < end + Number(length ?? 0)) return;
        finish(text.includes(FAILURE) ? text.slice(0, 500) : `HTTP ${text.slice(9, 12)}`);
      });
      socket.write(httpRequest(fuzzCase, this.run));
    });
  }

  end(): void {
    this.socket?.destroy();
  }
}

class GrpcLane implements Lane {
  private session: http2.ClientHttp2Session | undefined;

  constructor(private readonly port: number) {}

  async send(fuzzCase: FuzzCase, random: Random): Promise<string> {
    if (!this.session || this.session.destroyed || this.session.closed) {
      this.session = http2.connect(`http://127.0.0.1:${this.port}`);
      this.session.on('error', () => {});
    }
    const { signal, encoding } = fuzzCase;
    const stream = this.session.request({
      ':method': 'POST',
      ':path': `/opentelemetry.proto.collector.${SERVICES[signal]}/Export`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(encoding !== 'identity' && { 'grpc-encoding': encoding }),
    });
    return new Promise((resolve) => {
      let outcome = 'closed';
      const read = (headers: http2.IncomingHttpHeaders) => {
        const status = headers['grpc-status'];
        const message = decodeURIComponent(String(headers['grpc-message'] ?? ''));
        if (status !== undefined) outcome = message.includes(FAILURE) ? message : `gRPC ${String(status)}`;
      };
      stream.on('response', read);
      stream.on('trailers', read);
      stream.on('error', () => {});
      stream.on('close', () => resolve(outcome));
      stream.resume();
      stream.end(grpcBody(fuzzCase, random));
    });
  }

  end(): void {
    this.session?.destroy();
  }
}

/**
 * A connection for each case, whose sending side ends with the bytes: the other side must end it, too, or say goodbye in HTTP/2's
 * way, behind which the receiver gives a connection some more time.
 */
class RawLane implements Lane {
  private socket: net.Socket | undefined;

  constructor(private readonly port: number) {}

  async send(fuzzCase: FuzzCase, random: Random): Promise<string> {
    const socket = await connected(this.port);
    this.socket = socket;
    const outcome = await new Promise<string>((resolve) => {
      let bytes = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        if (saysGoodbye(bytes)) resolve('GOAWAY');
      });
      socket.on('close', () => resolve(bytes.includes(FAILURE) ? bytes.toString('latin1', 0, 500) : 'ended'));
      socket.end(brokenTransport(fuzzCase, random));
    });
    socket.destroy();
    return outcome;
  }

  end(): void {
    this.socket?.destroy();
  }
}

/** One of the frames is GOAWAY. */
function saysGoodbye(bytes: Buffer): boolean {
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes[at + 3] === FRAME.goAway && bytes.readUInt32BE(at + 5) === 0) return true;
  }
  return false;
}

async function connected(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}
