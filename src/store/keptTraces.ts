import type { TraceId } from '../model/ids';
import { BYTES_PER_ENTRY_POINT, EntryPoint } from './entryPoint';
import { NONE } from './byteInterner';
import { idWords, traceIdText } from './idText';
import type { StoreParts } from './parts';
import { CONTEXT_MASK, difference, Row, rowAt, type Segment } from './segment';
import { nameOf } from './rowName';
import { rootOf } from './traceSummary';
import { recordAt, Trace } from './traceTable';

/** Of the store's bytes so many may be pinned traces. */
const PINNED_SHARE = 1 / 4;
/** And so many such as are slow or failed. Each of their rows is moved once while the store is filled anew, which takes time. */
const KEPT_SHARE = 1 / 8;
/** Operations by which traces begin that are told apart; traces of further ones are not kept for their slowness. */
const MAX_ENTRY_POINTS = 512;
/** Pins that are remembered, those of traces that are not held (yet) among them. */
const MAX_PINS = 1000;
const BYTES_PER_KEPT = 200;

export type PinRefusal = 'share full' | 'too many pins';

interface Kept {
  readonly entry: EntryPoint | undefined;
  readonly startMs: number;
  /** As they were when the trace was last looked at; it may grow. */
  bytes: number;
}

/**
 * Which traces stay although they are old: those that are pinned, and of each entry point (service and root span's name) the slowest
 * and the latest failed ones of the current run. Both hold a bounded share of the store. When that of the slow and failed ones is
 * full, the oldest of them go the way of all others.
 */
export class KeptTraces {
  private readonly pins = new Set<TraceId>();
  /** By trace slot, in the order in which they would have left. */
  private readonly kept = new Map<number, Kept>();
  private readonly entryPoints = new Map<string, EntryPoint>();
  /** Entry points of {@link segment} by context and name, so that no text is made for most traces. */
  private readonly entryPointsOfSegment = new Map<number, EntryPoint | undefined>();
  private segment: Segment | undefined;
  private bytes = { pinned: 0, others: 0 };
  /** Pinned traces that had to leave since the last {@link takeLostPins}. */
  private lostPins = 0;

  constructor(private readonly parts: StoreParts) {}

  /** A trace need not be held yet to be pinned. Gives why not, where it cannot be. */
  pin(traceId: TraceId, trace: number, maxBytes: number): PinRefusal | undefined {
    if (this.pins.has(traceId)) return undefined;
    if (this.pins.size >= MAX_PINS) return 'too many pins';
    if (trace !== NONE && this.pinnedBytes() + this.parts.traces.bytesOf(trace) > maxBytes * PINNED_SHARE)
      return 'share full';
    this.pins.add(traceId);
    return undefined;
  }

  unpin(traceId: TraceId): void {
    this.pins.delete(traceId);
  }

  /** Of pinned traces that are held, those pinned last first. */
  pinnedSlots(): number[] {
    const { traces } = this.parts;
    return [...this.pins]
      .reverse()
      .map((id) => {
        const [a, b, c, d] = idWords(id);
        return traces.find(a, b, c, d);
      })
      .filter((slot) => slot !== NONE);
  }

  isPinned(page: Int32Array, at: number): boolean {
    return this.pins.size > 0 && this.pins.has(traceIdText(page[at], page[at + 1], page[at + 2], page[at + 3]));
  }

  /** Whether a trace stays when the oldest make room. Asked of each trace of a segment that is being cleared. */
  keeps(trace: number, maxBytes: number): boolean {
    const page = this.parts.traces.page(trace);
    const at = recordAt(trace);
    if (this.isPinned(page, at)) return this.keepPinned(trace, page, at, maxBytes);
    const held = this.kept.get(trace);
    if (held?.entry === undefined) {
      this.letGo(trace); // it was pinned
      if (!this.offer(trace, page, at)) return false;
    } else if (this.parts.runs.isCurrent(held.entry.run)) this.setBytes(held, this.parts.traces.bytesOf(trace));
    else return this.letGo(trace);
    return this.makeRoom(maxBytes * KEPT_SHARE, trace);
  }

  /** The trace has left. Always gives false. */
  letGo(trace: number): false {
    const held = this.kept.get(trace);
    if (held === undefined) return false;
    this.kept.delete(trace);
    this.count(held, -held.bytes);
    held.entry?.remove(trace);
    return false;
  }

  takeLostPins(): number {
    const lost = this.lostPins;
    this.lostPins = 0;
    return lost;
  }

