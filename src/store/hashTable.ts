import { NONE } from './byteInterner';

const SMALLEST = 8;

/** Signed numbers by signed 32-bit hash; several may share one. Open addressing. */
export class HashTable {
  /** Pairs of hash and value + 1, a power of two of pairs. */
  private table: Int32Array;
  private used = 0;
  private at = 0;
  private hash = 0;

  constructor(pairs = SMALLEST) {
    this.table = new Int32Array(2 * pairs);
  }

  /** The first value under this hash, or {@link NONE}; {@link next} gives the others. */
  first(hash: number): number {
    this.hash = hash;
    this.at = hash & ((this.table.length >> 1) - 1);
    return this.scan();
  }

  next(): number {
    this.at = (this.at + 1) & ((this.table.length >> 1) - 1);
    return this.scan();
  }

  private scan(): number {
    const { table, hash } = this;
    const mask = (table.length >> 1) - 1;
    for (let at = this.at; ; at = (at + 1) & mask) {
      const value = table[2 * at + 1];
      if (value === 0 || table[2 * at] === hash) {
        this.at = at;
        return value - 1;
      }
    }
  }

  /** `value` is any but {@link NONE}. True when the table has grown. */
  add(hash: number, value: number): boolean {
    const grows = (this.used + 1) * 3 > this.table.length;
    if (grows) this.grow();
    insert(this.table, hash, value + 1);
    this.used++;
    return grows;
  }

  /** Takes one entry out; those that it had pushed on move back. */
  remove(hash: number, value: number): void {
    let entry = this.first(hash);
    while (entry !== value && entry !== NONE) entry = this.next();
    if (entry === NONE) return;
    const { table } = this;
    const mask = (table.length >> 1) - 1;
    this.used--;
    let hole = this.at;
    for (let at = (hole + 1) & mask; table[2 * at + 1] !== 0; at = (at + 1) & mask) {
      const home = table[2 * at] & mask;
      // An entry may move to the hole only if that is not before its home:   home … hole … at
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[2 * hole] = table[2 * at];
      table[2 * hole + 1] = table[2 * at + 1];
      hole = at;
    }
    table[2 * hole + 1] = 0;
  }

  get byteLength(): number {
    return this.table.byteLength;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) insert(this.table, old[i], old[i + 1]);
  }
}

function insert(table: Int32Array, hash: number, value: number): void {
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
  return h ^ (h >>> 16);
}
