/** Notes a second that a program can bear for long: each costs it some 20 µs beside the encoding. */
const NOTES_PER_MS = 0.15;
/** So many may follow each other after a quieter time. */
const BURST = 60;

/** Says when the next note may be written: at once as long as the program does little, every 7 ms where it is busy. */
export class NotePace {
  private credit = BURST;
  private since = 0;

  /** Milliseconds from `now` on. */
  wait(now: number): number {
    this.credit = Math.min(BURST, this.credit + (now - this.since) * NOTES_PER_MS);
    this.since = now;
    return Math.max(0, (1 - this.credit) / NOTES_PER_MS);
  }

  noted(): void {
    this.credit -= 1;
  }
}