  get byteLength(): number {
    return this.kept.size * BYTES_PER_KEPT + this.entryPoints.size * BYTES_PER_ENTRY_POINT;
  }

  private keepPinned(trace: number, page: Int32Array, at: number, maxBytes: number): boolean {
    const bytes = this.parts.traces.bytesOf(trace);
    const held = this.kept.get(trace);
    if (held && held.entry === undefined) this.setBytes(held, bytes);
    else {
      this.letGo(trace); // it was among the slowest
      this.add(trace, { entry: undefined, startMs: startMsOf(page, at), bytes });
    }
    if (this.bytes.pinned <= maxBytes * PINNED_SHARE) return true;
    this.pins.delete(traceIdText(page[at], page[at + 1], page[at + 2], page[at + 3]));
    this.lostPins++;
    return this.letGo(trace);
  }

  /** False when its run is over, or its entry point has slower and later failed ones enough. */
  private offer(trace: number, page: Int32Array, at: number): boolean {
    const entry = this.entryPointOf(page, at);
    if (entry === undefined || !this.parts.runs.isCurrent(entry.run)) return false;
    const startMs = startMsOf(page, at);
    const failed = page[at + Trace.errors] > 0;
    if (!entry.offer({ trace, startMs, duration: durationOf(page, at), failed })) return false;
    for (const displaced of entry.takeDisplaced()) this.letGo(displaced);
    this.add(trace, { entry, startMs, bytes: this.parts.traces.bytesOf(trace) });
    return true;
  }

  private add(trace: number, kept: Kept): void {
    this.kept.set(trace, kept);
    this.count(kept, kept.bytes);
  }

  private setBytes(held: Kept, bytes: number): void {
    this.count(held, bytes - held.bytes);
    held.bytes = bytes;
  }

  private count({ entry }: Kept, bytes: number): void {
    this.bytes[entry === undefined ? 'pinned' : 'others'] += bytes;
  }

  /** Lets the oldest go that are not pinned; false when `asking` is the oldest itself. */
  private makeRoom(room: number, asking: number): boolean {
    if (this.bytes.others <= room) return true;
    const { startMs } = this.kept.get(asking)!;
    for (const [trace, held] of this.kept) {
      if (held.entry === undefined) continue;
      // One that was let go before and is asked about again must not drive out the next oldest, and so on round.
      if (startMs <= held.startMs) return this.letGo(asking);
      this.letGo(trace);
      if (this.bytes.others <= room) return true;
    }
    return false;
  }

  private pinnedBytes(): number {
    return this.pinnedSlots().reduce((bytes, slot) => bytes + this.parts.traces.bytesOf(slot), 0);
  }

  private entryPointOf(page: Int32Array, at: number): EntryPoint | undefined {
    const row = rootOf(page, at);
    const segment = this.parts.segments.of(row);
    const from = rowAt(row);
    if (this.segment !== segment) {
      this.segment = segment;
      this.entryPointsOfSegment.clear();
    }
    const key = (segment.words[from + Row.state] & CONTEXT_MASK) * 0x1_0000_0000 + segment.words[from + Row.name];
    let entry = this.entryPointsOfSegment.get(key);
    if (entry === undefined) {
      entry = this.findEntryPoint(segment, from);
      this.entryPointsOfSegment.set(key, entry);
    }
    return entry;
  }

  private findEntryPoint(segment: Segment, from: number): EntryPoint | undefined {
    const { runIndex, service } = segment.context(from);
    const key = `${runIndex} ${service}\n${nameOf(segment, from)}`;
    let entry = this.entryPoints.get(key);
    if (entry === undefined) {
      if (this.entryPoints.size >= MAX_ENTRY_POINTS) this.forgetOldRuns();
      if (this.entryPoints.size >= MAX_ENTRY_POINTS) return undefined;
      entry = new EntryPoint(runIndex);
      this.entryPoints.set(key, entry);
    }
    return entry;
  }

  private forgetOldRuns(): void {
    for (const [key, { run }] of this.entryPoints) if (!this.parts.runs.isCurrent(run)) this.entryPoints.delete(key);
  }
}

function startMsOf(page: Int32Array, at: number): number {
  return difference(page[at + Trace.startHigh], page[at + Trace.startLow], 0, 0) / 1e6;
}

/** Nanoseconds; negative where no span has a start. */
function durationOf(page: Int32Array, at: number): number {
  return difference(
    page[at + Trace.endHigh],
    page[at + Trace.endLow],
    page[at + Trace.startHigh],
    page[at + Trace.startLow],
  );
}
