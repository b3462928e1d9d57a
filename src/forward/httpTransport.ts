import * as http from 'node:http';
import * as https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Signal } from '../otlp/signals';
import { FORWARDED_HEADER } from '../protocol/forwardHeaders';
import { clip, readJsonResponse, readResponse, readStatus, wordsOf } from './answers';
import { networkFault, noAnswer } from './networkFaults';
import type { SendResult, Transport } from './sendResult';
import type { Upstream } from './upstream';

const compress = promisify(gzip);
const MEDIA_TYPE = 'application/x-protobuf';
/** Enough for every status; what is longer is not read. */
const MOST_ANSWER_BYTES = 64 * 1024;
const LONGEST_RETRY_AFTER_MS = 300_000;
const RETRYABLE = new Set([429, 502, 503, 504]);
/** Answered by Spanline itself, see the engine's receivers. */
const LOOP_DETECTED = 508;

export interface TransportOptions {
  /** Credentials, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly engineId: string;
  /** For a request with its answer. */
  readonly timeoutMs: number;
  readonly gzip: boolean;
}

/** OTLP over HTTP/1.1, in protobuf. */
export class HttpTransport implements Transport {
  private readonly agent: http.Agent;

  constructor(
    private readonly upstream: Upstream,
    private readonly options: TransportOptions,
  ) {
    const { Agent } = upstream.origin.protocol === 'https:' ? https : http;
    this.agent = new Agent({ keepAlive: true, maxSockets: 2 });
  }

  async send(signal: Signal, request: Uint8Array): Promise<SendResult> {
    const { headers, engineId, timeoutMs } = this.options;
    const body = this.options.gzip ? await compress(request, { level: 1 }) : request;
    const all = {
      'user-agent': 'spanline',
      ...headers,
      'content-type': MEDIA_TYPE,
      'content-length': body.length,
      [FORWARDED_HEADER]: engineId,
      ...(this.options.gzip && { 'content-encoding': 'gzip' }),
    };
    try {
      const answer = await this.post(this.upstream.path(signal), all, body);
      return answer === 'timeout' ? noAnswer(this.upstream, timeoutMs / 1000) : this.judge(answer, signal);
    } catch (error) {
      return networkFault(error, this.upstream);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private post(path: string, headers: http.OutgoingHttpHeaders, body: Uint8Array): Promise<Answer | 'timeout'> {
    const { origin } = this.upstream;
    const { request } = origin.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      const outgoing = request(origin, { method: 'POST', path, headers, agent: this.agent }, (incoming) => {
        collect(incoming)
          .then((bytes) => {
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes });
          }, reject)
          .finally(() => clearTimeout(timer));
      });
      const timer = setTimeout(() => {
        resolve('timeout');
        outgoing.destroy();
      }, this.options.timeoutMs);
      outgoing.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      outgoing.end(body);
    });
  }

  private judge({ status, headers, body }: Answer, signal: Signal): SendResult {
    const type = headers['content-type'];
    if (status >= 200 && status < 300) return /json/i.test(type ?? '') ? readJsonResponse(body) : readResponse(body);
    const said = wordsOf(body, type);
    const answered = `${this.upstream.origin.host} answered ${status}${said && `: ${said}`}`;
    if (RETRYABLE.has(status)) return { kind: 'retry', fault: `${sentence(answered)}`, ...this.waitOf(headers, body) };
    if (status === LOOP_DETECTED) return { kind: 'loop', fault: said };
    if (status === 413) return { kind: 'tooLarge', fault: `${sentence(answered)} Raise its limit for requests.` };
    return { kind: 'refused', fault: `${sentence(answered)} ${remedy(status, this.upstream, signal, headers)}` };
  }

  private waitOf(headers: http.IncomingHttpHeaders, body: Uint8Array): { afterMs?: number } {
    const fromBody = /protobuf/i.test(headers['content-type'] ?? '') ? readStatus(body).retryAfterMs : undefined;
    const afterMs = retryAfterMs(headers['retry-after'], Date.now()) ?? fromBody;
    return afterMs === undefined ? {} : { afterMs: Math.min(afterMs, LONGEST_RETRY_AFTER_MS) };
  }
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** `Retry-After` in seconds or as a date. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

function remedy(status: number, upstream: Upstream, signal: Signal, headers: http.IncomingHttpHeaders): string {
  if (status === 401 || status === 403)
    return 'Enter its credentials by "Spanline: Set Headers for Forwarding…", such as authorization=Bearer%20….';
  if (status >= 300 && status < 400)
    return `It sends requests on to ${clip(headers.location ?? 'somewhere else')}: write that into "spanline.forward.endpoint".`;
  if (status === 404 || status === 405)
    return `Requests go to ${upstream.path(signal)}: check the path in "spanline.forward.endpoint", which is the base URL.`;
  if (status === 415) return 'It does not take OTLP in protobuf over HTTP: try "grpc" in "spanline.forward.protocol".';
  return 'What it refused is dropped.';
}

export function sentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}

function collect(incoming: http.IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_ANSWER_BYTES) return void chunks.push(chunk);
      resolve(Buffer.concat(chunks));
      incoming.destroy();
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('the answer was cut off')));
  });
}
