/** What takes the place of `[start, end)`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** A copy of `bytes[start, end)` with other parts; undefined when there are none. */
export function splice(
  bytes: Uint8Array,
  start: number,
  end: number,
  splices: readonly Splice[],
): Uint8Array | undefined {
  if (splices.length === 0) return undefined;
  const pieces: Uint8Array[] = [];
  let from = start;
  for (const part of splices) {
    pieces.push(bytes.subarray(from, part.start), part.bytes);
    from = part.end;
  }
  pieces.push(bytes.subarray(from, end));
  return Buffer.concat(pieces);
}

/** A field of a message: tag, length, content. */
export function lengthPrefixed(tag: number, content: Uint8Array): Uint8Array {
  const head = Uint8Array.of(...varint(tag), ...varint(content.length));
  return Buffer.concat([head, content]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
