import { existsSync, unlinkSync } from 'node:fs';
import { errorMessage, type Log } from '../base/log';
import type { TraceId } from '../model/ids';
import type { RecordsOf } from './agedSegment';
import { JournalSlot, type SlotHolder } from './journalSlot';
import { JournalWriter, type WriterFiles } from './journalWriter';
import { mergeSegments } from './mergeSegments';
import { journalFolder, tidyUp } from './oldJournals';
import type { JournalOrigin } from './origin';
import { PastReader } from './pastReader';
import type { JournalSignal, ReplaySink } from './replay';
import { listSegments, type SegmentFile } from './segmentFiles';
import { askForSlots } from './slotHandover';
import { deleteSlotTexts, readPins, readSlotText, writePins, writeSlotText } from './slotTexts';
import { WriteTrouble } from './writeTrouble';

export interface JournalOptions {
  /** The engine's folder; the journal lies below it. */
  readonly storageDir: string;
  /** Most bytes on disk. */
  readonly maxBytes: number;
  /** What nothing was added to for so long is not read again, but for pinned traces, and deleted; undefined: however old it is. */
  readonly maxAgeMs?: number;
  readonly recordsOf: RecordsOf;
  /** Pinned traces, which stay on disk however old they are; the journal adds those that engines before this one kept. */
  readonly pins: Set<TraceId>;
  readonly log: Log;
  /** Whether somebody looks at what this engine shows; an engine that nobody looks at lets another one go on with its journal. */
  readonly isAttended: () => Promise<boolean>;
  /** Somebody deleted the folder, or files of it: of what was kept not everything is on disk any more. */
  readonly lost: () => void;
  /** {@link Journal.problem} is another one than before. */
  readonly problemChanged: (problem: string | undefined) => void;
  /** Replaced in tests. */
  readonly clock?: () => number;
  readonly files?: WriterFiles;
}

/** Writes what is missing in a journal. */
export interface GapFilling {
  /** False where it cannot be kept now. */
  append(signal: JournalSignal, request: Uint8Array, origin: JournalOrigin, receivedAt: number): boolean;
  /** To be called once. `wholly`: nothing is missing any more. */
  end(wholly: boolean): void;
}

/**
 * Keeps what was received on disk until the next engine reads it. Whatever goes wrong with the disk is a {@link problem}, never an
 * error: receiving goes on without a journal, which is tried again every few seconds.
 */
export class Journal {
  /** When somebody deleted the folder or files of it, in ms since 1970: what came before may be nowhere on disk. Undefined when nobody did. */
  lostAt: number | undefined;
  private slot: JournalSlot | undefined;
  private writer: JournalWriter | undefined;
  private readonly past: PastReader;
  private replayEnd: Promise<void> = Promise.resolve();
  /** Settled when no other engine is waited for any more. */
  private asking: Promise<void> | undefined;
  private readonly askingEnd = new AbortController();
  private cleared = false;
  /** There is something that nobody has read yet. */
  private isUnread = false;
  private readonly notes: string[] = [];
  private isDeciding = false;
  /** Something was not written that came before what is written from now on. */
  private hasGap = false;
  /** What is on disk from before the gap is not all that there was: it goes once everything is in the gap. */
  private isInPieces = false;
  private readonly trouble: WriteTrouble;
  private closed = false;
  private readonly folder: string;
  private readonly clock: () => number;
  private maxBytes: number;

  constructor(private readonly options: JournalOptions) {
    this.folder = journalFolder(options.storageDir);
    this.clock = options.clock ?? Date.now;
    this.maxBytes = options.maxBytes;
    this.past = new PastReader(options);
    this.trouble = new WriteTrouble(options.log, () => this.tellProblem());
    this.attempt(() => this.openWriter());
    this.isUnread = this.bytes > 0;
    if (this.slot) this.notes.push(...readNote(this.slot.folder));
    void tidyUp(options.storageDir, options.recordsOf, options.log);
  }

  /** Why what arrives now will not survive a reload, and the remedy; undefined when it will. */
  get problem(): string | undefined {
    return this.trouble.text;
  }

  /** On disk. */
  get bytes(): number {
    return this.writer?.bytes ?? 0;
  }

  /** There is something to {@link replayTo replay}, or may be. */
  get hasPast(): boolean {
    return this.bytes > 0 || this.asking !== undefined;
  }

  /** The folder of this engine's own segments; undefined while there is none to be had. */
  get ownFolder(): string | undefined {
    return this.slot?.folder;
  }

