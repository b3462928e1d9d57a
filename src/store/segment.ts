import type { RunId } from '../model/ids';
import { type ByteDictionary, NONE } from './byteInterner';
import type { WordList } from './wordList';

/** A row's number: the segment's slot in the upper half, the row within the segment in the lower. */
export const ROW_BITS = 16;
export const ROW_MASK = (1 << ROW_BITS) - 1;
export const MAX_SEGMENT_ROWS = 1 << ROW_BITS;
export const MAX_SEGMENTS = 1 << (32 - ROW_BITS);

/** Bits of {@link Segment.state}; kind takes the lowest three, status the next two. */
export const KIND_MASK = 0b111;
export const STATUS_SHIFT = 3;
export const STATUS_MASK = 0b11;
/** Has at least one event. */
export const HAS_EVENTS = 1 << 5;
/** A better copy of the same span took its place. */
export const REPLACED = 1 << 7;

/** {@link Segment.site} of a span whose location is known but not counted, because there are too many lines. */
export const UNCOUNTED_SITE = -1;

/** What the spans of one ScopeSpans of one sender have in common. */
export interface SpanContext {
  /** Index into {@link Segment.texts}: the bytes of the Resource and InstrumentationScope messages. */
  readonly resource: number;
  readonly scope: number;
  readonly run: RunId;
  /** Index into the store's runs. */
  readonly runIndex: number;
  readonly service: string;
  /** Index into the store's services. */
  readonly serviceIndex: number;
}

/** Bytes of all columns together, for one row. */
export const BYTES_PER_ROW = 59;
const BYTES_PER_CONTEXT = 100;
/** Columns that mean the same in every segment, one entry a row. */
const UNCHANGED = ['startLow', 'startHigh', 'endLow', 'endHigh', 'site', 'state'] as const;
const LINKS = ['trace', 'next', 'name', 'context', 'attributesAt', 'extrasAt'] as const;
const COLUMNS = [...UNCHANGED, ...LINKS, 'spanId', 'parentId'] as const;
type RowLinks = Readonly<Record<Exclude<(typeof LINKS)[number], 'next'>, number>>;

/**
 * Up to 64k spans in columns. Times are kept in halves of 64 bits, so that each is exact whatever the sender says. Ids lie in
 * memory as they lie on the wire (every platform that VS Code runs on is little-endian).
 */
export class Segment {
  rows = 0;
  /** Trace slot. */
  readonly trace: Int32Array;
  /** The trace's next row. */
  readonly next: Int32Array;
  /** Two words a row. */
  readonly spanId: Int32Array;
  /** Two words a row, zero for roots. */
  readonly parentId: Int32Array;
  readonly startLow: Uint32Array;
  readonly startHigh: Uint32Array;
  readonly endLow: Uint32Array;
  readonly endHigh: Uint32Array;
  /** Index into {@link texts}. */
  readonly name: Int32Array;
  /** Number of the line's statistics + 1, 0 without a location. */
  readonly site: Int32Array;
  /** Where the row's attributes begin in {@link attributes}; they end where the next row's begin. */
  readonly attributesAt: Int32Array;
  /** Where the row's record begins in {@link extras}, + 1; 0 without one. */
  readonly extrasAt: Int32Array;
  /** Index into {@link contexts}. */
  readonly context: Uint16Array;
  readonly state: Uint8Array;

  readonly contexts: SpanContext[] = [];
  /** Bytes held, once the segment is sealed. */
  bytes = 0;

