import { MOST_FRAMES } from './frames';

/** Deep enough for an instrumentation under a web framework. */
const DEEPEST = 32;
/** So many stacks must have been seen before fewer frames are taken. */
const LESSONS = 8;

/**
 * How many frames are worth taking for one tracer. V8's price is per frame, and a tracer is mostly called from the same few
 * depths: start deep, shrink to what was needed, start again when a stack had no frame of the user's.
 */
export class StackDepth {
  limit = DEEPEST;
  private needed = 0;
  private lessons = 0;

  /** `skipped` as in {@link Choice}. */
  learn(skipped: number): void {
    if (skipped < 0) {
      this.limit = DEEPEST;
      this.lessons = 0;
      return;
    }
    this.needed = Math.max(this.needed, Math.min(DEEPEST, skipped + MOST_FRAMES));
    this.lessons++;
    if (this.lessons >= LESSONS) this.limit = this.needed;
  }
}
