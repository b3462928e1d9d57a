import { code } from '../bytes';
import type { TextScan } from '../scan';

const [BACKSLASH, COMMA, SPACE] = [...'\\, '].map(code);
/** What ends a value without quotes wherever it stands. */
const TERMINATORS: ReadonlySet<number> = new Set([...' \t\r\n&;"\'`<>)}]|\\'].map(code));
const LINE_ENDS: ReadonlySet<number> = new Set([...'\r\n"\'`}\\'].map(code));

/**
 * Where the text that begins with the quote at `quote` ends: before the next one of its kind with as many backslashes before it, or
 * at the end of a text that was cut off.
 */
export function endOfQuoted(text: TextScan, quote: number, level: number): number {
  const { bytes, end, unclosed } = text;
  const kind = level * 256 + bytes[quote];
  const known = unclosed[kind];
  if (known !== undefined && quote >= known) return end;
  for (let pos = quote + 1; pos < end; pos++) {
    if (bytes[pos] !== bytes[quote]) continue;
    const slashes = backslashesBefore(bytes, pos, quote + 1);
    if (slashes === level || (level === 0 && slashes % 2 === 0)) return pos - level;
  }
  unclosed[kind] = quote;
  return end;
}

function backslashesBefore(bytes: Uint8Array, at: number, from: number): number {
  let pos = at;
  while (pos > from && bytes[pos - 1] === BACKSLASH) pos--;
  return at - pos;
}

/**
 * Where the value without quotes ends. A comma belongs to it where no space and no other assignment follows. The end is that of all
 * values that begin before it, too, and remembered for them.
 */
export function endOfBare(text: TextScan, at: number, hasSpaces: boolean): number {
  return rememberedEnd(text, at, hasSpaces ? 'spaced' : 'bare', (byte, pos) => {
    if (byte === COMMA) return isSeparator(text.bytes, pos, text.end);
    return TERMINATORS.has(byte) && !(hasSpaces && byte === SPACE);
  });
}

export function endOfLine(text: TextScan, at: number): number {
  return rememberedEnd(text, at, 'line', (byte) => LINE_ENDS.has(byte));
}

/** The first place from `at` on that `isEnd`; asked again from behind `at`, it is known already. */
export function rememberedEnd(
  { bytes, end, ends }: TextScan,
  at: number,
  kind: string,
  isEnd: (byte: number, pos: number) => boolean,
): number {
  const known = ends.get(kind);
  if (known !== undefined && known.from <= at && at <= known.end) return known.end;
  let pos = at;
  while (pos < end && !isEnd(bytes[pos], pos)) pos++;
  ends.set(kind, { from: at, end: pos });
  return pos;
}

const LONGEST_NAME = 64;

/** A comma before a space, the end, a quote, or `name=`. */
function isSeparator(bytes: Uint8Array, at: number, end: number): boolean {
  const stop = Math.min(end, at + LONGEST_NAME);
  for (let pos = at + 1; pos < stop; pos++) {
    const byte = bytes[pos];
    if (byte === code('=') || byte === code(':')) return true;
    if (TERMINATORS.has(byte)) return pos === at + 1;
    if (byte === COMMA) return false;
  }
  return stop === end && stop === at + 1;
}
