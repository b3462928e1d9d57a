/** Bytes that are nobody else's. Not `slice`, which gives a part of the same memory where `bytes` is a Buffer. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}
