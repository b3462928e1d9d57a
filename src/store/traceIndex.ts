import { HashTable, mix } from './hashTable';

const PARTITIONS = 256;

/**
 * Slots by the hash of a trace id. Cut into partitions by the hash's top bits, so that growing never touches more than a 256th of
 * the entries at once: one table for a million traces would stop the receiver for 50 ms.
 */
export class TraceIndex {
  private readonly partitions = Array.from({ length: PARTITIONS }, () => new HashTable());
  byteLength = this.partitions.reduce((sum, partition) => sum + partition.byteLength, 0);
  private partition = this.partitions[0];

  constructor(private readonly seed: number) {}

  /** For `first`, `add` and `remove`. */
  hash(a: number, b: number, c: number, d: number): number {
    return mix(mix(a ^ this.seed, b, c), d, this.seed);
  }

  /** The first slot under this hash, or {@link NONE}; {@link next} gives the others. */
  first(hash: number): number {
    this.partition = this.partitions[hash >>> 24];
    return this.partition.first(hash);
  }

  next(): number {
    return this.partition.next();
  }

  add(hash: number, slot: number): void {
    const partition = this.partitions[hash >>> 24];
    if (partition.add(hash, slot)) this.byteLength += partition.byteLength / 2;
  }

  remove(hash: number, slot: number): void {
    this.partitions[hash >>> 24].remove(hash, slot);
  }
}
