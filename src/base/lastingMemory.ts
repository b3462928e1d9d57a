import { freeMemory } from './freeMemory';

/** Bytes. Collecting costs some milliseconds, whatever is found. */
const WORTH_COLLECTING = 32 * 1024 * 1024;
/** Bytes of new memory for which V8 begins to collect at once, in the background. */
const A_REASON_TO_COLLECT = 100 * 1024 * 1024;

let dropped = 0;

/**
 * Memory for what is held long. Of an ordinary buffer the garbage collector knows how large it is, and while such memory grows it looks
 * through everything again and again to find some that could be freed. Of memory that threads might share it takes no account; this is
 * never shared. Whoever drops some says so: {@link lastingDropped}.
 */
export function lastingBuffer(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

/** Nobody holds `bytes` of lasting buffers any more: it is freed soon when there is enough of it. */
export function lastingDropped(bytes: number): void {
  dropped += bytes;
  if (dropped < WORTH_COLLECTING) return;
  dropped = 0;
  // Memory that nobody writes to is none to the system.
  freeMemory(new ArrayBuffer(A_REASON_TO_COLLECT));
}
