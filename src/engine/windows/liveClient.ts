import { WebSocket, type RawData } from 'ws';
import { errorMessage, type Log } from '../../base/log';
import type { Outcome } from '../../otlp/receiver/options';
import { refusal } from '../../otlp/rpcStatus';
import type { LocalAddress } from '../localhost';
import {
  decodeFrame,
  parseText,
  type FollowerText,
  type LiveFrame,
  type OwnerText,
  type WindowIdentity,
} from './frames';
import { keepAlive } from './heartbeat';
import { authorityOf, followerHeaders, isSame, LIVE_PATH, ownerProof, PROOF, SPANLINE } from './proofs';

const HANDSHAKE_MS = 3_000;
const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
/** What a frame has beside the request. */
const FRAME_BYTES = 1_024;

export interface LiveClientParts {
  readonly secret: string;
  readonly log: Log;
  readonly maxRequestBytes: () => number;
  /** Runs of this window. */
  readonly runs: () => readonly string[];
  readonly take: (frame: LiveFrame) => Outcome | Promise<Outcome>;
}

/**
 * `stranger`: no Spanline; `unknown`: a Spanline of another user or editor, with another secret; `nobody`: whoever it was has just
 * gone, as windows do that are closed.
 */
export type Met = LiveClient | 'stranger' | 'unknown' | 'nobody';

/** This window's end of the live stream from the window that owns a port. */
export class LiveClient {
  /** Called once, when the stream has ended. */
  onClosed: (() => void) | undefined;
  /** Number of the last frame that was taken. */
  last = 0;
  private closed = false;

  private constructor(
    readonly owner: WindowIdentity,
    private readonly socket: WebSocket,
    private readonly parts: LiveClientParts,
  ) {
    keepAlive(socket);
    socket.on('message', (data, isBinary) => this.heard(data, isBinary));
    socket.on('close', (code) => {
      this.closed = true;
      parts.log.debug(`The stream from window "${owner.name}" (pid ${owner.pid}) ended with ${code}`);
      this.onClosed?.();
    });
  }

  /** Asks whoever listens there. Nothing of the stream comes before {@link LiveClient.start}. Never rejects. */
  static meet(address: LocalAddress, port: number, parts: LiveClientParts): Promise<Met> {
    const { secret, log } = parts;
    const headers = followerHeaders(secret, authorityOf(address, port));
    const host = address.includes(':') ? `[${address}]` : address;
    const socket = new WebSocket(`ws://${host}:${port}${LIVE_PATH}`, {
      headers,
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: parts.maxRequestBytes() + FRAME_BYTES,
    });
    return new Promise((resolve) => {
      let proven = false;
      const leave = (met: Exclude<Met, LiveClient>) => {
        clearTimeout(limit);
        resolve(met);
        socket.terminate();
      };
      const limit = setTimeout(() => leave('stranger'), 2 * HANDSHAKE_MS);
      socket.on('error', (error: NodeJS.ErrnoException) => {
        log.trace(`Port ${port}: ${error.message}`);
        leave(GONE.has(error.code ?? '') ? 'nobody' : 'stranger');
      });
      socket.on('unexpected-response', (_, response) => {
        leave(response.headers[SPANLINE] === undefined ? 'stranger' : 'unknown');
      });
      socket.on('upgrade', ({ headers: answered }) => {
        proven = isSame(String(answered[PROOF]), ownerProof(secret, headers));
      });
      socket.once('message', (data: RawData, isBinary) => {
        const text = isBinary ? undefined : parseText<OwnerText>((data as Buffer).toString('utf8'));
        if (!proven || text?.type !== 'welcome') return leave('unknown');
        clearTimeout(limit);
        socket.removeAllListeners('error');
        socket.on('error', (error) => log.debug(`The stream from port ${port}: ${error.message}`));
        resolve(new LiveClient(text, socket, parts));
      });
      socket.on('close', () => leave('nobody'));
    });
  }

  /** `after`: the last frame of the same owner that an earlier connection brought. */
  start(after: number | undefined): void {
    const { engine } = this.owner;
    this.last = after ?? 0;
    this.say({
      type: 'hello',
      runs: this.parts.runs(),
      ...(after !== undefined && { after: { engine, number: after } }),
    });
  }

  get isOpen(): boolean {
    return !this.closed;
  }

  runsChanged(): void {
    this.say({ type: 'runs', runs: this.parts.runs() });
  }

  close(): void {
    this.socket.close(1000);
    // An owner that hangs does not answer a farewell.
    setTimeout(() => this.socket.terminate(), 500).unref();
  }

  private heard(data: RawData, isBinary: boolean): void {
    if (!isBinary) return this.heardText((data as Buffer).toString('utf8'));
    const frame = decodeFrame(data as Buffer);
    if (!frame) return this.socket.terminate();
    if (frame.run === undefined) this.last = frame.number;
    void this.take(frame);
  }

  private async take(frame: LiveFrame): Promise<void> {
    let outcome: Outcome;
    try {
      const taken = this.parts.take(frame);
      outcome = taken instanceof Promise ? await taken : taken;
    } catch (error) {
      outcome = refusal.internal(`The window of this run failed to take it in: ${errorMessage(error)}`);
    }
    if (frame.run !== undefined) this.say({ type: 'answer', number: frame.number, outcome });
  }

  private heardText(words: string): void {
    const text = parseText<OwnerText>(words);
    if (text?.type !== 'gap') return;
    const { name, pid } = this.owner;
    this.parts.log.warn(
      `${text.missed} requests that window "${name}" (pid ${pid}) received meanwhile are not shown here: this window was away for too long`,
    );
  }

  private say(text: FollowerText): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(text));
  }
}
