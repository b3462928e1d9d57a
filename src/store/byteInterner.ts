import type { WireBytes } from '../otlp/wire/wireReader';
import { type Packing, WORD } from './segmentMemory';

/**
 * No entry, row or trace. Words are signed throughout the store (ids, hashes, row numbers): V8 passes and keeps signed 32-bit numbers as
 * they are, where every unsigned one above 2^31 costs an object.
 */
export const NONE = -1;

/**
 * Byte strings by number, one after another in one buffer. While a segment is filled the buffers are larger than what they hold.
 */
export interface ByteDictionary {
  bytes: Uint8Array;
  /** Where entry `i` begins; it ends where entry `i + 1` begins, so there is one more than `count`. */
  starts: Uint32Array;
  count: number;
}

/** Bits of a table's word that hold a part of the hash; the others hold the entry. */
const TAG = 0xff00_0000 | 0;
/** Entries that are numbered; to be looked at before each span ({@link ByteInterner.isCrowded}). */
const CROWDED = 1 << 22;

const LONG = 200;
const SMALLEST_ARENA = 1 << 16;
const SMALLEST_STARTS = 1 << 10;
const SMALLEST_TABLE = 1 << 11;

/**
 * Numbers distinct byte strings in the order they are first seen. Looked up by hash, then compared byte by byte. Its buffers serve
 * one segment after another: {@link seal} hands out copies and starts over.
 */
export class ByteInterner {
  entries = emptyEntries();
  /** Hash of what {@link find} looked for last. */
  hash = 0;
  private view = viewOf(this.entries.bytes);
  /**
   * Open addressing, a power of two: entry + 1 in the lower three bytes, the hash's highest byte above, 0 where there is none. One
   * word a slot, because what a search costs is the cache miss on this table.
   */
  private table = new Int32Array(SMALLEST_TABLE);

  /** `seed` keeps senders from choosing strings that collide. */
  constructor(private readonly seed: number) {}

