import * as fs from 'node:fs';
import { join } from 'node:path';
import { errorMessage, type Log } from '../base/log';
import type { Rescue } from './agedSegment';
import { LeavingSegments } from './leavingSegments';
import type { JournalOrigin } from './origin';
import { isPreparedName, PreparedFile, type PreparingFiles } from './preparedFile';
import type { RecordKind } from './record';
import { segmentPath, type SegmentFile } from './segmentFiles';
import { SegmentWriter, type SegmentFiles } from './segmentWriter';

/** What the writer asks of the file system, so that a test can let it fail. */
export type WriterFiles = Pick<typeof fs, 'renameSync' | 'unlinkSync' | 'readdirSync' | 'statSync'> &
  SegmentFiles &
  PreparingFiles;

/** Large enough that opening files costs nothing, small enough that what is deleted at once is little. */
const LARGEST_SEGMENT = 8 * 1024 * 1024;
const SEGMENTS_IN_JOURNAL = 8;
/** Numbers that are left out for segments that are written later and belong before; there are a hundred thousand times as many. */
const GAP = 1_000;
/** Of the bytes allowed, what is left of segments for pinned traces' sake. */
const PINNED_SHARE = 1 / 2;
const PINS_LEAVE =
  'Pinned traces take half of what "spanline.journal.maxBytes" allows: the oldest of them are gone when the window is reloaded. Raise it, or unpin some';
/** The next segment's file is prepared when this share of one is written: when nothing comes any more, none is. */
const PREPARED_AT = 1 / 16;
/** Segments smaller than that are not worth it. */
const SMALLEST_PREPARED = 1024 * 1024;
/**
 * Appends records to the newest segment and deletes the oldest when there are too many bytes. Everything is written before a call
 * returns, which outlives the death of this process; the system's own death it outlives only as far as the system has written
 * its cache to disk.
 */
export class JournalWriter {
  private open: SegmentWriter | undefined;
  private next: PreparedFile | undefined;
  private sequence: number;
  private held: number;
  private readonly leaving: LeavingSegments;
  /** Segments of which only what is pinned is left. */
  private readonly thin = new Set<SegmentFile>();
  private isClosed = false;
  private toldOfPins = false;
  /** Number of the first segment behind the {@link leaveGap gap}. */
  private gapEnd: number | undefined;
  private filling: JournalWriter | undefined;

  /**
   * `segments`: those that are there already, oldest first; kept up to date by the writer. `rescue`: what of segments that leave for
   * want of room stays.
   */
  constructor(
    private readonly folder: string,
    readonly segments: SegmentFile[],
    private maxBytes: number,
    private readonly rescue: Rescue,
    private readonly log: Log,
    private readonly files: WriterFiles = fs,
  ) {
    this.sequence = segments.at(-1)?.sequence ?? 0;
    const isWanted = (segment: SegmentFile) => !this.isClosed && segments.includes(segment);
    this.leaving = new LeavingSegments(
      rescue,
      { isWanted, left: (segment, bytes) => this.thinned(segment, bytes) },
      log,
    );
    this.held = sumOf(segments);
    this.deleteOldest();
  }

  /** Of files that engines before this one prepared nobody makes use. */
  deletePrepared(): void {
    const { folder, files } = this;
    this.attempt('look through', folder, () => {
      for (const name of files.readdirSync(folder)) if (isPreparedName(name)) this.unlink(join(folder, name));
    });
  }

  /** Of all segments. */
  get bytes(): number {
    return this.held;
  }

  /** False where somebody deleted or emptied a file of a segment. */
  get isWhole(): boolean {
    const isThere = (segment: SegmentFile) =>
      this.leaving.has(segment) ||
      (this.files.statSync(segment.path, { throwIfNoEntry: false })?.size ?? 0) >= segment.bytes;
    return this.segments.every(isThere) && (this.filling?.isWhole ?? true);
  }

  /** From now on there is room for segments between what was there before and what comes; {@link beginFilling}. */
  leaveGap(): void {
    if (this.gapEnd !== undefined) return;
    this.seal();
    this.sequence += GAP;
    this.gapEnd = this.sequence + 1;
  }

