import { NONE } from './byteInterner';

const PARTITIONS = 256;
const SMALLEST = 8;

/** Part of an index that grows by itself: pairs of hash and value + 1, open addressing, a power of two of pairs. */
class Partition {
  table = new Uint32Array(2 * SMALLEST);
  used = 0;
}

/**
 * Numbers by 32-bit hash; several may share one. Cut into partitions by the hash's top bits, so that growing never touches more
 * than a 256th of the entries at once: one table of a million entries would stop the receiver for 50 ms.
 */
export class HashIndex {
  private readonly partitions = Array.from({ length: PARTITIONS }, () => new Partition());
  private pairs = PARTITIONS * SMALLEST;
  private partition = this.partitions[0];
  private at = 0;
  private hash = 0;

  /** The first value under this hash, or {@link NONE}; {@link next} gives the others. */
  first(hash: number): number {
    this.hash = hash >>> 0;
    this.partition = this.partitions[hash >>> 24];
    this.at = hash & ((this.partition.table.length >> 1) - 1);
    return this.scan();
  }

  next(): number {
    this.at = (this.at + 1) & ((this.partition.table.length >> 1) - 1);
    return this.scan();
  }

  private scan(): number {
    const { table } = this.partition;
    const mask = (table.length >> 1) - 1;
    for (let at = this.at; ; at = (at + 1) & mask) {
      const value = table[2 * at + 1];
      if (value === 0 || table[2 * at] === this.hash) {
        this.at = at;
        return (value - 1) >>> 0;
      }
    }
  }

  /** `value` < 2^32 - 1. */
  add(hash: number, value: number): void {
    const partition = this.partitions[hash >>> 24];
    if ((partition.used + 1) * 3 > partition.table.length) this.grow(partition);
    insert(partition.table, hash >>> 0, value + 1);
    partition.used++;
  }

  /** Takes one entry out; the ones that it had pushed on move back. */
  remove(hash: number, value: number): void {
    let entry = this.first(hash);
    while (entry !== value && entry !== NONE) entry = this.next();
    if (entry === NONE) return;
    const { table } = this.partition;
    const mask = (table.length >> 1) - 1;
    this.partition.used--;
    let hole = this.at;
    for (let at = (hole + 1) & mask; table[2 * at + 1] !== 0; at = (at + 1) & mask) {
      const home = table[2 * at] & mask;
      // The entry may move to the hole only if that is not before its home:  home ... hole ... at
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[2 * hole] = table[2 * at];
      table[2 * hole + 1] = table[2 * at + 1];
      hole = at;
    }
    table[2 * hole + 1] = 0;
  }

  get byteLength(): number {
    return this.pairs * 8;
  }

  private grow(partition: Partition): void {
    const old = partition.table;
    this.pairs += old.length >> 1;
    partition.table = new Uint32Array(old.length * 2);
    for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) insert(partition.table, old[i], old[i + 1]);
  }
}

function insert(table: Uint32Array, hash: number, value: number): void {
  const mask = (table.length >> 1) - 1;
  let at = hash & mask;
  while (table[2 * at + 1] !== 0) at = (at + 1) & mask;
  table[2 * at] = hash;
  table[2 * at + 1] = value;
}

/** Mixes three numbers into 32 bits of which all depend on all. */
export function mix(a: number, b: number, c: number): number {
  let h = Math.imul(a ^ 0x9e3779b1, 0x85ebca6b) ^ b;
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35) ^ c;
  h ^= h >>> 13;
  h = Math.imul(h, 0x27d4eb2f);
  return (h ^ (h >>> 16)) >>> 0;
}

/** For {@link HashIndex}: a span id's two words in the trace of this slot. */
export function spanHash(seed: number, span0: number, span1: number, trace: number): number {
  return mix(span0 ^ seed, span1, trace);
}
