/** What a window that opens late can still be shown. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_FRAMES = 2_000;

interface Kept {
  readonly number: number;
  readonly frame: Buffer;
}

/** The last frames that were sent, bounded by their bytes. */
export class FrameRing {
  private readonly kept: Kept[] = [];
  private bytes = 0;

  constructor(
    private readonly maxBytes = MOST_BYTES,
    private readonly maxFrames = MOST_FRAMES,
  ) {}

  add(number: number, frame: Buffer): void {
    this.kept.push({ number, frame });
    this.bytes += frame.length;
    while (this.bytes > this.maxBytes || this.kept.length > this.maxFrames)
      this.bytes -= this.kept.shift()!.frame.length;
  }

  /** Those with a higher number, and how many between are forgotten. */
  after(number: number): { readonly frames: readonly Buffer[]; readonly missed: number } {
    const first = this.kept[0]?.number ?? number + 1;
    const frames = this.kept.filter((each) => each.number > number).map(({ frame }) => frame);
    return { frames, missed: Math.max(first - number - 1, 0) };
  }

  clear(): void {
    this.kept.length = 0;
    this.bytes = 0;
  }
}
