import type { Signal } from '../otlp/signals';

/** A request on its way upstream. */
export interface Parcel {
  readonly signal: Signal;
  readonly bytes: Uint8Array;
  readonly records: number;
}

/** What an entry costs beside its bytes. */
const ENTRY_BYTES = 200;

interface Entry {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly records: number;
}

/** A list whose head is taken off cheaply, however long it is. */
class Line {
  private entries: Entry[] = [];
  private head = 0;

  constructor(readonly signal: Signal) {}

  get first(): Entry | undefined {
    return this.entries[this.head];
  }

  push(entry: Entry): void {
    this.entries.push(entry);
  }

  shift(): Entry | undefined {
    const entry = this.entries[this.head];
    if (!entry) return undefined;
    this.head++;
    if (this.head > 1_000 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    return entry;
  }
}

/**
 * Requests that wait, oldest first, bounded by their bytes. Small ones of a signal are joined: a request's bytes are a list of
 * elements, so two of them one after the other are one request.
 */
export class ForwardQueue {
  private readonly lines = new Map<Signal, Line>();
  private numbers = 0;
  bytes = 0;
  records = 0;

  constructor(private readonly maxBytes: number) {}

  /** The records that had to go to make room. */
  push(signal: Signal, bytes: Uint8Array, records: number): number {
    let line = this.lines.get(signal);
    if (!line) this.lines.set(signal, (line = new Line(signal)));
    line.push({ number: this.numbers++, bytes, records });
    this.count(bytes.length + ENTRY_BYTES, records);
    let dropped = 0;
    while (this.bytes > this.maxBytes) dropped += this.dropOldest();
    return dropped;
  }

  /** The oldest with what follows of its signal, up to `maxBytes`; undefined when nothing waits. */
  take(maxBytes: number): Parcel | undefined {
    const line = this.oldestLine();
    if (!line) return undefined;
    const parts: Uint8Array[] = [];
    let [length, records] = [0, 0];
    for (let next = line.first; next; next = line.first) {
      if (parts.length > 0 && length + next.bytes.length > maxBytes) break;
      line.shift();
      parts.push(next.bytes);
      length += next.bytes.length;
      records += next.records;
      this.count(-next.bytes.length - ENTRY_BYTES, -next.records);
    }
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts, length);
    return { signal: line.signal, bytes, records };
  }

  private dropOldest(): number {
    const oldest = this.oldestLine()?.shift();
    if (!oldest) return 0;
    this.count(-oldest.bytes.length - ENTRY_BYTES, -oldest.records);
    return oldest.records;
  }

  private oldestLine(): Line | undefined {
    let oldest: Line | undefined;
    for (const line of this.lines.values())
      if (line.first && (!oldest?.first || line.first.number < oldest.first.number)) oldest = line;
    return oldest;
  }

  private count(bytes: number, records: number): void {
    this.bytes += bytes;
    this.records += records;
  }
}
