import { ROW_WORDS, type Segment } from './segment';
import type { Segments } from './segments';

/** Rows between two looks at the clock. */
const ROWS_PER_LOOK = 512;

/** Goes through the rows of a store as they come, the oldest first, each once. What has left before it came by is passed over. */
export class RowCursor {
  /** The row to be looked at next: segments are counted from the store's first, those too that have left. */
  segment = 0;
  row = 0;

  /**
   * @param look gets a segment and where its row begins
   * @param entered is called before the first row of each segment
   */
  constructor(
    private readonly segments: Segments,
    private readonly look: (segment: Segment, at: number) => void,
    private readonly entered: () => void,
  ) {}

  /** False when `clock` says `until` before it is through; the next call goes on. */
  advance(until: number, clock: () => number): boolean {
    const { segments } = this;
    if (this.segment < segments.dropped) this.enter(segments.dropped);
    for (;;) {
      const segment = segments.inOrder[this.segment - segments.dropped];
      if (segment === undefined) return true;
      while (this.row < segment.rows) {
        const end = Math.min(segment.rows, this.row + ROWS_PER_LOOK);
        for (; this.row < end; this.row++) this.look(segment, this.row * ROW_WORDS);
        if (clock() >= until) return false;
      }
      if (this.segment - segments.dropped === segments.inOrder.length - 1) return true;
      this.enter(this.segment + 1);
    }
  }

  /** From the oldest row that is held. */
  startAnew(): void {
    this.enter(this.segments.dropped);
  }

  private enter(segment: number): void {
    this.segment = segment;
    this.row = 0;
    this.entered();
  }
}
