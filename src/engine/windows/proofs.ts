import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export const LIVE_PATH = '/spanline/v1/live';

const TIME = 'x-spanline-time';
const NONCE = 'x-spanline-nonce';
export const PROOF = 'x-spanline-proof';
/** On every answer to a window that asks, so that it knows whom it met. */
export const SPANLINE = 'x-spanline';

/** Both clocks are the same machine's. */
const FRESH_MS = 30_000;
const MOST_NONCES = 1_000;

/**
 * Windows show each other that they know the secret, without ever sending it: whoever holds the port may be somebody else. What a
 * follower shows counts for one address, moment and connection, so that it is of no use to whoever heard it.
 */
export function followerHeaders(secret: string, authority: string, now = Date.now()): Record<string, string> {
  const [time, nonce] = [String(now), randomBytes(16).toString('hex')];
  return { [TIME]: time, [NONCE]: nonce, [PROOF]: followerProof(secret, authority, time, nonce) };
}

/** What the owner of the port must answer to these headers. */
export function ownerProof(secret: string, headers: IncomingHttpHeaders): string {
  return hmac(secret, 'owner', String(headers[NONCE]));
}

export class FollowerCheck {
  private readonly used = new Map<string, number>();

  /** `authority`: the address and port that the connection came in by. */
  isProven(secret: string, authority: string, headers: IncomingHttpHeaders, now = Date.now()): boolean {
    const [time, nonce, proof] = [headers[TIME], headers[NONCE], headers[PROOF]];
    if (typeof time !== 'string' || typeof nonce !== 'string' || typeof proof !== 'string') return false;
    if (!(Math.abs(now - Number(time)) <= FRESH_MS) || !/^[0-9a-f]{32}$/.test(nonce)) return false;
    if (!isSame(proof, followerProof(secret, authority, time, nonce))) return false;
    return this.useUp(nonce, now);
  }

  private useUp(nonce: string, now: number): boolean {
    for (const [old, at] of this.used) if (now - at > 2 * FRESH_MS) this.used.delete(old);
    if (this.used.has(nonce) || this.used.size >= MOST_NONCES) return false;
    this.used.set(nonce, now);
    return true;
  }
}

export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `127.0.0.1:4318`, as both ends of a connection write it. */
export function authorityOf(address: string, port: number): string {
  return `${address.replace(/^::ffff:/, '')}|${port}`;
}

function followerProof(secret: string, authority: string, time: string, nonce: string): string {
  return hmac(secret, 'follower', authority, time, nonce);
}

function hmac(secret: string, ...parts: string[]): string {
  return createHmac('sha256', secret).update(parts.join('\n')).digest('hex');
}
