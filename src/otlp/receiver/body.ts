import type { Readable } from 'node:stream';
import { refusal, type Refusal } from '../rpcStatus';
import { tooLarge } from './compression';

/** A sender of too much is heard out up to this many times the limit, so that it reads our answer instead of a reset. */
const HEARD_OUT = 4;

/** A buffer larger than this is not kept for the next request. */
const LARGEST_REUSED = 8 * 1024 * 1024;

/** Bytes of all requests that are being read at this moment, across connections. */
export class BodyBudget {
  /** Bytes held at this moment. */
  used = 0;
  /** Where bodies are put together, one after another: a fresh buffer for each would keep the garbage collector busy. */
  private reused = new Uint8Array(0);

  constructor(private readonly mostBytes: () => number) {}

  take(bytes: number): boolean {
    if (this.used + bytes > this.mostBytes()) return false;
    this.used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }

  /** The pieces as one, which is overwritten by the next call unless {@link handOver} comes before. */
  join(chunks: readonly Uint8Array[], length: number): Uint8Array {
    if (chunks.length === 1) return chunks[0];
    if (length > LARGEST_REUSED) return Buffer.concat(chunks, length);
    if (length > this.reused.length) this.reused = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(length)));
    let at = 0;
    for (const chunk of chunks) {
      this.reused.set(chunk, at);
      at += chunk.length;
    }
    return this.reused.subarray(0, length);
  }

  /** What was joined last is still being read. */
  handOver(): void {
    this.reused = new Uint8Array(0);
  }
}

/** `declared`: by the sender, 0 when unknown. `framing`: bytes around the request that do not count. */
export interface BodyLimits {
  readonly declared: number;
  readonly limit: number;
  readonly framing: number;
}

/**
 * Collects a request's body and hands it over once, when it is complete; never when the sender goes away before. A body of more
 * than `limit` bytes is not kept but answered, after it was heard out. The body is void when `done` returns, unless that gives a
 * promise.
 */
export function readBody(
  input: Readable,
  { declared, limit, framing }: BodyLimits,
  budget: BodyBudget,
  done: (body: Uint8Array | Refusal) => Promise<void> | undefined,
): void {
  if (declared > limit * HEARD_OUT) {
    input.on('error', ignore);
    return void done(tooLarge(limit));
  }
  let chunks: Uint8Array[] = [];
  let received = 0;
  let held = 0;
  let refused: Refusal | undefined;
  let finished = false;

  const release = () => {
    budget.giveBack(held);
    held = 0;
  };
  const finish = (answer: Uint8Array | Refusal | undefined) => {
    if (finished) return;
    finished = true;
    chunks = [];
    let pending: Promise<void> | undefined;
    try {
      pending = answer && done(answer);
    } finally {
      if (!pending) release();
    }
    if (!pending) return;
    budget.handOver();
    pending.then(release, release);
  };
  input.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
    if (received > limit + framing) refused = tooLarge(limit);
    if (!refused && !budget.take(chunk.length))
      refused = refusal.overload('Too many requests are being received at this moment; try again in a second');
    if (!refused) {
      held += chunk.length;
      chunks.push(chunk);
    } else if (received > limit * HEARD_OUT) finish(refused);
    else {
      chunks = [];
      release();
    }
  });
  input.on('end', () => finish(refused ?? budget.join(chunks, held)));
  input.on('error', ignore);
  input.on('close', () => finish(undefined));
}

/** A sender that goes away in the middle is nobody's fault here; 'close' follows. */
function ignore(): void {}