  /** Keeps a request; false when it cannot be kept, or where a replay that goes on will not find it. */
  append(signal: JournalSignal, request: Uint8Array, origin: JournalOrigin): boolean {
    const now = this.clock();
    if (this.closed) return false;
    if (this.trouble.isToWait(now)) {
      this.trouble.missedOne();
      return false;
    }
    const isKept = this.attempt(() => this.openWriter().append(signal, request, origin, now));
    return isKept && this.past.finds(this.writer);
  }

  /**
   * Asks engines that nobody looks at any more for what they hold, such as the one that this engine's window left behind; to be called
   * once, before {@link replayTo}, which waits for their answers.
   */
  askOthers(): void {
    const { slot, options, folder } = this;
    if (!slot) return;
    this.asking = askForSlots(folder, slot, this.holder(), this.askingEnd.signal)
      ?.then((others) => this.takeIn(others))
      .catch((error: unknown) => options.log.warn(`Another journal could not be taken over: ${errorMessage(error)}`))
      .finally(() => (this.asking = undefined));
    this.isUnread ||= this.asking !== undefined;
  }

  /** Keeps one text beside the requests, in place of the one before; false where the disk refuses. */
  keepNote(text: string | undefined): boolean {
    return this.keepText('note', (folder) => writeSlotText(folder, 'note', text));
  }

  /** To be called when other traces are pinned than before. */
  keepPins(): void {
    this.keepText('pins', (folder) => writePins(folder, this.options.pins));
  }

  private keepText(what: string, write: (folder: string) => void): boolean {
    if (!this.slot) return false;
    try {
      write(this.slot.folder);
      return true;
    } catch (error) {
      this.options.log.debug(`Cannot write the journal's ${what} in ${this.slot.folder}: ${errorMessage(error)}`);
      return false;
    }
  }

  private joinPins(folders: readonly string[]): void {
    for (const folder of folders) for (const id of readPins(folder)) this.options.pins.add(id);
    this.keepPins();
  }

  /** What engines before this one kept, several texts where several journals were joined; given once. */
  takeNotes(): string[] {
    return this.notes.splice(0);
  }

  /** Hands over what the journal held when it was opened and what was appended since; to be called once. */
  replayTo(sink: ReplaySink): Promise<void> {
    this.replayEnd = this.replayAll(sink).finally(() => (this.isUnread = false));
    return this.replayEnd;
  }

  private async replayAll(sink: ReplaySink): Promise<void> {
    await this.asking;
    if (this.closed || this.cleared) return;
    const { slot, writer } = this;
    if (!slot || !writer) return sink.caughtUp({ requests: 0, bytes: 0, ms: 0 });
    await this.past.read(slot.folder, writer, sink, () => this.closed || this.cleared);
  }

