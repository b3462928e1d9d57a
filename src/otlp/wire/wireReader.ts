/** Wire types of protobuf. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const FIXED32 = 5;

/** Groups are extinct; a sender that nests them deeper than this is not sending telemetry. */
const MAX_GROUP_DEPTH = 64;
/** Where {@link WireReader.pos} goes at a fault: every `while (pos < end)` stops. */
const PAST_EVERY_END = 0x7fff_ffff;
const NO_BYTES = new Uint8Array(0);

/** Bytes and a view of the same bytes. */
export interface WireBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * Reads protobuf fields out of bytes that nobody has checked. Every read takes the end of the message it reads in and never
 * goes beyond it. A fault is sticky rather than thrown: the first one is kept in {@link fault}, later reads give 0, and all loops
 * of the form `while (reader.pos < end)` end, so that callers look at `fault` once, when they are through.
 */
export class WireReader implements WireBytes {
  bytes: Uint8Array = NO_BYTES;
  view = viewOf(NO_BYTES);
  pos = 0;
  /** What is wrong, in words that fit behind "the span "; undefined while all is well. */
  fault: string | undefined;
  /** Byte at which it was noticed. */
  faultAt = 0;
  /** The upper half of the last {@link varint}, unsigned, or {@link fixed64}, signed. */
  high = 0;

  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.seek(0);
  }

  /** Reads what another one reads, from the start. */
  share(source: WireBytes): void {
    this.bytes = source.bytes;
    this.view = source.view;
    this.seek(0);
  }

  /** Lets go of the bytes, so that a request does not live on in an idle reader. */
  close(): void {
    this.open(NO_BYTES);
  }

  /** Starts over at `pos` and forgets a fault. */
  seek(pos: number): void {
    this.pos = pos;
    this.fault = undefined;
  }

  fail(fault: string): 0 {
    if (this.fault === undefined) {
      this.fault = fault;
      this.faultAt = Math.min(this.pos, this.bytes.length);
    }
    this.pos = PAST_EVERY_END;
    return 0;
  }

  /** Field number and wire type of the next field, as one number; 0 at a fault. */
  tag(end: number): number {
    const { pos } = this;
    if (pos < end) {
      const byte = this.bytes[pos];
      if (byte < 0x80 && byte > 7) {
        this.pos = pos + 1;
        return byte;
      }
    }
    return this.longTag(end);
  }

  private longTag(end: number): number {
    const tag = this.varint(end);
    if (this.fault !== undefined) return 0;
    if (tag < 8 || this.high !== 0) return this.fail('has a field number that protobuf does not allow');
    return tag;
  }

  /** The lower 32 bits of a varint, unsigned; overlong ones are taken up to ten bytes. */
  varint(end: number): number {
    const { pos } = this;
    if (pos < end && this.bytes[pos] < 0x80) {
      this.pos = pos + 1;
      this.high = 0;
      return this.bytes[pos];
    }
    return this.longVarint(end);
  }

  private longVarint(end: number): number {
    const { bytes } = this;
    let { pos } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) return this.fail('is cut off inside a number');
      const byte = bytes[pos++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.pos = pos;
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    return this.fail('has a number of more than ten bytes');
  }

  /** The length before a nested message, string or list of bytes; all of it lies before `end`, or it is a fault. */
  length(end: number): number {
    const { pos } = this;
    if (pos < end) {
      const byte = this.bytes[pos];
      if (byte < 0x80 && byte < end - pos) {
        this.pos = pos + 1;
        return byte;
      }
    }
    return this.longLength(end);
  }

  private longLength(end: number): number {
    const length = this.varint(end);
    if (length > end - this.pos || this.high !== 0) {
      if (this.fault === undefined) this.fail('is cut off: a field is longer than what is left');
      return 0;
    }
    return length;
  }

  /** The lower half of a 64-bit number of fixed size, signed; the other is in {@link high}. */
  fixed64(end: number): number {
    const { pos } = this;
    if (pos + 8 > end) return this.fail('is cut off inside a number');
    this.pos = pos + 8;
    this.high = this.view.getInt32(pos + 4, true);
    return this.view.getInt32(pos, true);
  }

  /** Signed. */
  fixed32(end: number): number {
    const { pos } = this;
    if (pos + 4 > end) return this.fail('is cut off inside a number');
    this.pos = pos + 4;
    return this.view.getInt32(pos, true);
  }

  double(end: number): number {
    const { pos } = this;
    if (pos + 8 > end) return this.fail('is cut off inside a number');
    this.pos = pos + 8;
    return this.view.getFloat64(pos, true);
  }

  /** Steps over the value of the field that `tag` began. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint(end);
        return;
      case FIXED64:
        return this.step(8, end);
      case LENGTH:
        return this.skipLength(end);
      case GROUP_START:
        return this.skipGroup(tag, end);
      case FIXED32:
        return this.step(4, end);
      default:
        this.fail((tag & 7) === GROUP_END ? 'ends a group that was not begun' : 'has an unknown wire type');
    }
  }

  private skipLength(end: number): void {
    const length = this.length(end); // moves `pos`, so it cannot stand behind `this.pos +=`
    this.pos += length;
  }

  private step(size: number, end: number): void {
    if (this.pos + size > end) this.fail('is cut off inside a number');
    else this.pos += size;
  }

  private skipGroup(tag: number, end: number): void {
    const open = [tag];
    while (open.length > 0) {
      const next = this.tag(end);
      if (this.fault !== undefined) return;
      if ((next & 7) === GROUP_START) {
        if (open.push(next) > MAX_GROUP_DEPTH) this.fail(`nests groups deeper than ${MAX_GROUP_DEPTH}`);
      } else if ((next & 7) === GROUP_END) {
        if (open.pop()! >>> 3 !== next >>> 3) this.fail('ends another group than it began');
      } else this.skip(next, end);
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
