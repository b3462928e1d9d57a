import type { LogSource } from './logReader';

/** What a record takes besides its bytes, about. */
const RECORD_OVERHEAD = 250;
/** Of the bytes allowed, when the oldest have left. */
const KEPT_SHARE = 7 / 8;

/** What records have in common that lay in a request together. */
export interface LogContext {
  readonly source: LogSource;
  /** The Resource and InstrumentationScope messages; empty where there were none. */
  readonly resource: Uint8Array;
  readonly scope: Uint8Array;
}

export interface LogEntry {
  /** The LogRecord message. */
  readonly bytes: Uint8Array;
  /** By what it is found. */
  readonly key: string;
  /** Higher than that of any entry before it. */
  readonly number: number;
  readonly context: LogContext;
}

/** Log records by some key, bounded by bytes: the oldest leave first. */
export class LogShelf {
  bytes = 0;
  private readonly byKey = new Map<string, LogEntry[]>();
  /** In order of arrival. */
  private entries: LogEntry[] = [];
  /** How many entries have it. */
  private readonly contexts = new Map<LogContext, number>();

  constructor(private maxBytes: number) {}

  add(entry: LogEntry): void {
    this.entries.push(entry);
    this.bytes += entry.bytes.length + RECORD_OVERHEAD;
    this.enter(entry.context);
    const ofKey = this.byKey.get(entry.key);
    if (ofKey) ofKey.push(entry);
    else this.byKey.set(entry.key, [entry]);
  }

  of(key: string): readonly LogEntry[] {
    return this.byKey.get(key) ?? [];
  }

  /** Those with numbers from `from` on and below `until`, the first `most` of them. */
  numbered(from: number, until: number, most: number): readonly LogEntry[] {
    const { entries } = this;
    let [start, end] = [0, entries.length];
    while (start < end) {
      const middle = (start + end) >> 1;
      if (entries[middle].number < from) start = middle + 1;
      else end = middle;
    }
    return entries.slice(start, start + most).filter(({ number }) => number < until);
  }

  /** In order of arrival. */
  get all(): readonly LogEntry[] {
    return this.entries;
  }

  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.keepWithin();
  }

  clear(): void {
    this.byKey.clear();
    this.contexts.clear();
    this.entries = [];
    this.bytes = 0;
  }

  /** Makes room for some time at once: single entries are dear to take out of long lists. */
  keepWithin(): void {
    if (this.bytes <= this.maxBytes) return;
    const leaving = new Map<string, number>();
    let count = 0;
    while (this.bytes > this.maxBytes * KEPT_SHARE && count < this.entries.length) {
      const { bytes, key, context } = this.entries[count++];
      this.bytes -= bytes.length + RECORD_OVERHEAD;
      this.leave(context);
      leaving.set(key, (leaving.get(key) ?? 0) + 1);
    }
    this.entries.splice(0, count);
    for (const [key, left] of leaving) {
      const ofKey = this.byKey.get(key)!;
      // Entries leave in the order in which they came, so that the oldest of all are the oldest of their key.
      if (ofKey.length === left) this.byKey.delete(key);
      else ofKey.splice(0, left);
    }
  }

  private enter(context: LogContext): void {
    const entries = this.contexts.get(context) ?? 0;
    if (entries === 0) this.bytes += context.resource.length + context.scope.length;
    this.contexts.set(context, entries + 1);
  }

  private leave(context: LogContext): void {
    const entries = this.contexts.get(context)! - 1;
    if (entries > 0) return void this.contexts.set(context, entries);
    this.contexts.delete(context);
    this.bytes -= context.resource.length + context.scope.length;
  }
}
