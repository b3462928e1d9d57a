const SMALLEST = 16;

/** Counts distinct 32-bit hashes up to a limit, in 8 bytes each. Of 50,000 names a third of one is taken for another. */
export class DistinctHashes {
  count = 0;
  /** More came than are told apart. */
  more = false;
  private hasZero = false;
  /** Open addressing, a power of two; 0 for none. */
  private table = new Int32Array(SMALLEST);

  constructor(private readonly limit: number) {}

  /** True for one that is new. */
  add(hash: number): boolean {
    if (hash === 0) return this.addZero();
    const at = this.find(hash);
    if (this.table[at] === hash) return false;
    if (this.isFull()) return false;
    this.table[at] = hash;
    this.count++;
    if (this.count * 2 > this.table.length) this.grow();
    return true;
  }

  addAll(other: DistinctHashes): void {
    this.more ||= other.more;
    if (other.hasZero) this.addZero();
    for (const hash of other.table) if (hash !== 0) this.add(hash);
  }

  get byteLength(): number {
    return this.table.byteLength;
  }

  private addZero(): boolean {
    if (this.hasZero || this.isFull()) return false;
    this.hasZero = true;
    this.count++;
    return true;
  }

  private isFull(): boolean {
    if (this.count >= this.limit) this.more = true;
    return this.more;
  }

  private find(hash: number): number {
    const mask = this.table.length - 1;
    let at = Math.imul(hash, 0x9e37_79b1) >>> 7;
    for (at &= mask; this.table[at] !== 0 && this.table[at] !== hash;) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Int32Array(old.length * 2);
    for (const hash of old) if (hash !== 0) this.table[this.find(hash)] = hash;
  }
}
