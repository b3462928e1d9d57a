/** A buffer larger than this is not kept for the next request. */
const LARGEST_KEPT = 8 * 1024 * 1024;
/** Bytes of all buffers that wait for a request. */
const MOST_KEPT = 16 * 1024 * 1024;
const SMALLEST = 64 * 1024;
/** Below this a buffer may be a part of Node's pool, and is not worth the trouble. */
const WORTH_FREEING = 33 * 1024;

/** Where bodies are put together, one after another: a fresh buffer for each would keep the garbage collector busy. */
export class BodyBuffers {
  private readonly waiting: Uint8Array[] = [];
  private bytesWaiting = 0;

  /** At least so long; holds anything. */
  lend(least: number): Uint8Array {
    for (let i = this.waiting.length - 1; i >= 0; i--) {
      if (this.waiting[i].length < least) continue;
      const [buffer] = this.waiting.splice(i, 1);
      this.bytesWaiting -= buffer.length;
      return buffer;
    }
    return Buffer.allocUnsafeSlow(Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(least))));
  }

  /** One that is twice as long or more takes the place of `buffer`, whose first `used` bytes it has. */
  grow(buffer: Uint8Array, used: number, least: number): Uint8Array {
    const larger = this.lend(Math.max(least, buffer.length * 2));
    larger.set(buffer.subarray(0, used));
    this.takeBack(buffer);
    return larger;
  }

  takeBack(buffer: Uint8Array): void {
    if (buffer.length > LARGEST_KEPT || this.bytesWaiting + buffer.length > MOST_KEPT) return;
    this.waiting.push(buffer);
    this.bytesWaiting += buffer.length;
  }
}

interface Transferable {
  /** From Node 22 on; the type package for Node 20 does not know it. */
  transfer?(length: number): unknown;
}

/**
 * Gives the memory of bytes back that nobody will read again. Left to the collector, what passes through a receiver piles up until it
 * collects everything, many times a second, and each piece is memory that the processor has not in its cache.
 */
export function free(bytes: Uint8Array): void {
  const buffer = bytes.buffer as ArrayBuffer & Transferable;
  if (bytes.length < WORTH_FREEING || bytes.length !== buffer.byteLength) return;
  if (buffer.transfer) buffer.transfer(0);
  else structuredClone(null, { transfer: [buffer] });
}
