import { freeMemory } from '../../base/freeMemory';

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

/** Frees the memory of bytes that nobody will read again, unless there may be others beside them. */
export function free(bytes: Uint8Array): void {
  if (bytes.length === bytes.buffer.byteLength) freeWithRest(bytes);
}

/** And of what else their buffer has room for, which nobody knows of. */
export function freeWithRest(bytes: Uint8Array): void {
  if (bytes.length >= WORTH_FREEING) freeMemory(bytes.buffer as ArrayBuffer);
}