  constructor(
    readonly slot: number,
    readonly capacity: number,
    /** KeyValue messages. */
    readonly keyValues: ByteDictionary,
    /** Names of spans and events, messages, trace states; Resource and InstrumentationScope messages. */
    readonly texts: ByteDictionary,
    /** References into {@link keyValues}. */
    readonly attributes: WordList,
    /** Records of events, links and what else few spans have; see spanExtras. */
    readonly extras: WordList,
    columns = new ArrayBuffer(capacity * BYTES_PER_ROW),
  ) {
    let offset = 0;
    const words = (perRow = 1) => {
      const column = new Int32Array(columns, offset, perRow * capacity);
      offset += column.byteLength;
      return column;
    };
    const halves = () => new Uint32Array(words().buffer, offset - 4 * capacity, capacity);
    this.trace = words();
    this.next = words();
    this.spanId = words(2);
    this.parentId = words(2);
    this.startLow = halves();
    this.startHigh = halves();
    this.endLow = halves();
    this.endHigh = halves();
    this.name = words();
    this.site = words();
    this.attributesAt = words();
    this.extrasAt = words();
    this.context = new Uint16Array(columns, offset, capacity);
    this.state = new Uint8Array(columns, offset + 2 * capacity, capacity);
  }

  /**
   * The same rows with lists that are full. Columns are kept when most of them is used; one that was closed early gets others.
   */
  sealed(keyValues: ByteDictionary, texts: ByteDictionary, attributes: WordList, extras: WordList): Segment {
    const early = this.rows < this.capacity * 0.9;
    const capacity = early ? this.rows : this.capacity;
    const columns = early ? undefined : (this.trace.buffer as ArrayBuffer);
    const sealed = new Segment(this.slot, capacity, keyValues, texts, attributes, extras, columns);
    if (early) this.copyColumns(sealed);
    sealed.rows = this.rows;
    sealed.contexts.push(...this.contexts);
    const lists = 4 * (attributes.used + extras.used + keyValues.starts.length + texts.starts.length);
    const contexts = sealed.contexts.length * BYTES_PER_CONTEXT;
    sealed.bytes = capacity * BYTES_PER_ROW + lists + contexts + keyValues.bytes.length + texts.bytes.length;
    return sealed;
  }

  /** Takes over row `from` of another segment, with the numbers that its strings have here. Gives its new place. */
  copyRow(source: Segment, from: number, links: RowLinks): number {
    const index = this.rows++;
    for (const name of UNCHANGED) this[name][index] = source[name][from];
    for (const name of ['spanId', 'parentId'] as const) {
      this[name][2 * index] = source[name][2 * from];
      this[name][2 * index + 1] = source[name][2 * from + 1];
    }
    this.trace[index] = links.trace;
    this.next[index] = NONE;
    this.name[index] = links.name;
    this.context[index] = links.context;
    this.attributesAt[index] = links.attributesAt;
    this.extrasAt[index] = links.extrasAt;
    return index;
  }

  private copyColumns(to: Segment): void {
    for (const name of COLUMNS) {
      const column = to[name];
      column.set(this[name].subarray(0, column.length));
    }
  }

  attributesEnd(index: number): number {
    return index + 1 < this.rows ? this.attributesAt[index + 1] : this.attributes.used;
  }

  isReplaced(index: number): boolean {
    return (this.state[index] & REPLACED) !== 0;
  }

  /** Sent before it had ended: by a snapshot, or by a process that did not get to its end. */
  isOpen(index: number): boolean {
    return (this.endLow[index] | this.endHigh[index]) === 0;
  }

  /** Names no parent, or itself. */
  isRoot(index: number): boolean {
    const [a, b] = [this.parentId[2 * index], this.parentId[2 * index + 1]];
    return (a | b) === 0 || (a === this.spanId[2 * index] && b === this.spanId[2 * index + 1]);
  }

  kind(index: number): number {
    return this.state[index] & KIND_MASK;
  }

  status(index: number): number {
    return (this.state[index] >> STATUS_SHIFT) & STATUS_MASK;
  }

  /** End minus start in nanoseconds: exact below 104 days, negative when the end lies before the start. */
  duration(index: number): number {
    return difference(this.endHigh[index], this.endLow[index], this.startHigh[index], this.startLow[index]);
  }
}

/** a − b of 64-bit numbers in halves; exact when the result is below 2^53. */
export function difference(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return (aHigh - bHigh) * 4_294_967_296 + (aLow - bLow);
}

/** Decimal text of a 64-bit number in halves. */
export function decimal(high: number, low: number): string {
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}
