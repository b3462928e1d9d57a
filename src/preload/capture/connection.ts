import type * as Net from 'net';
import { PRELOAD_ROUTE, RUN_HEADER } from '../../protocol/preload';
import type { Host } from '../host';
import { untraced } from './programContext';

/**
 * `taken`: 2xx. `refused`: 4xx, sending it again is no use. `over`: 409, and so is sending anything else. `failed`: no answer, or
 * the engine's own trouble.
 */
export type PostResult = 'taken' | 'refused' | 'over' | 'failed';

const RUN_OVER = 409;

const ANSWER_TIMEOUT_MS = 5000;
/** An answer is an empty object; whoever sends more is not the engine. */
const LONGEST_ANSWER = 16 * 1024;

/**
 * One kept-alive HTTP/1.1 connection to the engine, one request at a time. Written on `net` rather than on `http`: programs
 * patch, mock and watch `http` (instrumentations, nock, diagnostics channels) and would see our requests as their own.
 */
export class EngineConnection {
  private socket: Net.Socket | undefined;
  private done: ((result: PostResult) => void) | undefined;
  private answer = '';
  private readonly endpoint: URL;
  private readonly head: string;

  constructor(private readonly host: Pick<Host, 'settings' | 'outsideContext'>) {
    this.endpoint = new URL(host.settings.endpoint);
    const run = host.settings.run;
    this.head =
      `POST ${PRELOAD_ROUTE} HTTP/1.1\r\nHost: ${this.endpoint.host}\r\nContent-Type: application/json\r\n` +
      `Connection: keep-alive\r\n${run ? `${RUN_HEADER}: ${run}\r\n` : ''}Content-Length: `;
  }

  /** Only after the previous post is done. */
  post(body: string, done: (result: PostResult) => void): void {
    this.done = done;
    this.answer = '';
    this.host.outsideContext(() => {
      this.socket ??= untraced(() => this.open());
      this.socket.write(`${this.head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  private open(): Net.Socket {
    // A program that opens no socket itself, and ends before anything is sent, need not load it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where it is needed, not before
    const { connect }: typeof Net = require('net');
    const { hostname, port } = this.endpoint;
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), noDelay: true });
    socket.unref();
    socket.setTimeout(ANSWER_TIMEOUT_MS);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.read(socket, text));
    socket.on('timeout', () => {
      if (this.done) socket.destroy();
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.finish('failed');
    });
    return socket;
  }

  private read(socket: Net.Socket, text: string): void {
    if (!this.done) return;
    this.answer += text;
    const answer = parseAnswer(this.answer);
    if (answer === 'incomplete') {
      if (this.answer.length > LONGEST_ANSWER) socket.destroy();
      return;
    }
    if (!answer.keepAlive) {
      this.socket = undefined;
      socket.destroy();
    }
    this.finish(resultOf(answer.status));
  }

  private finish(result: PostResult): void {
    const { done } = this;
    this.done = undefined;
    done?.(result);
  }
}

export interface Answer {
  readonly status: number;
  /** The connection can take another request. */
  readonly keepAlive: boolean;
}

/** An HTTP/1.1 answer once it is whole. Without a Content-Length its end is unknown: the status counts, the connection goes. */
export function parseAnswer(text: string): Answer | 'incomplete' {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return 'incomplete';
  const head = text.slice(0, end);
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) return { status, keepAlive: false };
  if (text.length < end + 4 + Number(length)) return 'incomplete';
  return { status, keepAlive: !/\r\nconnection: *close/i.test(head) };
}

function resultOf(status: number): PostResult {
  if (status >= 200 && status < 300) return 'taken';
  if (status === RUN_OVER) return 'over';
  return status >= 400 && status < 500 ? 'refused' : 'failed';
}
