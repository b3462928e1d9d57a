/** Spans that a program may end in quick succession with a note at the end of each turn: a test's whole life, a minute of clicking. */
const BURST = 1000;
/** So many of them are forgiven a millisecond. */
const RECOVERY_PER_MS = 0.1;
/** A busy program is one until so many are forgiven. */
const QUIET = BURST / 2;
/** How long a busy program's notes wait: each costs it some 120 µs beside the encoding. */
const BUSY_MS = 50;

/** Says when the next note may be written: at the end of the turn as long as few spans end, every 50 ms where they are many. */
export class NotePace {
  private credit = BURST;
  private since = 0;
  private busy = false;

  /** Milliseconds from `now` on. */
  wait(now: number): number {
    this.credit = Math.min(BURST, this.credit + (now - this.since) * RECOVERY_PER_MS);
    this.since = now;
    this.busy = this.credit < (this.busy ? QUIET : 1);
    return this.busy ? BUSY_MS : 0;
  }

  noted(spans: number): void {
    this.credit = Math.max(0, this.credit - spans);
  }
}