  /** Begins to fill the gap; false where there is none. What is older makes room for it. */
  beginFilling(): boolean {
    const { folder, gapEnd, rescue, log, files } = this;
    if (gapEnd === undefined || this.filling) return false;
    const behind = this.segments.filter(({ sequence }) => sequence >= gapEnd);
    this.filling = new JournalWriter(folder, [], Math.max(0, this.maxBytes - sumOf(behind)), rescue, log, files);
    const before = this.segments.findLast(({ sequence }) => sequence < gapEnd)?.sequence ?? 0;
    this.filling.sequence = Math.max(gapEnd - 1 - GAP, before);
    return true;
  }

  /** Throws what the file system threw. Where all numbers of the gap are used up, nothing more is kept. */
  fill(kind: RecordKind, body: Uint8Array, origin: JournalOrigin, receivedAt: number): void {
    const { filling } = this;
    if (!filling || filling.sequence + 1 >= this.gapEnd!) return;
    filling.append(kind, body, origin, receivedAt);
    this.deleteOldest();
  }

  /** `wholly`: the gap is none any more. `replaces`: what is there holds all of what was before it, which is not needed any more. */
  endFilling(wholly: boolean, replaces = false): void {
    const { filling, gapEnd } = this;
    if (!filling) return;
    filling.close();
    this.filling = undefined;
    if (wholly && replaces)
      for (const segment of this.segments.filter(({ sequence }) => sequence < gapEnd!)) {
        this.forget(segment);
        this.unlink(segment.path);
      }
    if (wholly) this.gapEnd = undefined;
    this.segments.push(...filling.segments);
    this.segments.sort((a, b) => a.sequence - b.sequence);
    this.held += sumOf(filling.segments);
    this.deleteOldest();
  }

  /** Throws what the file system threw; the journal then ends with the record before. */
  append(kind: RecordKind, body: Uint8Array, origin: JournalOrigin | undefined, receivedAt: number): void {
    try {
      const segment = this.segmentFor(body.length);
      this.growing(segment, () => segment.append(kind, body, origin, receivedAt));
      this.prepareNext(segment.file.bytes);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Forgets all records: a restart finds none of them, even if it happens before the files are gone. */
  clear(receivedAt: number): void {
    this.endFilling(true);
    this.gapEnd = undefined;
    if (this.segments.length === 0) return;
    this.seal();
    const forgotten = this.segments.splice(0);
    this.thin.clear();
    this.held = 0;
    try {
      this.append('clear', Buffer.alloc(0), undefined, receivedAt);
    } catch (error) {
      this.log.warn(`The journal could not be marked as cleared: ${errorMessage(error)}`);
      for (const { path } of forgotten) this.files.unlinkSync(path);
      return;
    }
    for (const { path } of forgotten) this.unlink(path);
  }

  /** A segment that shall not be read again; it stays under another name, for whoever wants to know why. */
  setAside(segment: SegmentFile): void {
    if (!this.forget(segment)) return;
    this.attempt('rename', segment.path, () => this.files.renameSync(segment.path, `${segment.path}.refused`));
  }

  /** Somebody has left only so many bytes in a segment, and with none no file. */
  shrunk(sequence: number, bytes: number): void {
    const segment = this.segments.find((each) => each.sequence === sequence);
    if (!segment) return this.unlink(segmentPath(this.folder, sequence)); // deleted meanwhile, for its size
    if (!this.leaving.has(segment)) this.held += bytes - segment.bytes;
    segment.bytes = bytes;
    if (bytes === 0) this.segments.splice(this.segments.indexOf(segment), 1);
  }

  /** Resolves when no segment is left that has to leave and is still whole. */
  settled(): Promise<void> {
    return this.leaving.settled();
  }

  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.discardNext();
    this.deleteOldest();
  }

  close(): void {
    this.endFilling(false);
    this.isClosed = true;
    this.seal();
    this.discardNext();
  }

  private discardNext(): void {
    this.next?.discard();
    this.next = undefined;
  }

  private segmentFor(bytes: number): SegmentWriter {
    if (this.open?.hasRoomFor(bytes, this.segmentBytes)) return this.open;
    this.seal();
    this.deleteOldest();
    return this.openSegment();
  }

  private get segmentBytes(): number {
    return Math.floor(Math.min(LARGEST_SEGMENT, this.maxBytes / SEGMENTS_IN_JOURNAL));
  }

  private prepareNext(bytesWritten: number): void {
    const { segmentBytes } = this;
    if (this.next || bytesWritten < segmentBytes * PREPARED_AT || segmentBytes < SMALLEST_PREPARED) return;
    this.next = new PreparedFile(this.folder, segmentBytes, this.log, this.files);
  }

  private openSegment(): SegmentWriter {
    const file = { sequence: ++this.sequence, path: segmentPath(this.folder, this.sequence), bytes: 0 };
    const descriptor = this.next?.moveTo(file.path);
    const ready = descriptor === undefined ? undefined : { descriptor, bytes: this.next!.bytes };
    const segment = new SegmentWriter(file, ready, this.files, this.log);
    // One that is not ready yet will be for the segment after this one.
    if (ready || this.next?.failed) this.next = undefined;
    this.open = segment;
    this.segments.push(file);
    this.growing(segment, () => segment.begin());
    return segment;
  }

  /** What was written before a failure counts as well. */
  private growing({ file }: SegmentWriter, write: () => void): void {
    const before = file.bytes;
    try {
      write();
    } finally {
      this.held += file.bytes - before;
    }
  }

  private seal(): void {
    this.open?.close();
    this.open = undefined;
  }

  private abandon(): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    open.abandon();
    const { file } = open;
    if (!open.isEmpty) return;
    this.segments.splice(this.segments.indexOf(file), 1);
    this.held -= file.bytes;
    this.attempt('delete', file.path, () => this.files.unlinkSync(file.path));
  }

