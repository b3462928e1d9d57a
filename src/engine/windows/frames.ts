import type { Outcome } from '../../otlp/receiver/options';
import { SIGNALS, type Signal } from '../../otlp/signals';

/** A kept request on its way from the window that received it to another. */
export interface LiveFrame {
  /** Counts the owner's frames; a follower that comes back names the last one it has. */
  readonly number: number;
  readonly signal: Signal;
  /** The follower's run that it belongs to; then its answer is waited for. Undefined: outside of all runs. */
  readonly run?: string;
  readonly leftOut: number;
  /** Sent again out of what the owner remembers, from before the follower came. */
  readonly isOld: boolean;
  readonly request: Uint8Array;
}

const HEAD = 11;
const OLD = 1;

/** What stands before the request: flags, signal, length of the run, number (4 bytes), left out (4 bytes), run. */
export function frameHead({ number, signal, run = '', leftOut }: Omit<LiveFrame, 'request' | 'isOld'>): Buffer {
  const name = Buffer.from(run);
  if (name.length > 255) throw new Error(`A run's name may have 255 bytes, not ${name.length}`);
  const frame = Buffer.allocUnsafe(HEAD + name.length);
  frame[0] = 0;
  frame[1] = SIGNALS.indexOf(signal);
  frame[2] = name.length;
  frame.writeUInt32BE(number, 3);
  frame.writeUInt32BE(leftOut, 7);
  frame.set(name, HEAD);
  return frame;
}

/** Marks a frame for a follower that asks for what was before. */
export function markOld(frame: Buffer): void {
  frame[0] |= OLD;
}

/** Undefined where the bytes are no frame. */
export function decodeFrame(frame: Buffer): LiveFrame | undefined {
  const signal = SIGNALS[frame[1]];
  if (frame.length < HEAD || !signal || frame.length < HEAD + frame[2]) return undefined;
  const end = HEAD + frame[2];
  const run = frame.toString('utf8', HEAD, end);
  return {
    number: frame.readUInt32BE(3),
    signal,
    ...(run && { run }),
    leftOut: frame.readUInt32BE(7),
    isOld: (frame[0] & OLD) !== 0,
    request: frame.subarray(end),
  };
}

/** Who a window is. */
export interface WindowIdentity {
  readonly engine: string;
  readonly pid: number;
  /** What its user knows it by. */
  readonly name: string;
}

/** Texts from the owner of the port. */
export type OwnerText =
  | ({ readonly type: 'welcome' } & WindowIdentity)
  /** So many requests came while the follower was away, and are not remembered any more. */
  | { readonly type: 'gap'; readonly missed: number };

/** Texts from a follower. */
export type FollowerText =
  | {
      readonly type: 'hello';
      readonly runs: readonly string[];
      /** The last frame it has of this owner. */
      readonly after?: { readonly engine: string; readonly number: number };
    }
  | { readonly type: 'runs'; readonly runs: readonly string[] }
  | { readonly type: 'answer'; readonly number: number; readonly outcome: Outcome };

/** Undefined for what is no JSON object with a type. */
export function parseText<T extends { readonly type: string }>(text: string): T | undefined {
  try {
    const parsed = JSON.parse(text) as T | null;
    return typeof parsed?.type === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
