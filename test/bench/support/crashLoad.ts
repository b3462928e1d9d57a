import { randomBytes } from 'node:crypto';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { encodeJson } from '../../../src/otlp/json/encodeJson';
import { TRACE_REQUEST } from '../../../src/otlp/schema';

/** Spans of one trace; the next ones begin another, so that none grows beyond what a check reads at once. */
const SPANS_IN_TRACE = 512;
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const GRPC_FRAME = 5;

export type Transport = 'http' | 'grpc';

/** Ids of the spans that were acknowledged, by the ids of their traces, both in hex. */
export type Acknowledged = Map<string, string[]>;

export interface Lane {
  readonly transport: Transport;
  /** Spans a request. */
  readonly batch: number;
  /** Each span has one value that must be masked. */
  readonly secrets?: boolean;
}

/** Sends requests one after the other until the server is gone or {@link stop} is called, and notes what was acknowledged. */
export class LaneSender {
  requests = 0;
  spans = 0;
  /** Spans that were sent, acknowledged or not. */
  sent = 0;
  private stopped = false;
  private readonly template: RequestTemplate;
  private traceId = '';
  private inTrace = Infinity;

  constructor(
    private readonly lane: Lane,
    private readonly port: number,
    private readonly acknowledged: Acknowledged,
  ) {
    this.template = new RequestTemplate(lane, lane.transport === 'grpc' ? GRPC_FRAME : 0);
  }

  stop(): void {
    this.stopped = true;
  }

  /** Resolves when the server is gone, or after the request that was under way when it was stopped. */
  run(): Promise<void> {
    return this.lane.transport === 'http' ? this.runHttp() : this.runGrpc();
  }

  private runHttp(): Promise<void> {
    return new Promise((resolve) => {
      const socket = net.connect({ port: this.port, host: '127.0.0.1', noDelay: true });
      let spanIds: string[] = [];
      const next = () => {
        if (this.stopped) return void socket.destroy();
        spanIds = this.prepare();
        const { bytes } = this.template;
        socket.cork();
        socket.write(
          `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${bytes.length}\r\n\r\n`,
        );
        socket.write(Buffer.from(bytes));
        socket.uncork();
      };
      socket.on('connect', next);
      socket.on('data', (answer) => {
        if (answer.toString('latin1', 9, 12) !== '200') throw new Error(answer.toString());
        this.note(spanIds);
        next();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  }

  private runGrpc(): Promise<void> {
    return new Promise((resolve) => {
      const session = http2.connect(`http://127.0.0.1:${this.port}`);
      const headers = { ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc', te: 'trailers' };
      const next = () => {
        if (this.stopped || session.destroyed) return void session.destroy();
        const spanIds = this.prepare();
        const stream = session.request(headers);
        let status: unknown;
        stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
        stream.on('error', () => {});
        stream.on('close', () => {
          if (status === '0') this.note(spanIds);
          next();
        });
        stream.resume();
        stream.end(Buffer.from(this.template.bytes));
      };
      session.on('error', () => {});
      session.on('close', () => resolve());
      session.on('connect', next);
    });
  }

  private prepare(): string[] {
    if (this.inTrace + this.lane.batch > SPANS_IN_TRACE) {
      this.traceId = randomBytes(16).toString('hex');
      this.inTrace = 0;
    }
    this.inTrace += this.lane.batch;
    this.sent += this.lane.batch;
    return this.template.fill(this.traceId);
  }

  private note(spanIds: readonly string[]): void {
    const noted = this.acknowledged.get(this.traceId);
    if (noted) noted.push(...spanIds);
    else this.acknowledged.set(this.traceId, [...spanIds]);
    this.requests++;
    this.spans += spanIds.length;
  }
}

const TRACE_MARK = 'aaaabbbbccccddddeeeeffff00001111';
const spanMark = (index: number) => `5bad${index.toString(16).padStart(12, '0')}`;

/** A request whose ids are put in anew each time. */
class RequestTemplate {
  readonly bytes: Buffer;
  private readonly traceAt: number[] = [];
  private readonly spanAt: number[] = [];

  constructor({ batch, secrets }: Lane, frame: number) {
    const spans = Array.from({ length: batch }, (_, index) => madeSpan(index, secrets ? SECRET : []));
    const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
    const encoded = encodeJson(TRACE_REQUEST, {
      resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'crash' }, spans }] }],
    });
    if ('fault' in encoded) throw new Error(encoded.fault);
    this.bytes = Buffer.concat([Buffer.alloc(frame), encoded.bytes]);
    if (frame > 0) this.bytes.writeUInt32BE(encoded.bytes.length, 1);
    for (let index = 0, from = 0; index < batch; index++) {
      const traceAt = this.bytes.indexOf(Buffer.from(TRACE_MARK, 'hex'), from);
      const spanAt = this.bytes.indexOf(Buffer.from(spanMark(index), 'hex'), traceAt);
      this.traceAt.push(traceAt);
      this.spanAt.push(spanAt);
      from = spanAt;
    }
  }

  /** The ids that the spans have now. */
  fill(traceId: string): string[] {
    const trace = Buffer.from(traceId, 'hex');
    const ids = randomBytes(8 * this.spanAt.length);
    return this.spanAt.map((at, index) => {
      trace.copy(this.bytes, this.traceAt[index]);
      ids.copy(this.bytes, at, index * 8, index * 8 + 8);
      return ids.toString('hex', index * 8, index * 8 + 8);
    });
  }
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const SECRET = [text('password', 'hunter2-of-the-user')];

function madeSpan(index: number, further: readonly object[]): object {
  return {
    traceId: TRACE_MARK,
    spanId: spanMark(index),
    name: `GET /orders/{id}`,
    kind: 2,
    startTimeUnixNano: '1767225600000000000',
    endTimeUnixNano: '1767225600012000000',
    attributes: [
      text('http.request.method', 'GET'),
      text('url.path', `/orders/${index}`),
      text('url.scheme', 'https'),
      text('server.address', 'orders.shop.example'),
      text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'),
      text('code.file.path', '/shop/src/orders.ts'),
      { key: 'code.line.number', value: { intValue: String((index % 50) + 1) } },
      text('code.function.name', 'readOrder'),
      { key: 'http.response.status_code', value: { intValue: '200' } },
      ...further,
    ],
  };
}
