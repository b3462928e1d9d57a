import type { Host } from '../host';
import type { EncodedBatch } from './batch';
import type { PostResult } from './connection';

/** Characters of JSON that may wait for the engine; about a hundred thousand spans. */
const MOST_WAITING = 64 * 1024 * 1024;
/** Characters of one request; a batch that is longer goes alone. */
const LONGEST_REQUEST = 4 * 1024 * 1024;
/** Waits after failures in a row; the last one repeats. */
const RETRY_MS = [0, 100, 500, 2000];
/** After so many failures in a row nobody is expected to listen ever again: two minutes, twice what an engine takes to come back. */
const MOST_FAILURES = 60;

export interface SenderOptions {
  readonly post: (body: string, done: (result: PostResult) => void) => void;
  readonly timers: Host['timers'];
  readonly outsideContext: Host['outsideContext'];
  /** The batch is gone for good. */
  readonly onLost: (batch: EncodedBatch) => void;
  /** The engine has taken some. */
  readonly onTaken: () => void;
  /** Nothing more can be sent. */
  readonly onGivenUp: () => void;
  readonly mostWaiting?: number;
}

/**
 * Sends batches in order, one request at a time, until the engine has taken them. What it cannot hold any longer is counted.
 */
export class Sender {
  private readonly queue: EncodedBatch[] = [];
  private waiting = 0;
  /** So many of the queue are to be sent. */
  private due = 0;
  private failures = 0;
  private busy = false;
  private lostSpans = 0;
  private over = false;

  constructor(private readonly options: SenderOptions) {}

  /** Keeps the batch until {@link send}. */
  add(batch: EncodedBatch): void {
    if (this.over) return;
    this.queue.push(batch);
    this.waiting += batch.size;
    while (this.waiting > (this.options.mostWaiting ?? MOST_WAITING) && this.queue.length > 1) this.dropOldest();
  }

  send(): void {
    this.due = this.queue.length;
    if (!this.busy) this.sendNext();
  }

  /** What the engine has not taken, oldest first. */
  unsent(): readonly EncodedBatch[] {
    return this.queue;
  }

  get isFailing(): boolean {
    return this.failures > 0;
  }

  /** Spans lost since this was last asked. */
  takeLost(): number {
    const lost = this.lostSpans;
    this.lostSpans = 0;
    return lost;
  }

  private sendNext(): void {
    const batches = this.nextRequest();
    this.busy = batches.length > 0;
    if (!this.busy) return;
    this.options.post(arrayOf(batches), (result) => this.answered(batches, result));
  }

  private nextRequest(): EncodedBatch[] {
    let length = 0;
    const end = this.queue.findIndex((batch, index) => {
      length += batch.size;
      return index >= this.due || (index > 0 && length > LONGEST_REQUEST);
    });
    return end < 0 ? [...this.queue] : this.queue.slice(0, end);
  }

  private answered(batches: readonly EncodedBatch[], result: PostResult): void {
    if (result === 'over' || (result === 'failed' && this.failures >= MOST_FAILURES)) {
      this.giveUp();
      return;
    }
    if (result === 'failed') {
      this.retryLater();
      return;
    }
    this.failures = 0;
    this.busy = false;
    for (const batch of batches) {
      this.remove(batch);
      if (result === 'refused') this.lose(batch);
    }
    if (result === 'taken') this.options.onTaken();
    this.sendNext();
  }

  private giveUp(): void {
    this.queue.length = this.waiting = this.due = 0;
    this.busy = false;
    this.over = true;
    this.options.onGivenUp();
  }

  private retryLater(): void {
    const delay = RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)];
    const { timers, outsideContext } = this.options;
    outsideContext(() => timers.setTimeout(() => this.sendNext(), delay).unref());
  }

  /** The one under way may be dropped too: should the engine have taken it after all, it is merely counted as lost. */
  private dropOldest(): void {
    const [oldest] = this.queue;
    this.remove(oldest);
    this.lose(oldest);
  }

  private remove(batch: EncodedBatch): void {
    const index = this.queue.indexOf(batch);
    if (index < 0) return;
    this.queue.splice(index, 1);
    this.waiting -= batch.size;
    if (this.due > 0) this.due--;
  }

  private lose(batch: EncodedBatch): void {
    this.lostSpans += batch.spans;
    this.options.onLost(batch);
  }
}

/** A JSON array of all parts of the batches. */
function arrayOf(batches: readonly EncodedBatch[]): string {
  return `[${batches.map(({ parts }) => parts.join()).join()}]`;
}
