import { NONE } from './byteInterner';
import { HashIndex, mix } from './hashIndex';

const PAGE_BITS = 12;
const PAGE_TRACES = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_TRACES - 1;

/** State of a slot. A trace that was evicted keeps its slot until the last of its rows is gone, so that no row names another trace. */
export const SLOT_FREE = 0;
export const SLOT_HELD = 1;
export const SLOT_EVICTED = 2;

/** Columns of {@link PAGE_TRACES} traces. */
export class TracePage {
  /** Four words a trace, as they lie on the wire. */
  readonly id = new Uint32Array(4 * PAGE_TRACES);
  readonly firstRow = new Uint32Array(PAGE_TRACES);
  readonly lastRow = new Uint32Array(PAGE_TRACES);
  /** Row of the earliest span without a parent, or NONE. */
  readonly rootRow = new Uint32Array(PAGE_TRACES);
  /** Row of the earliest span. */
  readonly earliestRow = new Uint32Array(PAGE_TRACES);
  readonly spans = new Uint32Array(PAGE_TRACES);
  readonly errors = new Uint32Array(PAGE_TRACES);
  /** Rows that name this slot, those of replaced copies too. */
  readonly rows = new Uint32Array(PAGE_TRACES);
  readonly startLow = new Uint32Array(PAGE_TRACES);
  readonly startHigh = new Uint32Array(PAGE_TRACES);
  readonly endLow = new Uint32Array(PAGE_TRACES);
  readonly endHigh = new Uint32Array(PAGE_TRACES);
  /** Bit i: has a span of service i; the last bit stands for all services from 31 on. */
  readonly services = new Uint32Array(PAGE_TRACES);
  /** Neighbours in order of arrival. */
  readonly older = new Uint32Array(PAGE_TRACES);
  readonly newer = new Uint32Array(PAGE_TRACES);
  /** Bytes that the trace takes, about. */
  readonly bytes = new Float64Array(PAGE_TRACES);
  readonly state = new Uint8Array(PAGE_TRACES);
}

const BYTES_PER_TRACE = 4 * 18 + 8 + 1;

/** Every trace held: found by id, listed in order of arrival. */
export class TraceTable {
  private readonly pages: TracePage[] = [];
  private readonly free: number[] = [];
  private slots = 0;
  private readonly index = new HashIndex();
  /** Slot of the trace that arrived first and last, or NONE. */
  oldest = NONE;
  newest = NONE;
  /** Traces held. */
  count = 0;

  constructor(private readonly seed: number) {}

  page(slot: number): TracePage {
    return this.pages[slot >>> PAGE_BITS];
  }

  /** Slot of the trace with this id, or NONE. */
  find(a: number, b: number, c: number, d: number): number {
    for (let slot = this.index.first(this.hash(a, b, c, d)); slot !== NONE; slot = this.index.next()) {
      const { id } = this.pages[slot >>> PAGE_BITS];
      const at = 4 * (slot & PAGE_MASK);
      if (id[at] === a && id[at + 1] === b && id[at + 2] === c && id[at + 3] === d) return slot;
    }
    return NONE;
  }

  /** Slot of a new trace without spans. */
  add(a: number, b: number, c: number, d: number): number {
    const slot = this.free.pop() ?? this.newSlot();
    const page = this.page(slot);
    const at = slot & PAGE_MASK;
    page.id.set([a, b, c, d], 4 * at);
    page.firstRow[at] = page.lastRow[at] = page.rootRow[at] = page.earliestRow[at] = NONE;
    page.spans[at] = page.errors[at] = page.rows[at] = page.services[at] = page.bytes[at] = 0;
    page.startLow[at] = page.startHigh[at] = NONE;
    page.endLow[at] = page.endHigh[at] = 0;
    page.state[at] = SLOT_HELD;
    page.older[at] = this.newest;
    page.newer[at] = NONE;
    if (this.newest === NONE) this.oldest = slot;
    else this.page(this.newest).newer[this.newest & PAGE_MASK] = slot;
    this.newest = slot;
    this.index.add(this.hash(a, b, c, d), slot);
    this.count++;
    return slot;
  }

  /** Takes the trace out of sight; its rows follow as their segments go ({@link forgetRow}). */
  evict(slot: number): void {
    const page = this.page(slot);
    const at = slot & PAGE_MASK;
    const [older, newer] = [page.older[at], page.newer[at]];
    if (older === NONE) this.oldest = newer;
    else this.page(older).newer[older & PAGE_MASK] = newer;
    if (newer === NONE) this.newest = older;
    else this.page(newer).older[newer & PAGE_MASK] = older;
    const id = page.id.subarray(4 * at, 4 * at + 4);
    this.index.remove(this.hash(id[0], id[1], id[2], id[3]), slot);
    page.state[at] = SLOT_EVICTED;
    this.count--;
    if (page.rows[at] === 0) this.release(slot);
  }

  isHeld(slot: number): boolean {
    return this.page(slot).state[slot & PAGE_MASK] === SLOT_HELD;
  }

  addBytes(slot: number, bytes: number): void {
    this.page(slot).bytes[slot & PAGE_MASK] += bytes;
  }

  bytesOf(slot: number): number {
    return this.page(slot).bytes[slot & PAGE_MASK];
  }

  /** A row of this trace is no more. */
  forgetRow(slot: number): void {
    const page = this.page(slot);
    const at = slot & PAGE_MASK;
    if (--page.rows[at] === 0 && page.state[at] === SLOT_EVICTED) this.release(slot);
  }

  get byteLength(): number {
    return this.slots * BYTES_PER_TRACE + this.index.byteLength;
  }

  private release(slot: number): void {
    this.page(slot).state[slot & PAGE_MASK] = SLOT_FREE;
    this.free.push(slot);
  }

  private newSlot(): number {
    if ((this.slots & PAGE_MASK) === 0) this.pages.push(new TracePage());
    return this.slots++;
  }

  private hash(a: number, b: number, c: number, d: number): number {
    return mix(mix(a ^ this.seed, b, c), d, this.seed);
  }
}

/** A slot's place in its page. */
export function inPage(slot: number): number {
  return slot & PAGE_MASK;
}
