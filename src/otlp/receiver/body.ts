import type { Readable } from 'node:stream';
import { refusal, type Refusal } from '../rpcStatus';
import { BodyBuffers, free } from './bodyBuffers';
import { tooLarge } from './compression';

/** A sender of too much is heard out up to this many times the limit, so that it reads our answer instead of a reset. */
const HEARD_OUT = 4;

/** Room that is made at once for what a sender declares, in lengths of the first piece: what is declared may never come. */
const PIECES_AHEAD = 8;

/** Bytes of all requests that are being read at this moment, across connections. */
export class BodyBudget {
  /** Bytes held at this moment. */
  used = 0;
  readonly buffers = new BodyBuffers();

  constructor(private readonly mostBytes: () => number) {}

  take(bytes: number): boolean {
    if (this.used + bytes > this.mostBytes()) return false;
    this.used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}

/** `declared`: by the sender, 0 when unknown. `framing`: bytes around the request that do not count. */
export interface BodyLimits {
  readonly declared: number;
  readonly limit: number;
  readonly framing: number;
  readonly own: boolean;
}

/**
 * Collects a request's body and hands it over once, when it is complete; never when the sender goes away before. A body of more
 * than `limit` bytes is not kept but answered, after it was heard out. The body is void when `done` returns, unless that gives a
 * promise. `own`: pieces are nobody else's either, and their memory may be freed.
 */
export function readBody(
  input: Readable,
  { declared, limit, framing, own }: BodyLimits,
  budget: BodyBudget,
  done: (body: Uint8Array | Refusal) => Promise<void> | undefined,
): void {
  if (declared > limit * HEARD_OUT) {
    input.on('error', ignore);
    return void done(tooLarge(limit));
  }
  const body = new GrowingBody(budget, declared, own);
  let received = 0;
  let refused: Refusal | undefined;
  let finished = false;

  const finish = (answer: Uint8Array | Refusal | undefined) => {
    if (finished) return;
    finished = true;
    let pending: Promise<void> | undefined;
    try {
      pending = answer && done(answer);
    } finally {
      if (!pending) body.release();
    }
    const release = () => body.release();
    pending?.then(release, release);
  };
  input.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
    if (received > limit + framing) refused = tooLarge(limit);
    if (!refused && !body.add(chunk))
      refused = refusal.overload('Too many requests are being received at this moment; try again in a second');
    if (!refused) return;
    if (received > limit * HEARD_OUT) finish(refused);
    else body.release();
  });
  input.on('end', () => finish(refused ?? body.bytes));
  input.on('error', ignore);
  input.on('close', () => finish(undefined));
}

/** What has come of a body: its only piece, or a copy of all. */
class GrowingBody {
  private length = 0;
  private only: Uint8Array | undefined;
  private buffer: Uint8Array | undefined;

  constructor(
    private readonly budget: BodyBudget,
    private readonly declared: number,
    private readonly own: boolean,
  ) {}

  /** False when there is no room for it. */
  add(piece: Uint8Array): boolean {
    const { length } = piece;
    if (!this.budget.take(length)) return false;
    if (this.length === 0 && length >= this.declared) this.only = piece;
    else {
      if (this.only) this.copy(this.only, 0);
      this.only = undefined;
      this.copy(piece, this.length);
    }
    this.length += length;
    return true;
  }

  get bytes(): Uint8Array {
    return this.only ?? this.buffer?.subarray(0, this.length) ?? new Uint8Array(0);
  }

  /** Lets go of everything. */
  release(): void {
    this.budget.giveBack(this.length);
    if (this.only && this.own) free(this.only);
    if (this.buffer) this.budget.buffers.takeBack(this.buffer);
    this.length = 0;
    this.only = this.buffer = undefined;
  }

  /** The piece is void afterwards. */
  private copy(piece: Uint8Array, at: number): void {
    const { buffers } = this.budget;
    const end = at + piece.length;
    if (!this.buffer) this.buffer = buffers.lend(Math.max(end, Math.min(this.declared, end * PIECES_AHEAD)));
    else if (end > this.buffer.length) this.buffer = buffers.grow(this.buffer, at, end);
    this.buffer.set(piece, at);
    if (this.own) free(piece);
  }
}

/** A sender that goes away in the middle is nobody's fault here; 'close' follows. */
function ignore(): void {}
