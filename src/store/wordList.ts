import type { Packing } from './segmentMemory';

const SMALLEST = 1 << 10;

/** 32-bit numbers in one growing array. */
export class WordList {
  values: Uint32Array;
  used = 0;

  constructor(values: Uint32Array = new Uint32Array(SMALLEST)) {
    this.values = values;
  }

  push(word: number): void {
    if (this.used === this.values.length) this.grow();
    this.values[this.used++] = word;
  }

  /** Makes room for so many words, all 0; gives where they begin. */
  skip(words: number): number {
    const start = this.take(words);
    this.values.fill(0, start, this.used);
    return start;
  }

  /** Makes room for so many words, which hold anything; gives where they begin. */
  take(words: number): number {
    const start = this.used;
    while (start + words > this.values.length) this.grow();
    this.used = start + words;
    return start;
  }

  /** A copy of what is held. The list is empty afterwards; its array waits for what comes if it is not too large. */
  seal(packing: Packing, keptBytes: number): WordList {
    const sealed = new WordList(packing.words(this.values, this.used));
    sealed.used = this.used;
    this.used = 0;
    if (this.values.byteLength > keptBytes) this.values = new Uint32Array(SMALLEST);
    return sealed;
  }

  private grow(): void {
    const larger = new Uint32Array(this.values.length * 2);
    larger.set(this.values);
    this.values = larger;
  }
}