  /** Number of the entry equal to `length` bytes at `start`, or {@link NONE}. */
  find(source: WireBytes, start: number, length: number): number {
    const hash = hashBytes(source, start, length, this.seed);
    this.hash = hash;
    const { table } = this;
    const mask = table.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = table[at];
      if (slot === 0) return NONE;
      if (((slot ^ hash) & TAG) !== 0) continue;
      const entry = (slot & ~TAG) - 1;
      if (this.equals(entry, source, start, length)) return entry;
    }
  }

  /** Number of the entry equal to those bytes, which is added when there is none. `hash` is what {@link find} left for them. */
  add(source: WireBytes, start: number, length: number, hash: number): number {
    const mask = this.table.length - 1;
    let at = hash & mask;
    for (let slot; (slot = this.table[at]) !== 0; at = (at + 1) & mask) {
      const entry = (slot & ~TAG) - 1;
      if (((slot ^ hash) & TAG) === 0 && this.equals(entry, source, start, length)) return entry;
    }
    const entry = this.push(source, start, length);
    this.table[at] = (hash & TAG) | (entry + 1);
    if (this.entries.count * 3 > this.table.length * 2) this.growTable();
    return entry;
  }

  intern(source: WireBytes, start: number, length: number): number {
    const entry = this.find(source, start, length);
    return entry === NONE ? this.add(source, start, length, this.hash) : entry;
  }

  /** So full that the entries of one more span might not be numbered. */
  get isCrowded(): boolean {
    return this.entries.count > CROWDED;
  }

  /** Bytes of the entries themselves. */
  get size(): number {
    return this.entries.starts[this.entries.count] + 4 * this.entries.count;
  }

  /** Bytes of the buffers beyond what the entries take. */
  get overhead(): number {
    return this.entries.bytes.byteLength + this.entries.starts.byteLength + this.table.byteLength - this.size;
  }

  /** Bytes that {@link seal} may pack. */
  get packedBytes(): number {
    return this.size + 2 * WORD;
  }

  /**
   * A copy of the entries; the interner is empty afterwards. Its own buffers wait for what comes, unless they are larger than
   * `keptBytes`.
   */
  seal(packing: Packing, keptBytes: number): ByteDictionary {
    const { bytes, starts, count } = this.entries;
    const sealed = { starts: packing.words(starts, count + 1), bytes: packing.bytes(bytes, starts[count]), count };
    if (bytes.length + starts.byteLength + this.table.byteLength > keptBytes) {
      this.entries = emptyEntries();
      this.table = new Int32Array(SMALLEST_TABLE);
    } else {
      this.entries = { bytes, starts, count: 0 };
      this.table.fill(0);
    }
    this.view = viewOf(this.entries.bytes);
    return sealed;
  }

  private equals(entry: number, { bytes, view }: WireBytes, start: number, length: number): boolean {
    const { starts } = this.entries;
    let at = starts[entry];
    if (starts[entry + 1] - at !== length) return false;
    if (length < 8) return equalShort(this.entries.bytes, at, bytes, start, length);
    const own = this.view;
    const last = start + length - 8;
    for (let pos = start; pos < last; pos += 8, at += 8) {
      const first = own.getInt32(at, true) ^ view.getInt32(pos, true);
      const second = own.getInt32(at + 4, true) ^ view.getInt32(pos + 4, true);
      if ((first | second) !== 0) return false;
    }
    at = starts[entry + 1] - 8;
    const first = own.getInt32(at, true) ^ view.getInt32(last, true);
    const second = own.getInt32(at + 4, true) ^ view.getInt32(last + 4, true);
    return (first | second) === 0;
  }

  private push(source: WireBytes, start: number, length: number): number {
    const { entries } = this;
    const entry = entries.count;
    const from = entries.starts[entry];
    if (entry + 1 >= entries.starts.length) {
      const starts = new Uint32Array(entries.starts.length * 2);
      starts.set(entries.starts);
      entries.starts = starts;
    }
    if (from + length > entries.bytes.length) this.growArena(from + length);
    // Most entries are short: a call to copy costs more than the loop.
    if (length > LONG) entries.bytes.set(source.bytes.subarray(start, start + length), from);
    else copyShort(source, start, length, entries.bytes, this.view, from);
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

  /** Hashes are not kept: tables grow a few times in the life of a store, since one serves segment after segment. */
  private growTable(): void {
    const { bytes, starts, count } = this.entries;
    const table = new Int32Array(this.table.length * 2);
    const mask = table.length - 1;
    for (let entry = 0; entry < count; entry++) {
      const own = { bytes, view: this.view };
      const hash = hashBytes(own, starts[entry], starts[entry + 1] - starts[entry], this.seed);
      let at = hash & mask;
      while (table[at] !== 0) at = (at + 1) & mask;
      table[at] = (hash & TAG) | (entry + 1);
    }
    this.table = table;
  }
}

function emptyEntries(): ByteDictionary {
  return { bytes: new Uint8Array(SMALLEST_ARENA), starts: new Uint32Array(SMALLEST_STARTS), count: 0 };
}

function copyShort(
  { bytes, view }: WireBytes,
  start: number,
  length: number,
  toBytes: Uint8Array,
  toView: DataView,
  to: number,
): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) toView.setInt32(to + i, view.getInt32(start + i, true), true);
  for (; i < length; i++) toBytes[to + i] = bytes[start + i];
}

function equalShort(own: Uint8Array, at: number, bytes: Uint8Array, start: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (own[at + i] !== bytes[start + i]) return false;
  return true;
}

/**
 * Two lanes of multiply and shift over eight bytes at a time. The last eight overlap the ones before: a loop over single bytes behind
 * the others costs more, mostly by branches that are guessed wrong.
 */
function hashBytes({ bytes, view }: WireBytes, start: number, length: number, seed: number): number {
  let a = Math.imul(length, 0x9e3779b1) ^ seed;
  let b = 0x27d4eb2f;
  if (length < 8) {
    for (let pos = start; pos < start + length; pos++) {
      b = Math.imul(b ^ bytes[pos], 0xc2b2ae35);
      b ^= b >>> 13;
    }
  } else {
    const last = start + length - 8;
    for (let pos = start; pos < last; pos += 8) {
      a = Math.imul(a ^ view.getInt32(pos, true), 0x85ebca6b);
      b = Math.imul(b ^ view.getInt32(pos + 4, true), 0xc2b2ae35);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    a = Math.imul(a ^ view.getInt32(last, true), 0x85ebca6b);
    b = Math.imul(b ^ view.getInt32(last + 4, true), 0xc2b2ae35);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ b, 0xc2b2ae35);
  return a ^ (a >>> 16);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