  private attempt(what: string, path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.log.debug(`Cannot ${what} ${path}: ${errorMessage(error)}`);
    }
  }

  /** Room for one more segment is made as well. The one that is being written stays, however small the limit. */
  private deleteOldest(): void {
    const allowed = this.maxBytes - this.segmentBytes - (this.next?.bytes ?? 0);
    for (const segment of [...this.segments]) {
      const { filling } = this;
      const filled = filling && segment.sequence < filling.sequence ? filling.held : 0;
      if (this.held + filled <= allowed || segment === this.open?.file) return;
      if (!this.thin.has(segment) && !this.leaving.has(segment)) this.leave(segment);
    }
  }

  private leave(segment: SegmentFile): void {
    if (this.rescue.traceIds.size === 0) {
      this.forget(segment);
      this.unlink(segment.path);
    } else {
      this.held -= segment.bytes;
      this.leaving.add(segment);
    }
  }

  private thinned(segment: SegmentFile, bytes: number): void {
    segment.bytes = bytes;
    this.held += bytes;
    if (bytes === 0) this.forget(segment);
    else this.thin.add(segment);
    this.keepPinnedWithin();
    this.deleteOldest();
  }

  private keepPinnedWithin(): void {
    let bytes = sumOf(this.thin);
    for (const segment of this.thin) {
      if (bytes <= this.maxBytes * PINNED_SHARE) return;
      bytes -= segment.bytes;
      this.forget(segment);
      this.unlink(segment.path);
      if (!this.toldOfPins) this.log.warn(PINS_LEAVE);
      this.toldOfPins = true;
    }
  }

  /** False for one that was forgotten before. */
  private forget(segment: SegmentFile): boolean {
    const index = this.segments.indexOf(segment);
    if (index === -1) return false;
    this.segments.splice(index, 1);
    this.thin.delete(segment);
    if (!this.leaving.has(segment)) this.held -= segment.bytes;
    return true;
  }

  /** Not waited for: giving megabytes back takes the system milliseconds. */
  private unlink(path: string): void {
    this.files.unlink(path, (error) => error && this.log.debug(`Cannot delete ${path}: ${error.message}`));
  }
}

function sumOf(segments: Iterable<SegmentFile>): number {
  let sum = 0;
  for (const { bytes } of segments) sum += bytes;
  return sum;
}
