import type { Log } from '../base/log';
import { KeptTraces } from './keptTraces';
import type { StoreParts } from './parts';
import { REPLACED, Row, ROW_BITS, ROW_WORDS, type Segment } from './segment';
import { recordAt, Trace } from './traceTable';
import { renameRow } from './traceUpdate';
import { RowMover } from './rowMover';

/** Work done per row appended: little, so that no request waits for much. */
const PACE = 2;
/** So much more work is done where hardly any room is left: it grows until a segment leaves for each that is filled. */
const HASTE = 12;
/** What it costs to move a row, where to drop one costs 1: however many are kept, a request waits for so many copies only. */
const MOVE_COST = 8;
const SMALLEST_STEP = 512;
/** A trace that still receives spans stays, unless it takes more than this share of the store. */
const LARGEST_KEPT = 1 / 4;
/** Of a segment's bytes: clearing is through before there is no room, and what was cleared waits whole for the next segment. */
const HELD_FREE = 2.5;
/** Of the store: statistics of a program with endless names may take more than there is, and must not drive all spans out. */
const LEAST_FOR_SPANS = 1 / 2;
/** Of the store, what may wait for segments to come. */
export const MOST_SPARE = 1 / 8;
/** Of a segment's rows so many may be moved rather than dropped, so that clearing it gives room. */
const MOST_MOVED = 1 / 2;

/**
 * Keeps the store within its bytes. The oldest segment is cleared row by row, a few at each request: every trace that has a row in it
 * leaves whole, except those that still receive spans and those that {@link KeptTraces} keeps; their rows move to the newest segment.
 * Then the segment is dropped.
 */
export class Retention {
  /** The segment that is being cleared, how far, and how many of its rows were moved. */
  private victim: Segment | undefined;
  private cleared = 0;
  private moved = 0;
  private evictedTraces = 0;
  private readonly mover: RowMover;
  readonly kept: KeptTraces;

  constructor(
    private readonly parts: StoreParts,
    private readonly log: Log,
  ) {
    this.mover = new RowMover(parts);
    this.kept = new KeptTraces(parts);
  }

  /** To be called after each request, with the number of rows it brought. */
  keepWithin(maxBytes: number, statisticsBytes: number, newRows: number): void {
    const { parts } = this;
    const segments = parts.segments.inOrder;
    const segmentBytes = segments.length > 1 ? parts.segments.sealedBytes / (segments.length - 1) : 0;
    const most = Math.max(maxBytes - statisticsBytes, maxBytes * LEAST_FOR_SPANS);
    const soft = most - segmentBytes * HELD_FREE;
    if (this.victim !== undefined || parts.spanBytes > soft) {
      const lag = Math.max(0, Math.min(1, (parts.spanBytes - soft) / (most - soft)));
      this.clearRows((newRows * PACE + SMALLEST_STEP) * (1 + lag * HASTE), maxBytes);
    }
    // Each segment once: where what is kept takes more than there is, moving it on would never end.
    for (let left = segments.length; left > 0 && parts.spanBytes > most; left--)
      if (!this.clearRows(Infinity, maxBytes)) break;
    const { memory } = parts.segments;
    if (memory.spareBytes > 0) memory.trim(Math.min(most - parts.spanBytes, maxBytes * MOST_SPARE));
  }

  /** False when there is nothing to clear. */
  private clearRows(work: number, maxBytes: number): boolean {
    this.victim ??= this.nextVictim();
    const { victim } = this;
    if (victim === undefined) return false;
    for (let left = work; left > 0 && this.cleared < victim.rows; this.cleared++)
      left -= this.clearRow(victim, this.cleared, maxBytes);
    if (this.cleared === victim.rows) this.dropVictim(victim);
    return true;
  }

  private nextVictim(): Segment | undefined {
    const { inOrder } = this.parts.segments;
    this.cleared = this.moved = this.evictedTraces = 0;
    return inOrder.length > 1 ? inOrder[0] : undefined;
  }

  private dropVictim(victim: Segment): void {
    this.parts.segments.drop(victim);
    this.victim = undefined;
    this.mover.rest();
    this.log.debug(
      `The store is full: the ${this.evictedTraces} oldest traces left, ${this.moved} spans of others were kept`,
    );
    const lostPins = this.kept.takeLostPins();
    if (lostPins > 0)
      this.log.warn(
        `${lostPins} pinned traces left, since pinned traces may take a quarter of the store; raise "spanline.store.maxBytes"`,
      );
  }

  /** Gives what it cost. */
  private clearRow(victim: Segment, index: number, maxBytes: number): number {
    const moved = this.moved;
    const { traces, spanIds } = this.parts;
    const { words } = victim;
    const at = index * ROW_WORDS;
    const row = (victim.slot << ROW_BITS) | index;
    const trace = words[at + Row.trace];
    if (traces.isHeld(trace)) {
      if (this.isKept(victim, trace, maxBytes)) {
        this.moveRow(victim, at, row, trace);
        spanIds.remove(trace, words[at + Row.span0], words[at + Row.span1], row);
      } else this.evict(trace);
    }
    // Scans of the segment must not take the row for one of the trace that gets this slot next.
    words[at + Row.state] |= REPLACED;
    traces.forgetRow(trace);
    return this.moved > moved ? MOVE_COST : 1;
  }

  private isKept(victim: Segment, trace: number, maxBytes: number): boolean {
    return this.isRunning(victim, trace, maxBytes) || this.kept.keeps(trace, maxBytes);
  }

  private isRunning(victim: Segment, trace: number, maxBytes: number): boolean {
    const { traces, writer } = this.parts;
    const lastRow = traces.page(trace)[recordAt(trace) + Trace.lastRow];
    return (
      lastRow >>> ROW_BITS === writer.current.slot &&
      this.moved < victim.rows * MOST_MOVED &&
      traces.bytesOf(trace) < maxBytes * LARGEST_KEPT
    );
  }

  /** A kept trace's rows in the oldest segment are the first of its list. */
  private moveRow(victim: Segment, at: number, row: number, trace: number): void {
    const page = this.parts.traces.page(trace);
    const record = recordAt(trace);
    if (!victim.isReplaced(at)) {
      renameRow(page, record, row, this.mover.move(victim, at, trace));
      this.moved++;
    }
    page[record + Trace.firstRow] = victim.words[at + Row.next];
  }

  private evict(trace: number): void {
    const { parts } = this;
    const page = parts.traces.page(trace);
    const at = recordAt(trace);
    parts.evicted.add(page[at], page[at + 1], page[at + 2], page[at + 3]);
    parts.spans -= page[at + Trace.spans];
    parts.traces.evict(trace);
    parts.spanIds.drop(trace);
    this.kept.letGo(trace);
    this.evictedTraces++;
  }
}