  /** Forgets everything; pins are the caller's to clear, before it. A replay that goes on stops. */
  clear(): void {
    this.cleared = true;
    this.isUnread = false;
    this.hasGap = this.isInPieces = false;
    this.lostAt = undefined;
    this.past.cancel();
    this.attempt(() => this.writer?.clear(this.clock()));
    this.keepNote(undefined);
    this.keepPins();
  }

  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.writer?.setMaxBytes(maxBytes);
  }

  /** Ends; what was kept stays for the next engine. */
  close(): void {
    this.closed = true;
    this.askingEnd.abort();
    this.past.cancel();
    this.letGo();
  }

  private openWriter(): JournalWriter {
    if (this.slot?.isOwn() === false) this.slotLost();
    this.slot ??= this.newSlot();
    this.writer ??= this.newWriter(this.slot.folder, listSegments(this.slot.folder));
    if (this.hasGap) this.writer.leaveGap();
    return this.writer;
  }

  private newSlot(): JournalSlot {
    this.slot = JournalSlot.acquire(this.folder, this.holder());
    this.joinPins([this.slot.folder]);
    return this.slot;
  }

  private newWriter(folder: string, segments: SegmentFile[]): JournalWriter {
    const { pins, recordsOf, log, files } = this.options;
    const writer = new JournalWriter(folder, segments, this.maxBytes, { traceIds: pins, recordsOf }, log, files);
    writer.deletePrepared();
    return writer;
  }

  private holder(): SlotHolder {
    return { lost: () => this.slotLost(), wanted: () => void this.slotWanted(), held: () => this.lookAfterFiles() };
  }

  /** Another engine has the folder now, or nobody: what comes goes to another one. */
  private slotLost(): void {
    const { slot, ownFolder } = this;
    if (slot?.isTaken) {
      this.options.log.warn(`The journal in ${ownFolder} was taken over by another window; going on beside it`);
    } else if (ownFolder !== undefined && existsSync(ownFolder)) this.lookAfterFiles();
    else {
      this.options.log.warn(
        `The journal in ${ownFolder} was deleted: what is still in memory is written into a new one`,
      );
      this.filesDeleted();
    }
    this.letGo();
  }

  /** Somebody may have deleted files of it one by one. */
  private lookAfterFiles(): void {
    const { writer, options } = this;
    if (!writer || this.isUnread || writer.isWhole) return;
    options.log.warn(`Files in ${this.ownFolder} were deleted: what is still in memory is written into new ones`);
    this.filesDeleted();
    this.isInPieces = true;
    writer.close();
    this.writer = undefined;
    this.keepPins();
  }

  private filesDeleted(): void {
    this.hasGap = true;
    this.options.lost();
    if (this.bytes === 0) return;
    this.lostAt = this.clock();
    this.tellProblem();
  }

  /**
   * Begins to write what is missing, between what was there before and what came since. Undefined where nothing is missing, or it
   * cannot be written now.
   */
  fillGap(): GapFilling | undefined {
    if (this.closed || this.past.isReading || this.asking || this.trouble.isToWait(this.clock())) return undefined;
    this.hasGap = true;
    let writer: JournalWriter;
    try {
      writer = this.openWriter();
    } catch (error) {
      this.failed(error);
      return undefined;
    }
    if (!writer.beginFilling()) return undefined;
    return {
      append: (signal, request, origin, receivedAt) =>
        this.writer === writer && this.attempt(() => writer.fill(signal, request, origin, receivedAt)),
      end: (wholly) => {
        writer.endFilling(wholly, this.isInPieces);
        if (wholly && this.writer === writer) this.gapFilled();
      },
    };
  }

  private gapFilled(): void {
    this.hasGap = this.isInPieces = false;
    this.lostAt = undefined;
    this.tellProblem();
  }

  /** Another engine, which has a window for sure, asks for the journal. */
  private async slotWanted(): Promise<void> {
    const { slot, options } = this;
    if (!slot || this.isDeciding) return;
    this.isDeciding = true;
    const isAttended = await options.isAttended();
    if (!isAttended) await this.replayEnd.catch(() => {});
    this.isDeciding = false;
    if (this.slot !== slot || !slot.isWanted) return;
    if (isAttended) return slot.refuse();
    options.log.info(`No window shows what is in ${slot.folder} any more: the journal is left to another one`);
    this.letGo();
  }

  /** Other engines' records come before and between those that were written meanwhile, as they were received. */
  private async takeIn(others: readonly JournalSlot[]): Promise<void> {
    const { options } = this;
    try {
      // Files that another name waits for must not be written anew under the one they had.
      await this.writer?.settled();
      const { slot, writer } = this;
      if (this.closed || !slot || !writer || others.length === 0) return;
      const folders = others.map(({ folder }) => folder);
      options.log.info(`Taken over from windows that are gone: ${folders.join(', ')}`);
      if (!this.cleared) {
        this.notes.push(...folders.flatMap(readNote));
        this.joinPins(folders);
      }
      folders.forEach(deleteSlotTexts);
      if (this.cleared) for (const { path } of folders.flatMap(listSegments)) unlinkSync(path);
      writer.close();
      this.writer = undefined;
      this.writer = this.newWriter(slot.folder, mergeSegments(slot.folder, folders));
    } finally {
      for (const other of others) other.abandon();
    }
  }

  private letGo(): void {
    this.writer?.close();
    this.slot?.release();
    this.writer = this.slot = undefined;
  }

  private attempt(action: () => unknown): boolean {
    try {
      action();
    } catch (error) {
      this.failed(error);
      return false;
    }
    // The pins may have been refused as well.
    if (this.trouble.worked()) {
      this.keepPins();
      this.tellProblem();
    }
    return true;
  }

  private failed(error: unknown): void {
    this.hasGap = true;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    // The folder was deleted: it is made anew.
    if (isMissing && this.slot && !existsSync(this.slot.folder)) this.filesDeleted();
    if (isMissing && !this.past.isReading) this.letGo();
    this.trouble.failed(error, this.ownFolder ?? this.folder, this.clock());
  }

  private tellProblem(): void {
    this.options.problemChanged(this.problem);
  }
}

function readNote(folder: string): string[] {
  const note = readSlotText(folder, 'note');
  return note === undefined ? [] : [note];
}
