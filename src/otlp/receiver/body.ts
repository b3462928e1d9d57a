import type { Readable } from 'node:stream';
import { refusal, type Refusal } from '../rpcStatus';
import { tooLarge } from './compression';

/** A sender of too much is heard out up to this many times the limit, so that it reads our answer instead of a reset. */
const HEARD_OUT = 4;

/** Bytes of all requests that are being read at this moment, across connections. */
export class BodyBudget {
  private used = 0;

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
}

/**
 * Collects a request's body and hands it over once, when it is complete; never when the sender goes away before. A body of more
 * than `limit` bytes is not kept but answered, after it was heard out.
 */
export function readBody(
  input: Readable,
  { declared, limit, framing }: BodyLimits,
  budget: BodyBudget,
  done: (body: Uint8Array | Refusal) => void,
): void {
  if (declared > limit * HEARD_OUT) {
    input.on('error', ignore);
    return done(tooLarge(limit));
  }
  let chunks: Uint8Array[] = [];
  let received = 0;
  let held = 0;
  let refused: Refusal | undefined;
  let finished = false;

  const finish = (answer: Uint8Array | Refusal | undefined) => {
    if (finished) return;
    finished = true;
    chunks = [];
    try {
      if (answer) done(answer);
    } finally {
      budget.giveBack(held);
    }
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
    else chunks = [];
  });
  input.on('end', () => finish(refused ?? joined(chunks, held)));
  input.on('error', ignore);
  input.on('close', () => finish(undefined));
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length);
}

/** A sender that goes away in the middle is nobody's fault here; 'close' follows. */
function ignore(): void {}
