import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorMessage, type Log } from '../base/log';
import type { GapFilling, Journal } from '../journal/journal';
import type { JournalSignal } from '../journal/replay';
import type { HeldRequest } from '../store/heldSpans';
import type { Stores } from './stores';

/** What the stores held at a moment. */
interface Moment {
  readonly spans: number;
  readonly logs: number;
  readonly metrics: number;
}
const BEGINNING: Moment = { spans: 0, logs: 0, metrics: 0 };
const SOON_MS = 100;
const RETRY_MS = 5_000;

/** Requests of something that is held, a few at a time; undefined when all were given. */
interface Held {
  next(): HeldRequest[] | undefined;
}

/**
 * Writes out of the stores what the journal has missed, once it can be written again: what came while a disk was full, or everything
 * where its folder or files of it were deleted. A slice at each turn of the event loop, so that no request waits for it. Of metrics the
 * latest values are written, which take the place of those that are read before them.
 */
export class JournalRepair {
  private kept = BEGINNING;
  /** From this moment on something is not in the journal. */
  private missing: Moment | undefined;
  private misses = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** `journal`: undefined while there is none, or while it is being read. */
  constructor(
    private readonly stores: Stores,
    private readonly journal: () => Journal | undefined,
    private readonly log: Log,
  ) {}

  /** What reached the stores just now is in the journal. */
  noteKept(): void {
    this.kept = this.now();
  }

  /** It is not. */
  noteMissed(): void {
    this.miss(this.missing ?? this.kept);
  }

  /** Nothing of what the stores hold is in the journal. */
  noteLoss(): void {
    this.miss(BEGINNING, SOON_MS);
  }

  /** Whatever is missing need not be written: everything was cleared, or there is no journal. */
  forget(): void {
    this.misses++;
    this.kept = this.now();
    this.missing = undefined;
    clearTimeout(this.timer);
  }

  close(): void {
    this.isClosed = true;
    this.forget();
  }

  private miss(since: Moment, retryMs = RETRY_MS): void {
    this.misses++;
    this.missing = since;
    this.retry(retryMs);
  }

  private retry(ms: number): void {
    if (this.isClosed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.repair(), ms).unref();
  }

  private async repair(): Promise<void> {
    const { missing, misses } = this;
    const filling = missing && this.journal()?.fillGap();
    if (!missing) return;
    if (!filling) return this.retry(RETRY_MS);
    let requests: number | undefined;
    try {
      requests = await this.writeAll(filling, missing);
    } catch (error) {
      this.log.warn(`What is missing in the journal could not be written: ${errorMessage(error)}`);
    }
    const isWhole = requests !== undefined && misses === this.misses;
    filling.end(isWhole);
    if (isWhole) {
      this.missing = undefined;
      this.log.info(`What was missing in the journal is in it: ${requests} requests`);
    } else if (this.missing) this.retry(RETRY_MS);
  }

  /** How many requests were written; undefined where one could not be, or something else came to be missing. */
  private async writeAll(filling: GapFilling, since: Moment): Promise<number | undefined> {
    const { stores, misses } = this;
    const until = this.now();
    const spans = stores.spans.heldBetween(since.spans, until.spans);
    const logs = stores.logs.heldBetween(since.logs, until.logs);
    const metrics = stores.metrics.heldBetween(since.metrics, until.metrics);
    let requests = 0;
    const write = (signal: JournalSignal, { request, origin }: HeldRequest): boolean => {
      requests++;
      return filling.append(signal, request, origin, origin.receivedAt ?? Date.now());
    };
    if (!spans.runs().every((run) => write('traces', run))) return undefined;
    const bySignal: readonly (readonly [JournalSignal, Held])[] = [
      ['traces', spans],
      ['logs', logs],
      ['metrics', metrics],
    ];
    for (const [signal, all] of bySignal) {
      for (let some = all.next(); some; some = all.next()) {
        if (misses !== this.misses || !some.every((one) => write(signal, one))) return undefined;
        await nextTurn();
      }
    }
    return requests;
  }

  private now(): Moment {
    const { spans, logs, metrics } = this.stores;
    return { spans: spans.position, logs: logs.position, metrics: metrics.position };
  }
}
