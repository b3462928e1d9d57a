/** A buffer that one huge request has grown is given back afterwards. */
const KEPT_BYTES = 4 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/**
 * Protobuf that is written front to back without looking for room: nearly everything is shorter than its JSON, so that room for the
 * rest of the JSON is enough. What may be longer asks {@link makeRoom} first. A nested message's length is put before it afterwards.
 */
export class PlainOutput {
  bytes = Buffer.alloc(FIRST_BYTES);
  /** How much of it is written. */
  to = 0;
  private view = viewOf(this.bytes);

  /** `length`: bytes of the JSON. */
  begin(length: number): void {
    this.to = 0;
    if (this.bytes.length < length) this.grow(length);
  }

  /** A copy of what was written. */
  written(): Uint8Array {
    return new Uint8Array(this.bytes.subarray(0, this.to));
  }

  end(): void {
    this.to = 0;
    if (this.bytes.length > KEPT_BYTES) this.grow(FIRST_BYTES);
  }

  /** For eight bytes that may be a single digit in JSON. `rest`: bytes of JSON that are still to be read. */
  makeRoom(rest: number): void {
    const needed = this.to + 10 + rest;
    if (needed > this.bytes.length) this.grow(needed * 2);
  }

  /** Field number and wire type. */
  tag(tag: number): void {
    if (tag < 0x80) this.bytes[this.to++] = tag;
    else this.varint(tag);
  }

  /** A length to come; {@link setLength} needs what this returns. */
  leaveLength(): number {
    return ++this.to;
  }

  setLength(start: number): void {
    const length = this.to - start;
    if (length < 0x80) {
      this.bytes[start - 1] = length;
      return;
    }
    const extra = length < 0x4000 ? 1 : length < 0x20_0000 ? 2 : length < 0x1000_0000 ? 3 : 4;
    this.bytes.copyWithin(start + extra, start, this.to);
    this.to = start - 1;
    this.varint(length);
    this.to += length;
  }

  byte(value: number): void {
    this.bytes[this.to++] = value;
  }

  /** 0 to 2^32 - 1. */
  varint(value: number): void {
    const { bytes } = this;
    let rest = value;
    while (rest > 0x7f) {
      bytes[this.to++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.to++] = rest;
  }

  varint64(low: number, high: number): void {
    let [lower, upper] = [low, high];
    while (upper > 0) {
      this.bytes[this.to++] = (lower & 0x7f) | 0x80;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.varint(lower);
  }

  fixed32(value: number): void {
    this.view.setUint32(this.to, value, true);
    this.to += 4;
  }

  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  double(value: number): void {
    this.view.setFloat64(this.to, value, true);
    this.to += 8;
  }

  private grow(bytes: number): void {
    const larger = Buffer.alloc(bytes);
    this.bytes.copy(larger, 0, 0, this.to);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
