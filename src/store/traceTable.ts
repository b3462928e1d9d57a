import { NONE } from './byteInterner';
import { TraceIndex } from './traceIndex';

const PAGE_BITS = 12;
const PAGE_TRACES = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_TRACES - 1;

/** State of a slot. A trace that was evicted keeps its slot until the last of its rows is gone, so that no row names another trace. */
const FREE = 0;
const HELD = 1;
const EVICTED = 2;

/**
 * Words of a trace's record. They stand together, because a span touches most of them: one or two cache lines, not fifteen.
 */
export const enum Trace {
  /** As they lie on the wire. */
  id0,
  id1,
  id2,
  id3,
  /** First and last of the trace's list of rows. */
  firstRow,
  lastRow,
  /** Row of the earliest span without a parent, or NONE. */
  rootRow,
  /** Row of the earliest span. */
  earliestRow,
  spans,
  errors,
  /** Rows that name this slot, those of replaced copies too. */
  rows,
  /** Earliest start and latest end of spans that have a start; halves of 64 bits. */
  startLow,
  startHigh,
  endLow,
  endHigh,
  /** Bit i: has a span of service i; the last bit stands for all services from 31 on. */
  services,
  /** Neighbours in order of arrival, or NONE. */
  older,
  newer,
  /** What the trace takes, in units of 16 bytes, about. */
  size,
  state,
  /** 64 bits, of which each span id sets one: a clear bit says that no such span has come. */
  filter0,
  filter1,
}
const WORDS = 22;
const SIZE_UNIT = 16;
/** All bits set. */
const LATEST_HALF = -1;

/** Every trace held: found by id, listed in order of arrival. */
export class TraceTable {
  private readonly pages: Int32Array[] = [];
  private readonly free: number[] = [];
  private slots = 0;
  private readonly index: TraceIndex;
  /** What {@link find} found last; spans of one trace often come together. */
  private latest = NONE;
  /** Slot of the trace that arrived first and last, or NONE. */
  oldest = NONE;
  newest = NONE;
  /** Traces held. */
  count = 0;

  constructor(seed: number) {
    this.index = new TraceIndex(seed);
  }

  /** The records among which a slot's is; it begins at {@link recordAt}. */
  page(slot: number): Int32Array {
    return this.pages[slot >>> PAGE_BITS];
  }

  /** Slot of the trace with this id, or NONE. */
  find(a: number, b: number, c: number, d: number): number {
    if (this.latest !== NONE && this.hasId(this.latest, a, b, c, d) && this.isHeld(this.latest)) return this.latest;
    let slot = this.index.first(this.index.hash(a, b, c, d));
    while (slot !== NONE && !this.hasId(slot, a, b, c, d)) slot = this.index.next();
    this.latest = slot;
    return slot;
  }

  private hasId(slot: number, a: number, b: number, c: number, d: number): boolean {
    const page = this.page(slot);
    const at = recordAt(slot);
    return page[at] === a && page[at + 1] === b && page[at + 2] === c && page[at + 3] === d;
  }

  /** Slot of a new trace without spans. */
  add(a: number, b: number, c: number, d: number): number {
    const slot = this.free.pop() ?? this.newSlot();
    const page = this.page(slot);
    const at = recordAt(slot);
    page.fill(0, at, at + WORDS);
    page.set([a, b, c, d, NONE, NONE, NONE, NONE], at);
    page[at + Trace.startLow] = page[at + Trace.startHigh] = LATEST_HALF;
    page[at + Trace.state] = HELD;
    page[at + Trace.older] = this.newest;
    page[at + Trace.newer] = NONE;
    if (this.newest === NONE) this.oldest = slot;
    else this.page(this.newest)[recordAt(this.newest) + Trace.newer] = slot;
    this.newest = slot;
    this.index.add(this.index.hash(a, b, c, d), slot);
    this.count++;
    return slot;
  }

  /** Takes the trace out of sight; its rows follow as their segments go ({@link forgetRow}). */
  evict(slot: number): void {
    const page = this.page(slot);
    const at = recordAt(slot);
    const [older, newer] = [page[at + Trace.older], page[at + Trace.newer]];
    if (older === NONE) this.oldest = newer;
    else this.page(older)[recordAt(older) + Trace.newer] = newer;
    if (newer === NONE) this.newest = older;
    else this.page(newer)[recordAt(newer) + Trace.older] = older;
    this.index.remove(this.index.hash(page[at], page[at + 1], page[at + 2], page[at + 3]), slot);
    page[at + Trace.state] = EVICTED;
    this.count--;
  }

  isHeld(slot: number): boolean {
    return this.page(slot)[recordAt(slot) + Trace.state] === HELD;
  }

  /** A row of this trace is no more. */
  forgetRow(slot: number): void {
    const page = this.page(slot);
    const at = recordAt(slot);
    if (--page[at + Trace.rows] > 0 || page[at + Trace.state] !== EVICTED) return;
    page[at + Trace.state] = FREE;
    this.free.push(slot);
  }

  addBytes(slot: number, bytes: number): void {
    this.page(slot)[recordAt(slot) + Trace.size] += Math.ceil(bytes / SIZE_UNIT);
  }

  bytesOf(slot: number): number {
    return this.page(slot)[recordAt(slot) + Trace.size] * SIZE_UNIT;
  }

  get byteLength(): number {
    return this.slots * WORDS * 4 + this.index.byteLength;
  }

  private newSlot(): number {
    if ((this.slots & PAGE_MASK) === 0) this.pages.push(new Int32Array(PAGE_TRACES * WORDS));
    return this.slots++;
  }
}

/** Where a slot's record begins in its page. */
export function recordAt(slot: number): number {
  return (slot & PAGE_MASK) * WORDS;
}
