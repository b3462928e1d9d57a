import { NONE } from './byteInterner';
import { mix } from './hashTable';

const SMALLEST = 256;

/** Numbers pairs of 32-bit numbers in the order they are first seen. */
export class PairIndex {
  count = 0;
  /** Both halves of each pair. */
  private pairs = new Int32Array(SMALLEST);
  /** Number + 1; open addressing, a power of two. */
  private table = new Int32Array(2 * SMALLEST);

  /** The pair's number, or {@link NONE}. */
  find(a: number, b: number): number {
    const { table, pairs } = this;
    const mask = table.length - 1;
    for (let at = mix(a, b, 0) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const number = table[at] - 1;
      if (pairs[2 * number] === a && pairs[2 * number + 1] === b) return number;
    }
    return NONE;
  }

  /** Adds a pair that {@link find} did not find; gives its number, which is {@link count} before the call. */
  add(a: number, b: number): number {
    const number = this.count++;
    if (2 * number === this.pairs.length) this.growPairs();
    this.pairs[2 * number] = a;
    this.pairs[2 * number + 1] = b;
    if (this.count * 2 > this.table.length) this.growTable();
    else this.insert(number);
    return number;
  }

  get byteLength(): number {
    return this.pairs.byteLength + this.table.byteLength;
  }

  private growPairs(): void {
    const pairs = new Int32Array(this.pairs.length * 2);
    pairs.set(this.pairs);
    this.pairs = pairs;
  }

  private growTable(): void {
    this.table = new Int32Array(this.table.length * 2);
    for (let number = 0; number < this.count; number++) this.insert(number);
  }

  private insert(number: number): void {
    const { table, pairs } = this;
    const mask = table.length - 1;
    let at = mix(pairs[2 * number], pairs[2 * number + 1], 0) & mask;
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = number + 1;
  }
}
