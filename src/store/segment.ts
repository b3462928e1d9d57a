import type { RunId } from '../model/ids';
import type { ByteDictionary } from './byteInterner';
import type { WordList } from './wordList';

/** A row's number: the segment's slot in the upper half, the row within the segment in the lower. */
export const ROW_BITS = 16;
export const ROW_MASK = (1 << ROW_BITS) - 1;
/**
 * Rows that a segment has at most. Measured from 8k to 64k: the bytes a span are equal, but the dictionaries of fewer rows stay in
 * the processor's cache (a tenth more spans a second), and a segment is sealed in 2 ms rather than 8.
 */
export const MAX_SEGMENT_ROWS = 1 << 14;
/** One less than fit, so that no row has the number NONE. */
export const MAX_SEGMENTS = (1 << (32 - ROW_BITS)) - 1;

/**
 * Words of a row. They stand together, not in columns of their own: every span is written, recognised, linked and read as a whole,
 * and a row is one cache line where columns would be fifteen. What is scanned over all spans, attributes, lies apart.
 * (An enum, because bundlers put its numbers where they are used.)
 */
export const enum Row {
  /** Trace slot. */
  trace,
  /** The trace's next row, or NONE. */
  next,
  /** Ids lie as on the wire: every platform that VS Code runs on is little-endian. */
  span0,
  span1,
  /** Zero for roots. */
  parent0,
  parent1,
  /** Times in halves of 64 bits: exact, whatever the sender says. */
  startLow,
  startHigh,
  endLow,
  endHigh,
  /** Index into {@link Segment.texts}. */
  name,
  /** Number of the line's statistics + 1, 0 without a location, {@link UNCOUNTED_SITE}. */
  site,
  /** Where the row's attributes begin in {@link Segment.attributes}; they end where the next row's begin. */
  attributes,
  /** Where the row's record begins in {@link Segment.extras}, + 1; 0 without one. */
  extras,
  /** Index into {@link Segment.contexts} in the lower half, above it kind and status and the flags below. */
  state,
}
export const ROW_WORDS = 15;
export const BYTES_PER_ROW = 4 * ROW_WORDS;

export const CONTEXT_MASK = 0xffff;
export const KIND_SHIFT = 16;
const KIND_MASK = 0b111;
export const STATUS_SHIFT = 19;
const STATUS_MASK = 0b11;
/** Has at least one event. */
export const HAS_EVENTS = 1 << 21;
/** A better copy of the same span took its place, or its trace has left. */
export const REPLACED = 1 << 22;

/** Of the span's flags: sampled and random, then whether it is known, and whether it is so, that the parent is in another process. */
export const FLAGS_SHIFT = 23;
export const SAMPLED_MASK = 0b11;
export const REMOTE_SHIFT = FLAGS_SHIFT + 2;
export const REMOTE_MASK = 0b11;
/** Where the latter two are on the wire. */
export const WIRE_REMOTE_SHIFT = 8;
/** Has not ended, and never will, whatever becomes of its thread. */
const GIVEN_UP = 1 << (REMOTE_SHIFT + 2);
const IS_KNOWN = 0b01;
const IS_REMOTE = 0b10;

/** {@link Row.site} of a span whose location is known but not counted, because it is open or there are too many lines. */
export const UNCOUNTED_SITE = -1;

/** What the spans of one ScopeSpans of one sender have in common. */
export interface SpanContext {
  /** Index into {@link Segment.texts}: the bytes of the Resource and InstrumentationScope messages. */
  readonly resource: number;
  readonly scope: number;
  readonly run: RunId;
  /** As {@link Origin.thread}. */
  readonly thread?: string;
  /** Index into the store's runs. */
  readonly runIndex: number;
  readonly service: string;
  /** Index into the store's services. */
  readonly serviceIndex: number;
}
const BYTES_PER_CONTEXT = 100;

