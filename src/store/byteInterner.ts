/** No entry, row, trace or segment: the one value that none of them has. */
export const NONE = 0xffff_ffff;

/**
 * Byte strings by number, one after another in one buffer. While a segment is filled the buffers are larger than what they hold.
 */
export interface ByteDictionary {
  bytes: Uint8Array;
  /** Where entry `i` begins; it ends where entry `i + 1` begins, so there is one more than `count`. */
  starts: Uint32Array;
  count: number;
}

const SMALLEST_ARENA = 1 << 16;
const SMALLEST_STARTS = 1 << 10;
const SMALLEST_TABLE = 1 << 11;
/** Buffers that one odd segment has blown up beyond this are given back. */
const KEPT_ARENA = 1 << 24;

/**
 * Numbers distinct byte strings in the order they are first seen. Looked up by hash, then compared byte by byte. Its buffers serve
 * one segment after another: {@link seal} hands out exact copies and starts over.
 */
export class ByteInterner {
  entries: ByteDictionary = {
    bytes: new Uint8Array(SMALLEST_ARENA),
    starts: new Uint32Array(SMALLEST_STARTS),
    count: 0,
  };
  /** Hash of what {@link find} looked for last. */
  hash = 0;
  private view = viewOf(this.entries.bytes);
  /** Pairs of hash and entry + 1; open addressing, a power of two of pairs. */
  private table = new Int32Array(2 * SMALLEST_TABLE);

  /** `seed` keeps senders from choosing strings that collide. */
  constructor(private readonly seed: number) {}

  /** Number of the entry equal to `length` bytes at `start`, or {@link NONE}. */
  find(bytes: Uint8Array, view: DataView, start: number, length: number): number {
    const hash = hashBytes(bytes, view, start, length, this.seed);
    this.hash = hash;
    const { table } = this;
    const mask = (table.length >> 1) - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = table[2 * at + 1] - 1;
      if (entry < 0) return NONE;
      if (table[2 * at] === hash && this.equals(entry, bytes, view, start, length)) return entry;
    }
  }

  /** Number of the entry equal to those bytes, which is added when there is none. `hash` is what {@link find} left for them. */
  add(bytes: Uint8Array, view: DataView, start: number, length: number, hash: number): number {
    const { table } = this;
    const mask = (table.length >> 1) - 1;
    let at = hash & mask;
    for (let entry; (entry = table[2 * at + 1] - 1) >= 0; at = (at + 1) & mask) {
      if (table[2 * at] === hash && this.equals(entry, bytes, view, start, length)) return entry;
    }
    const entry = this.push(bytes, start, length);
    table[2 * at] = hash;
    table[2 * at + 1] = entry + 1;
    if (this.entries.count * 3 > table.length) this.growTable();
    return entry;
  }

  intern(bytes: Uint8Array, view: DataView, start: number, length: number): number {
    const entry = this.find(bytes, view, start, length);
    return entry === NONE ? this.add(bytes, view, start, length, this.hash) : entry;
  }

  /** Bytes of the entries themselves. */
  get size(): number {
    return this.entries.starts[this.entries.count] + 4 * this.entries.count;
  }

  /** Bytes of the buffers beyond what the entries take. */
  get overhead(): number {
    return this.entries.bytes.byteLength + this.entries.starts.byteLength + this.table.byteLength - this.size;
  }

  /** The entries with buffers of their exact size; the interner is empty afterwards. */
  seal(): ByteDictionary {
    const { bytes, starts, count } = this.entries;
    const sealed = { bytes: bytes.slice(0, starts[count]), starts: starts.slice(0, count + 1), count };
    this.clear();
    return sealed;
  }

  clear(): void {
    const oversized = this.entries.bytes.length > KEPT_ARENA;
    this.entries = {
      bytes: oversized ? new Uint8Array(SMALLEST_ARENA) : this.entries.bytes,
      starts: this.entries.starts,
      count: 0,
    };
    this.view = viewOf(this.entries.bytes);
    this.table.fill(0);
  }

  private equals(entry: number, bytes: Uint8Array, view: DataView, start: number, length: number): boolean {
    const { starts } = this.entries;
    let at = starts[entry];
    if (starts[entry + 1] - at !== length) return false;
    const end = start + length;
    let pos = start;
    const own = this.view;
    for (; pos + 4 <= end; pos += 4, at += 4) if (own.getInt32(at, true) !== view.getInt32(pos, true)) return false;
    const ownBytes = this.entries.bytes;
    for (; pos < end; pos++, at++) if (ownBytes[at] !== bytes[pos]) return false;
    return true;
  }

  private push(bytes: Uint8Array, start: number, length: number): number {
    const { entries } = this;
    const entry = entries.count;
    const from = entries.starts[entry];
    if (entry + 1 >= entries.starts.length) {
      const starts = new Uint32Array(entries.starts.length * 2);
      starts.set(entries.starts);
      entries.starts = starts;
    }
    if (from + length > entries.bytes.length) this.growArena(from + length);
    const own = entries.bytes;
    // Most entries are short: a call to copy costs more than the loop.
    if (length > 64) own.set(bytes.subarray(start, start + length), from);
    else for (let i = 0; i < length; i++) own[from + i] = bytes[start + i];
    entries.starts[entry + 1] = from + length;
    entries.count = entry + 1;
    return entry;
  }

  private growArena(needed: number): void {
    const bytes = new Uint8Array(Math.max(this.entries.bytes.length * 2, needed));
    bytes.set(this.entries.bytes);
    this.entries.bytes = bytes;
    this.view = viewOf(bytes);
  }

  private growTable(): void {
    const old = this.table;
    this.table = new Int32Array(old.length * 2);
    const mask = (this.table.length >> 1) - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue;
      let at = old[i] & mask;
      while (this.table[2 * at + 1] !== 0) at = (at + 1) & mask;
      this.table[2 * at] = old[i];
      this.table[2 * at + 1] = old[i + 1];
    }
  }
}

/** Two lanes of multiply and shift over eight bytes at a time. */
function hashBytes(bytes: Uint8Array, view: DataView, start: number, length: number, seed: number): number {
  const end = start + length;
  let pos = start;
  let a = Math.imul(length, 0x9e3779b1) ^ seed;
  let b = 0x27d4eb2f;
  for (; pos + 8 <= end; pos += 8) {
    a = Math.imul(a ^ view.getInt32(pos, true), 0x85ebca6b);
    b = Math.imul(b ^ view.getInt32(pos + 4, true), 0xc2b2ae35);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  if (pos + 4 <= end) {
    a = Math.imul(a ^ view.getInt32(pos, true), 0x85ebca6b);
    a ^= a >>> 15;
    pos += 4;
  }
  for (; pos < end; pos++) {
    b = Math.imul(b ^ bytes[pos], 0xc2b2ae35);
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ b, 0xc2b2ae35);
  return a ^ (a >>> 16);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
