/** What a window that opens late can still be shown. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_FRAMES = 2_000;

interface Kept {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The last frames that were sent, in one piece of memory that is written round and round: at full ingest a buffer for each would
 * keep the garbage collector busy.
 *
 *     |..9..|..10..|      |.5.|..6..|.7.|..8..| |
 *                  ^ position: the next goes here, over 5 and what follows it
 */
export class FrameRing {
  private memory: Buffer | undefined;
  private position = 0;
  private readonly kept: Kept[] = [];
  private newest = 0;

  constructor(
    private readonly maxBytes = MOST_BYTES,
    private readonly maxFrames = MOST_FRAMES,
  ) {}

  /** Copies a frame that comes in two parts. */
  add(number: number, head: Uint8Array, body: Uint8Array): void {
    this.newest = number;
    const length = head.length + body.length;
    if (length > this.maxBytes) return this.clear();
    const start = this.makeRoom(length);
    this.memory ??= Buffer.allocUnsafeSlow(this.maxBytes);
    this.memory.set(head, start);
    this.memory.set(body, start + head.length);
    this.position = start + length;
    this.kept.push({ number, start, end: this.position });
    if (this.kept.length > this.maxFrames) this.kept.shift();
  }

  /** Copies of those with a higher number, and how many between are forgotten. */
  after(number: number): { readonly frames: readonly Buffer[]; readonly missed: number } {
    const frames = this.kept
      .filter((each) => each.number > number)
      .map(({ start, end }) => Buffer.from(this.memory!.subarray(start, end)));
    return { frames, missed: Math.max(this.newest - number - frames.length, 0) };
  }

  clear(): void {
    this.kept.length = 0;
  }

  /** Where so many bytes can be written; the frames that stood there are gone. */
  private makeRoom(length: number): number {
    let start = this.position;
    if (start + length > this.maxBytes) {
      // What stands between here and the end is the oldest.
      while (this.kept.length > 0 && this.kept[0].start >= start) this.kept.shift();
      start = 0;
    }
    while (this.kept.length > 0 && this.kept[0].start < start + length && this.kept[0].end > start) this.kept.shift();
    return start;
  }
}
