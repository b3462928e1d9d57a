import type { Disposable } from '../../../src/base/disposables';

/**
 * Runs a job when asked, never twice at once, and leaves a gap between the end of one run and the start of the next. What is asked
 * for meanwhile is done once, after the gap.
 */
export class Throttle implements Disposable {
  private running = false;
  private wanted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readyAt = 0;
  private hurried = false;
  private disposed = false;

  /** @param gap milliseconds to leave after a run that took so many milliseconds */
  constructor(
    private readonly job: () => Promise<void>,
    private readonly gap: (took: number) => number,
  ) {}

  request(): void {
    if (this.disposed) return;
    this.wanted = true;
    if (this.running || this.timer !== undefined) return;
    const wait = this.readyAt - performance.now();
    if (wait <= 0) void this.run();
    else this.timer = setTimeout(() => void this.run(), wait);
  }

  /** Asks without waiting for the gap; right after the run that is under way, if one is. */
  requestNow(): void {
    this.readyAt = 0;
    this.hurried = this.running;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.request();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.wanted = false;
    this.running = true;
    const started = performance.now();
    try {
      await this.job();
    } finally {
      const ended = performance.now();
      this.readyAt = this.hurried ? 0 : ended + this.gap(ended - started);
      this.hurried = false;
      this.running = false;
    }
    if (this.wanted) this.request();
  }
}
