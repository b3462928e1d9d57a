import { join } from 'node:path';
import { errorMessage, type Log } from '../base/log';
import { JournalSlot, deleteAbandonedSlots } from './journalSlot';
import { JournalWriter, type WriterFiles } from './journalWriter';
import type { JournalOrigin } from './origin';
import { Replay, type JournalSignal, type ReplaySink } from './replay';
import { ReplayGuard } from './replayGuard';
import { listSegments, type SegmentFile } from './segmentFiles';

export interface JournalOptions {
  /** The engine's folder; the journal lies below it. */
  readonly storageDir: string;
  /** Most bytes on disk. */
  readonly maxBytes: number;
  readonly log: Log;
  /** {@link Journal.problem} is another one than before. */
  readonly problemChanged: (problem: string | undefined) => void;
  /** Replaced in tests. */
  readonly clock?: () => number;
  readonly files?: WriterFiles;
}

const RETRY_MS = 5_000;
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some disk space, or lower "spanline.journal.maxBytes"',
  EDQUOT: 'Free some of your disk quota, or lower "spanline.journal.maxBytes"',
  EROFS: 'Make the folder writable',
  EACCES: 'Make the folder writable',
  EPERM: 'Make the folder writable',
  EMFILE: 'Allow more open files (ulimit -n)',
  ENFILE: 'Allow more open files (ulimit -n)',
};

/**
 * Keeps what was received on disk until the next engine reads it. Whatever goes wrong with the disk is a {@link problem}, never an
 * error: receiving goes on without a journal, which is tried again every few seconds.
 */
export class Journal {
  /** Why what arrives now will not survive a reload, and the remedy; undefined when it will. */
  problem: string | undefined;
  private slot: JournalSlot | undefined;
  private writer: JournalWriter | undefined;
  private replaying: Replay | undefined;
  private retryAt = 0;
  private missed = 0;
  private closed = false;
  private readonly folder: string;
  private readonly clock: () => number;
  private maxBytes: number;

  constructor(private readonly options: JournalOptions) {
    this.folder = journalFolder(options.storageDir);
    this.clock = options.clock ?? Date.now;
    this.maxBytes = options.maxBytes;
    this.attempt(() => this.openWriter());
    void deleteAbandonedSlots(this.folder, options.log);
  }

  /** On disk. */
  get bytes(): number {
    return this.writer?.bytes ?? 0;
  }

  /** The folder of this engine's own segments; undefined while there is none to be had. */
  get ownFolder(): string | undefined {
    return this.slot?.folder;
  }

  /** Keeps a request; false when it cannot be kept. */
  append(signal: JournalSignal, request: Uint8Array, origin: JournalOrigin): boolean {
    const now = this.clock();
    if (this.closed) return false;
    if (this.problem !== undefined && now < this.retryAt) {
      this.missed++;
      return false;
    }
    return this.attempt(() => this.openWriter().append(signal, request, origin, now));
  }

  /** Hands over what the journal held when it was opened and what was appended since; to be called once. */
  async replayTo(sink: ReplaySink): Promise<void> {
    const { slot, writer } = this;
    if (!slot || !writer) return sink.caughtUp({ requests: 0, bytes: 0, ms: 0 });
    const guard = new ReplayGuard(slot.folder);
    const mayRead = (segment: SegmentFile) => guard.begin(segment.sequence) || this.refuse(segment, writer);
    const replay = new Replay(writer.segments, sink, this.options.log, mayRead);
    this.replaying = replay;
    await replay.run().finally(() => {
      this.replaying = undefined;
      guard.end();
    });
  }

  private refuse(segment: SegmentFile, writer: JournalWriter): false {
    this.options.log.error(
      `${segment.path} of the journal ends whoever reads it and is set aside; what it held is not shown any more`,
    );
    writer.setAside(segment);
    return false;
  }

  /** Forgets everything; a replay that goes on stops. */
  clear(): void {
    this.replaying?.cancel();
    this.attempt(() => this.writer?.clear(this.clock()));
  }

  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.writer?.setMaxBytes(maxBytes);
  }

  /** Ends; what was kept stays for the next engine. */
  close(): void {
    this.closed = true;
    this.replaying?.cancel();
    this.letGo();
  }

  private openWriter(): JournalWriter {
    this.slot ??= JournalSlot.acquire(this.folder, () => this.slotLost());
    const { options, slot, maxBytes } = this;
    this.writer ??= new JournalWriter(slot.folder, listSegments(slot.folder), maxBytes, options.log, options.files);
    return this.writer;
  }

  /** Another engine has the folder now: what comes goes to another one. Not while the replay counts on finding it in this one. */
  private slotLost(): void {
    if (this.replaying) return;
    this.options.log.warn(`The journal in ${this.ownFolder} was taken over by another window; going on beside it`);
    this.letGo();
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
    if (this.problem !== undefined) this.recovered();
    return true;
  }

  private failed(error: unknown): void {
    this.retryAt = this.clock() + RETRY_MS;
    this.missed++;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    // The folder was deleted: it is made anew.
    if (code === 'ENOENT' && !this.replaying) this.letGo();
    const remedy = REMEDIES[code] ?? 'Look at the disk';
    const problem = `The journal in ${this.ownFolder ?? this.folder} cannot be written (${errorMessage(error)}): traces that arrive now are lost when the window is reloaded. ${remedy}, or turn it off by "spanline.journal.enabled".`;
    if (this.problem === problem) return;
    this.problem = problem;
    this.options.log.warn(problem);
    this.options.problemChanged(this.problem);
  }

  private recovered(): void {
    this.options.log.info(`The journal is written again; ${this.missed} requests are not in it`);
    this.problem = undefined;
    this.missed = 0;
    this.options.problemChanged(this.problem);
  }
}

/** What journals below the engine's folder hold is deleted, but for those that another engine is writing. */
export async function deleteJournals(storageDir: string, log: Log): Promise<void> {
  await deleteAbandonedSlots(journalFolder(storageDir), log, -Infinity);
}

function journalFolder(storageDir: string): string {
  return join(storageDir, 'journal');
}
