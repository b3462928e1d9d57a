import { copyOf } from '../base/copyOf';
import { textOf } from './bytes';
import type { JudgeKey } from './keyVerdicts';
import type { KeyVerdict } from './secretKeys';

/** A power of two. Programs have some hundred keys; what senders invent beyond takes the place of others. */
const SLOTS = 4096;
/** Longer keys are judged anew each time. */
const LONGEST = 256;

/** Verdicts by the bytes of the key, so that no text is made of a key that has been seen. */
export class VerdictCache {
  private readonly keys = new Array<Uint8Array | undefined>(SLOTS).fill(undefined);
  private readonly verdicts = new Array<KeyVerdict | undefined>(SLOTS).fill(undefined);

  constructor(
    private readonly judge: JudgeKey,
    private readonly isParameter: boolean,
  ) {}

  /** The verdict on the key `bytes[start, end)`. */
  of(bytes: Uint8Array, start: number, end: number): KeyVerdict | undefined {
    const slot = slotOf(bytes, start, end);
    if (this.holds(slot, bytes, start, end)) return this.verdicts[slot];
    const other = slot ^ 1;
    if (this.holds(other, bytes, start, end)) return this.verdicts[other];
    return this.add(slot, bytes, start, end);
  }

  private add(slot: number, bytes: Uint8Array, start: number, end: number): KeyVerdict | undefined {
    const verdict = this.judge(textOf(bytes, start, end), this.isParameter);
    if (end - start > LONGEST) return verdict;
    if (this.keys[slot] !== undefined) {
      this.keys[slot ^ 1] = this.keys[slot];
      this.verdicts[slot ^ 1] = this.verdicts[slot];
    }
    this.keys[slot] = copyOf(bytes, start, end);
    this.verdicts[slot] = verdict;
    return verdict;
  }

  private holds(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    const key = this.keys[slot];
    if (key?.length !== end - start) return false;
    for (let i = 0, pos = start; pos < end; i++, pos++) if (key[i] !== bytes[pos]) return false;
    return true;
  }
}

/** From the length and a few bytes: the comparison does the rest. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  const middle = start + (length >> 1);
  let hash = Math.imul(length, 0x9e37) ^ bytes[start] ^ (bytes[end - 1] << 7) ^ (bytes[middle] << 14);
  hash = Math.imul(hash, 0x85ebca6b);
  if (length > 4)
    hash ^= bytes[end - 3] ^ (bytes[middle + 1] << 6) ^ (bytes[middle - 2] << 12) ^ (bytes[start + 2] << 18);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return (hash >>> 16) & (SLOTS - 1);
}
