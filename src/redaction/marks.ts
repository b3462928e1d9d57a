import { createHmac, randomBytes } from 'node:crypto';
import type { RedactionMode } from '../protocol/settings';
import { CLASS, code, DIGIT, HEX, LOWER, textOf, utf8 } from './bytes';

/*
 * What stands in the place of a secret: `***`, `***0123456789` (its hash), `abcd***` (its first characters), or nothing. Marks are
 * recognised again, so that what has been redacted stays as it is.
 */

const MASK = '***';
const HASH_DIGITS = 10;
/** Characters that are left of a secret of 16 and more; of shorter ones a quarter. */
const MOST_KEPT = 4;
const MASK_BYTES = utf8(MASK);
const STAR = code('*');
const NOTHING = new Uint8Array(0);

/**
 * Not kept anywhere: who has the hashes cannot find out, by trying, what was hashed. Equal values have equal hashes as long as this
 * process runs.
 */
const HASH_KEY = randomBytes(32);

export type ReplacingMode = Exclude<RedactionMode, 'off'>;

/** What takes the place of `bytes[start, end)`. */
export function markFor(mode: ReplacingMode, bytes: Uint8Array, start: number, end: number): Uint8Array {
  switch (mode) {
    case 'mask':
      return MASK_BYTES;
    case 'hash':
      return utf8(MASK + hashOf(bytes.subarray(start, end)));
    case 'truncate':
      return utf8(firstCharacters(textOf(bytes, start, end)) + MASK);
    case 'delete':
      return NOTHING;
  }
}

/** `bytes[start, end)` is a mark of any mode. */
export function isMark(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < MASK.length) return length === 0;
  if (areStars(bytes, start) && (length === MASK.length || isHash(bytes, start + MASK.length, end))) return true;
  if (!areStars(bytes, end - MASK.length) || length > MASK.length + MOST_KEPT * 4) return false;
  return [...textOf(bytes, start, end - MASK.length)].length <= MOST_KEPT;
}

function areStars(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === STAR && bytes[at + 1] === STAR && bytes[at + 2] === STAR;
}

function isHash(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== HASH_DIGITS) return false;
  for (let pos = start; pos < end; pos++) {
    const bits = CLASS[bytes[pos]];
    if ((bits & HEX) === 0 || (bits & (DIGIT | LOWER)) === 0) return false;
  }
  return true;
}

function hashOf(bytes: Uint8Array): string {
  return createHmac('sha256', HASH_KEY).update(bytes).digest('hex').slice(0, HASH_DIGITS);
}

function firstCharacters(text: string): string {
  const characters = [...text];
  return characters.slice(0, Math.min(MOST_KEPT, Math.floor(characters.length / 4))).join('');
}