/** Up to {@link MAX_SEGMENT_ROWS} spans. */
export class Segment {
  /** Rows in use. */
  rows = 0;
  readonly contexts: SpanContext[] = [];
  /** Bytes held, once the segment is sealed. */
  bytes = 0;
  /** What all but the rows lies in, once the segment is sealed. */
  private lists: SharedArrayBuffer | undefined;

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
    /** Rises with the settings of redaction: in segments of another one lies what these might mask. */
    readonly redaction: number,
    /** {@link Row}s, one after another, in a buffer of their own. */
    readonly words: Int32Array<SharedArrayBuffer>,
  ) {}

  /** The same rows, in these words, with lists that are full. `lists`: the buffer that all of these lie in. */
  sealed(
    words: Int32Array<SharedArrayBuffer>,
    keyValues: ByteDictionary,
    texts: ByteDictionary,
    attributes: WordList,
    extras: WordList,
    lists: SharedArrayBuffer,
  ): Segment {
    const sealed = new Segment(this.slot, this.capacity, keyValues, texts, attributes, extras, this.redaction, words);
    sealed.rows = this.rows;
    sealed.contexts.push(...this.contexts);
    sealed.lists = lists;
    sealed.bytes = words.buffer.byteLength + lists.byteLength + sealed.contexts.length * BYTES_PER_CONTEXT;
    return sealed;
  }

  /** What it lies in, for another one: nothing of it may be read any more. */
  get buffers(): readonly SharedArrayBuffer[] {
    return this.lists ? [this.words.buffer, this.lists] : [this.words.buffer];
  }

  /** Where the row's attributes end in {@link attributes}. `at`: where the row begins, as in all that follow. */
  attributesEnd(at: number): number {
    const next = at + ROW_WORDS;
    return next < this.rows * ROW_WORDS ? this.words[next + Row.attributes] : this.attributes.used;
  }

  context(at: number): SpanContext {
    return this.contexts[this.contextNumber(at)];
  }

  contextNumber(at: number): number {
    return this.words[at + Row.state] & CONTEXT_MASK;
  }

  /** As far as they are kept: whether it was sampled at random, and what is known of its parent. */
  wireFlags(at: number): number {
    const state = this.words[at + Row.state];
    return ((state >> FLAGS_SHIFT) & SAMPLED_MASK) | (((state >> REMOTE_SHIFT) & REMOTE_MASK) << WIRE_REMOTE_SHIFT);
  }

  kind(at: number): number {
    return (this.words[at + Row.state] >> KIND_SHIFT) & KIND_MASK;
  }

  status(at: number): number {
    return (this.words[at + Row.state] >> STATUS_SHIFT) & STATUS_MASK;
  }

  /** The parent is in another process; undefined where the sender does not say. */
  isParentRemote(at: number): boolean | undefined {
    const remote = this.words[at + Row.state] >> REMOTE_SHIFT;
    return (remote & IS_KNOWN) === 0 ? undefined : (remote & IS_REMOTE) !== 0;
  }

  isReplaced(at: number): boolean {
    return (this.words[at + Row.state] & REPLACED) !== 0;
  }

  hasEvents(at: number): boolean {
    return (this.words[at + Row.state] & HAS_EVENTS) !== 0;
  }

  /** Sent before it had ended: by a snapshot, or by a process that did not get to its end. */
  isOpen(at: number): boolean {
    return (this.words[at + Row.endLow] | this.words[at + Row.endHigh]) === 0;
  }

  giveUp(at: number): void {
    this.words[at + Row.state] |= GIVEN_UP;
  }

  /** Has not ended, and still can as far as is known of the span itself. */
  mayEnd(at: number): boolean {
    return this.isOpen(at) && (this.words[at + Row.state] & GIVEN_UP) === 0;
  }

  /** Names no parent, or itself. */
  isRoot(at: number): boolean {
    const { words } = this;
    const [a, b] = [words[at + Row.parent0], words[at + Row.parent1]];
    return (a | b) === 0 || (a === words[at + Row.span0] && b === words[at + Row.span1]);
  }

  /** End minus start in nanoseconds: exact below 104 days, negative when the end lies before the start. */
  duration(at: number): number {
    const { words } = this;
    return difference(
      words[at + Row.endHigh],
      words[at + Row.endLow],
      words[at + Row.startHigh],
      words[at + Row.startLow],
    );
  }
}

/** Where a row begins in its segment's words. */
export function rowAt(row: number): number {
  return (row & ROW_MASK) * ROW_WORDS;
}

/** a − b of unsigned 64-bit numbers in signed halves; exact when the result is below 2^53. */
export function difference(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  return ((aHigh >>> 0) - (bHigh >>> 0)) * 4_294_967_296 + ((aLow >>> 0) - (bLow >>> 0));
}

/** Decimal text of an unsigned 64-bit number in signed halves. */
export function decimal(high: number, low: number): string {
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString();
}
