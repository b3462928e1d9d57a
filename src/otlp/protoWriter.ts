/** Wire types of protobuf that OTLP uses. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Value of a hex digit by its char code. */
const NO_HEX = 0xff;
const HEX = new Uint8Array(128).fill(NO_HEX);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/** A buffer that one huge request has grown is given back afterwards. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** Below this many characters a loop over char codes is quicker than the call into the encoder. */
const SHORT_STRING = 48;

/**
 * Writes protobuf front to back into a growing buffer. A nested message is written first and its length put before it
 * afterwards, with the shortest varint, so that equal messages are equal bytes whoever wrote them.
 */
export class ProtoWriter {
  private buffer: Buffer;
  private view: DataView;
  private position = 0;

  constructor(private readonly initialBytes = 64 * 1024) {
    this.buffer = Buffer.alloc(initialBytes);
    this.view = viewOf(this.buffer);
  }

  /** A copy of what was written; the writer is empty again. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.buffer.subarray(0, this.position));
    this.reset();
    return bytes;
  }

  reset(): void {
    this.position = 0;
    if (this.buffer.length > KEPT_BYTES) this.resize(this.initialBytes);
  }

  /** Begins a nested message; {@link endMessage} needs what this returns. */
  beginMessage(field: number): number {
    this.varint((field << 3) | LENGTH);
    this.reserve(1);
    return ++this.position;
  }

  endMessage(start: number): void {
    const length = this.position - start;
    if (length < 0x80) {
      this.buffer[start - 1] = length;
      return;
    }
    const extra = varintSize(length) - 1;
    this.reserve(extra);
    this.buffer.copyWithin(start + extra, start, this.position);
    this.position = start - 1;
    this.varint(length);
    this.position += length;
  }

  /** Takes back everything from `position` on. */
  truncate(position: number): void {
    this.position = position;
  }

  get length(): number {
    return this.position;
  }

  string(field: number, text: string): void {
    this.varint((field << 3) | LENGTH);
    // A UTF-16 unit takes three bytes at most; five more for the length.
    this.reserve(text.length * 3 + 5);
    if (text.length > SHORT_STRING || !this.shortAscii(text)) this.longString(text);
  }

  /** The bytes that hex digits of either case spell. False, with nothing written, when the text is no hex. */
  hex(field: number, text: string): boolean {
    const start = this.position;
    const { length } = text;
    this.varint((field << 3) | LENGTH);
    this.varint(length >>> 1);
    this.reserve(length >>> 1);
    let wrong = length & 1;
    for (let i = 0; i + 1 < length; i += 2) {
      const upper = HEX[text.charCodeAt(i)] ?? NO_HEX;
      const lower = HEX[text.charCodeAt(i + 1)] ?? NO_HEX;
      wrong |= (upper | lower) & 0xf0;
      this.buffer[this.position++] = (upper << 4) | lower;
    }
    if (wrong !== 0) this.position = start;
    return wrong === 0;
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.varint((field << 3) | LENGTH);
    this.varint(bytes.length);
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Bytes as they are: whole fields. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.buffer.set(bytes.subarray(start, end), this.position);
    this.position += end - start;
  }

  /** Non-negative, at most 2^32 - 1. */
  uint32(field: number, value: number): void {
    this.varint(field << 3);
    this.varint(value);
  }

  int32(field: number, value: number): void {
    if (value >= 0) this.uint32(field, value);
    else this.varint64(field, value >>> 0, 0xffffffff);
  }

  sint32(field: number, value: number): void {
    this.uint32(field, ((value << 1) ^ (value >> 31)) >>> 0);
  }

  bool(field: number, value: boolean): void {
    this.uint32(field, value ? 1 : 0);
  }

  /** A 64-bit varint from its halves. */
  varint64(field: number, low: number, high: number): void {
    this.varint((field << 3) | VARINT);
    this.reserve(10);
    let [lo, hi] = [low >>> 0, high >>> 0];
    while (hi > 0) {
      this.buffer[this.position++] = (lo & 0x7f) | 0x80;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    this.varint(lo);
  }

  fixed64(field: number, low: number, high: number): void {
    this.varint((field << 3) | FIXED64);
    this.reserve(8);
    this.view.setUint32(this.position, low, true);
    this.view.setUint32(this.position + 4, high, true);
    this.position += 8;
  }

  fixed32(field: number, value: number): void {
    this.varint((field << 3) | FIXED32);
    this.reserve(4);
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  double(field: number, value: number): void {
    this.varint((field << 3) | FIXED64);
    this.reserve(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  private varint(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  /** False, with nothing written, when a character is not ASCII. */
  private shortAscii(text: string): boolean {
    const { buffer } = this;
    let at = this.position + 1;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[at++] = code;
    }
    buffer[this.position] = text.length;
    this.position = at;
    return true;
  }

  private longString(text: string): void {
    // The text goes behind the widest length it can need and is moved up when its length turns out shorter.
    const widest = varintSize(text.length * 3);
    const length = this.buffer.write(text, this.position + widest, 'utf8');
    const size = varintSize(length);
    const from = this.position + widest;
    this.varint(length);
    if (size !== widest) this.buffer.copyWithin(this.position, from, from + length);
    this.position += length;
  }

  private reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed > this.buffer.length) this.resize(Math.max(needed, this.buffer.length * 2));
  }

  private resize(bytes: number): void {
    const larger = Buffer.alloc(bytes);
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
    this.view = viewOf(larger);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}

function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
