import type { SpanId, TraceId } from '../model/ids';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Hex of four bytes as they lie on the wire, read as a little-endian word. */
function wordText(word: number): string {
  return HEX[word & 0xff] + HEX[(word >>> 8) & 0xff] + HEX[(word >>> 16) & 0xff] + HEX[word >>> 24];
}

export function traceIdText(a: number, b: number, c: number, d: number): TraceId {
  return (wordText(a) + wordText(b) + wordText(c) + wordText(d)) as TraceId;
}

export function spanIdText(a: number, b: number): SpanId {
  return (wordText(a) + wordText(b)) as SpanId;
}

/** The signed words of an id in hex, as {@link traceIdText} takes them. */
export function idWords(hex: string): number[] {
  const words: number[] = [];
  for (let i = 0; i < hex.length; i += 8) {
    const word = parseInt(hex.slice(i, i + 8), 16);
    words.push(((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24));
  }
  return words;
}
