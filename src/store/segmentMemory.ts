import { lastingBuffer, lastingDropped } from '../base/lastingMemory';

/** Bytes. */
export const WORD = 4;
/** Buffers have multiples of so many bytes, so that one fits many segments. */
const GRAIN = 64 * 1024;
/** A buffer serves for what needs this share of it or more. */
const LEAST_USED = 3 / 4;

/**
 * Buffers for the rows and lists of segments, which pass from those that left to those that come: fresh memory costs the system as much
 * as filling it.
 */
export class SegmentMemory {
  /** Bytes of buffers that wait for a segment. */
  spareBytes = 0;
  private spare: SharedArrayBuffer[] = [];

  /** `bytes` or more, which hold anything. */
  take(bytes: number): SharedArrayBuffer {
    const fitting = this.spare.findLastIndex(
      ({ byteLength }) => byteLength >= bytes && bytes >= byteLength * LEAST_USED,
    );
    if (fitting === -1) return lastingBuffer(bytes < GRAIN ? bytes : Math.ceil(bytes / GRAIN) * GRAIN);
    const [buffer] = this.spare.splice(fitting, 1);
    this.spareBytes -= buffer.byteLength;
    return buffer;
  }

  giveBack(buffer: SharedArrayBuffer): void {
    this.spare.push(buffer);
    this.spareBytes += buffer.byteLength;
  }

  /** Lets go of what waits beyond so many bytes, first of what has waited longest. */
  trim(mostBytes: number): void {
    let left = 0;
    let bytes = 0;
    while (this.spareBytes - bytes > mostBytes && left < this.spare.length) bytes += this.spare[left++].byteLength;
    if (left === 0) return;
    this.spare = this.spare.slice(left);
    this.spareBytes -= bytes;
    lastingDropped(bytes);
  }
}

/** Lays lists into one buffer, one after another. */
export class Packing {
  private used = 0;

  constructor(readonly buffer: SharedArrayBuffer) {}

  /** A copy of the first `count`; a {@link WORD} more may be lost before it. */
  words(values: Uint32Array, count: number): Uint32Array<SharedArrayBuffer> {
    const at = Math.ceil(this.used / WORD) * WORD;
    const copy = new Uint32Array(this.buffer, at, count);
    copy.set(values.subarray(0, count));
    this.used = at + WORD * count;
    return copy;
  }

  bytes(values: Uint8Array, count: number): Uint8Array {
    const copy = new Uint8Array(this.buffer, this.used, count);
    copy.set(values.subarray(0, count));
    this.used += count;
    return copy;
  }
}
