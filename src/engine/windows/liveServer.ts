import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Log } from '../../base/log';
import type { Outcome } from '../../otlp/receiver/options';
import type { Signal } from '../../otlp/signals';
import { frameHead, markOld, parseText, type FollowerText, type OwnerText, type WindowIdentity } from './frames';
import { keepAlive } from './heartbeat';
import { authorityOf, FollowerCheck, LIVE_PATH, ownerProof, PROOF, SPANLINE } from './proofs';
import { FrameRing } from './ring';

/** Followers send small texts only. */
const MOST_TEXT_BYTES = 64 * 1024;
const MOST_FOLLOWERS = 64;
/** A follower that is so far behind is cut off; it comes back for what is still remembered. */
const MOST_BEHIND_BYTES = 32 * 1024 * 1024;
const TOO_SLOW = 4008;
const ANSWER_MS = 5_000;
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const MOST_RUNS = 1_000;

interface Follower {
  readonly socket: WebSocket;
  runs: ReadonlySet<string>;
  /** Set once it has said hello: from then on it is sent what comes. */
  greeted: boolean;
  readonly waiting: Map<number, (outcome: Outcome | undefined) => void>;
}

export interface LiveServerParts {
  readonly identity: WindowIdentity;
  readonly log: Log;
  readonly maxBehindBytes?: number;
  readonly ring?: FrameRing;
}

/** The live stream from the window that owns the shared ports to those that do not. */
export class LiveServer {
  /** Nobody is let in before it is known. */
  secret: string | undefined;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MOST_TEXT_BYTES,
  });
  private readonly check = new FollowerCheck();
  private readonly followers = new Set<Follower>();
  private readonly ring: FrameRing;
  private broadcasts = 0;
  /** Counted apart: they are nobody else's to miss. */
  private routed = 0;
  private readonly log: Log;

  constructor(private readonly parts: LiveServerParts) {
    this.log = parts.log;
    this.ring = parts.ring ?? new FrameRing();
    this.sockets.on('headers', (headers, request) => {
      headers.push(`${SPANLINE}: 1`, `${PROOF}: ${ownerProof(this.secret ?? '', request.headers)}`);
    });
  }

  /** Takes over a connection that asks for the stream, or answers why not. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const refused = this.refusal(request, socket);
    if (refused) return refuse(socket, ...refused);
    this.sockets.handleUpgrade(request, socket, head, (accepted) => this.accept(accepted));
  }

  /** Sends on what was kept of a request from outside all runs. Copies it. */
  broadcast(signal: Signal, request: Uint8Array): void {
    const number = nextNumber(this.broadcasts);
    this.broadcasts = number;
    const head = frameHead({ signal, leftOut: 0, number });
    this.ring.add(number, head, request);
    if (this.followers.size === 0) return;
    const frame = Buffer.concat([head, request]);
    for (const follower of this.followers) if (follower.greeted) this.send(follower, frame);
  }

  /**
   * Hands a request to the window that owns its run and waits for that one's answer, so that nothing is acknowledged which nobody
   * keeps. Undefined when no window owns the run; resolves to undefined when that window does not answer.
   */
  route(run: string, signal: Signal, request: Uint8Array, leftOut: number): Promise<Outcome | undefined> | undefined {
    const follower = [...this.followers].find(({ runs }) => runs.has(run));
    if (!follower || follower.socket.readyState !== follower.socket.OPEN) return undefined;
    const number = nextNumber(this.routed);
    this.routed = number;
    const frame = Buffer.concat([frameHead({ signal, run, leftOut, number }), request]);
    return new Promise((resolve) => {
      const settle = (outcome: Outcome | undefined) => {
        clearTimeout(limit);
        follower.waiting.delete(number);
        resolve(outcome);
      };
      const limit = setTimeout(() => settle(undefined), ANSWER_MS).unref();
      follower.waiting.set(number, settle);
      this.send(follower, frame);
    });
  }

  /** What was received so far is to be shown to nobody any more. */
  forget(): void {
    this.ring.clear();
  }

  close(): void {
    for (const { socket } of this.followers) socket.close(1001);
    this.sockets.close();
  }

  /** Web pages can open sockets to this machine: they always name their origin, and theirs is the host they were loaded from. */
  private refusal({ url, headers, method }: IncomingMessage, socket: Socket): readonly [number, string] | undefined {
    if (url !== LIVE_PATH || method !== 'GET') return [404, 'Not Found'];
    if (headers.origin !== undefined) return [403, 'Web pages are not let in'];
    if (!LOOPBACK_HOST.test(headers.host ?? '')) return [403, 'The Host is not this machine'];
    const authority = authorityOf(socket.localAddress ?? '', socket.localPort ?? 0);
    if (this.secret === undefined || !this.check.isProven(this.secret, authority, headers))
      return [401, 'Only windows of the same user are let in'];
    if (this.followers.size >= MOST_FOLLOWERS) return [503, 'Too many windows'];
    return undefined;
  }

  private accept(socket: WebSocket): void {
    const follower: Follower = { socket, runs: new Set(), greeted: false, waiting: new Map() };
    this.followers.add(follower);
    keepAlive(socket);
    socket.on('message', (data, isBinary) => this.heard(follower, data, isBinary));
    socket.on('error', (error) => this.log.debug(`A window that follows: ${error.message}`));
    socket.on('close', () => {
      this.followers.delete(follower);
      for (const settle of [...follower.waiting.values()]) settle(undefined);
    });
    this.tell(follower, { type: 'welcome', ...this.parts.identity });
  }

  private heard(follower: Follower, data: RawData, isBinary: boolean): void {
    const text = isBinary ? undefined : parseText<FollowerText>((data as Buffer).toString('utf8'));
    switch (text?.type) {
      case 'hello':
        follower.runs = runsOf(text.runs);
        return this.catchUp(follower, text.after);
      case 'runs':
        follower.runs = runsOf(text.runs);
        return;
      case 'answer':
        follower.waiting.get(text.number)?.(text.outcome);
        return;
      case undefined:
        follower.socket.close(1008);
    }
  }

  private catchUp(follower: Follower, after: { readonly engine: string; readonly number: number } | undefined): void {
    if (follower.greeted) return;
    follower.greeted = true;
    const knowsUs = after?.engine === this.parts.identity.engine;
    const { frames, missed } = this.ring.after(knowsUs ? after.number : -1);
    if (knowsUs && missed > 0) this.tell(follower, { type: 'gap', missed });
    for (const frame of frames) {
      if (!knowsUs) markOld(frame);
      this.send(follower, frame);
    }
  }

  private send(follower: Follower, frame: Buffer): void {
    const { socket } = follower;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > (this.parts.maxBehindBytes ?? MOST_BEHIND_BYTES)) {
      this.log.warn('A window that follows is too slow and was cut off; it comes back by itself');
      socket.close(TOO_SLOW);
      // What it has not read would be held until it does.
      return void setTimeout(() => socket.terminate(), 1_000).unref();
    }
    socket.send(frame);
  }

  private tell({ socket }: Follower, text: OwnerText): void {
    socket.send(JSON.stringify(text));
  }
}

function nextNumber(number: number): number {
  return (number + 1) >>> 0;
}

function runsOf(runs: unknown): ReadonlySet<string> {
  const texts = Array.isArray(runs) ? runs.filter((run): run is string => typeof run === 'string') : [];
  return new Set(texts.slice(0, MOST_RUNS));
}

function refuse(socket: Socket, status: number, reason: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\n${SPANLINE}: 1\r\nContent-Type: text/plain\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`,
  );
}
