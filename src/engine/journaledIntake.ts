import type { Log } from '../base/log';
import { errorMessage } from '../base/log';
import { Journal } from '../journal/journal';
import { deleteJournals } from '../journal/oldJournals';
import type { ReplayReport, ReplaySink } from '../journal/replay';
import type { Outcome } from '../otlp/receiver/options';
import { SIGNALS, type Signal } from '../otlp/signals';
import type { EngineOptions } from '../protocol/engine';
import type { Origin } from '../store/appender';
import type { ChangeFeed } from './changeFeed';
import { Intake, type IntakeTap } from './intake';
import { JournalRepair } from './journalRepair';
import type { PinnedTraces } from './pinnedTraces';
import { pinnedRecords } from './pinnedRecords';
import type { RateMeter } from './rateMeter';
import type { Redaction } from './redaction';
import type { Stores } from './stores';

export interface JournalNote {
  toKeep(): string | undefined;
  bringBack(kept: string): void;
}

export interface JournaledIntakeParts {
  readonly stores: Stores;
  /** Empty ones with the same limits, for the time of the replay. */
  readonly createStores: () => Stores;
  readonly redaction: Redaction;
  readonly pinned: PinnedTraces;
  readonly rate: RateMeter;
  readonly changes: ChangeFeed;
  readonly statusChanges: ChangeFeed;
  /** Drops everything the stores hold. */
  readonly clearStores: () => void;
  /** Besides the journal's own. */
  readonly taps: readonly IntakeTap[];
  /** What is to be known after a restart and is in no request. */
  readonly note: JournalNote;
  /** Whether somebody looks at this engine's window. */
  readonly isAttended: () => Promise<boolean>;
  readonly log: Log;
}

export type JournalSettings = Pick<
  EngineOptions,
  'storageDir' | 'maxJournalBytes' | 'maxJournalAgeMs' | 'maxStoreBytes'
>;

/** What the store keeps of a request takes about half of what it took on the wire; older requests it could not hold. */
const STORED_TO_RECEIVED = 3;
const SIGNAL_BY_ID = new Map<string, Signal>(SIGNALS.map((signal) => [signal.id, signal]));
const NOTE_MS = 2_000;
const UNTOLD = { changed() {} };
const UNCOUNTED = { add() {} };

/**
 * Takes requests in and into the journal, and at the start gives the stores back what the journal holds.
 *
 *     replay    journal =====> stores        request ==> stores of its own, for the answer ==> journal
 *     then                                   request ==> stores ==> journal
 *
 * A request that comes during the replay is answered at once, and reaches the stores out of the journal, behind all that came before
 * it: the latest run stays the latest and the newest trace the newest.
 */
export class JournaledIntake {
  private readonly live: Intake;
  /** By which the journal's requests reach the stores: told to nobody again. */
  private readonly past: Intake;
  /** Set during the replay: what answers requests. */
  private answering: Intake | undefined;
  private answeringStores: Stores | undefined;
  /** What {@link answering} had counted when it was no longer needed. */
  private readonly before = { rejectedSpans: 0, cutSpans: 0 };
  private journal: Journal | undefined;
  private readonly repair: JournalRepair;
  private replay: Promise<void> = Promise.resolve();
  private readonly noting = setInterval(() => this.keepNote(), NOTE_MS).unref();
  private note: string | undefined;

  constructor(
    private settings: JournalSettings,
    private readonly parts: JournaledIntakeParts,
  ) {
    const { stores, redaction, rate, changes, statusChanges, taps, log } = parts;
    this.repair = new JournalRepair(stores, () => (this.answering ? undefined : this.journal), log);
    const keep: IntakeTap = (signal, request, origin) => {
      if (this.journal?.append(signal.id, request, origin)) this.repair.noteKept();
      else if (this.journal) this.repair.noteMissed();
    };
    this.live = new Intake(stores, rate, changes, statusChanges, [keep, ...taps], redaction);
    this.past = new Intake(stores, UNCOUNTED, UNTOLD, UNTOLD, [], redaction);
    if (settings.maxJournalBytes > 0) this.journal = this.openJournal();
    else void deleteJournals(settings.storageDir, log);
    parts.pinned.repeat();
    this.journal?.askOthers();
    if (this.journal?.hasPast) this.answering = this.answerOnly();
  }

  get rejectedSpans(): number {
    return this.sumOf('rejectedSpans');
  }

  get cutSpans(): number {
    return this.sumOf('cutSpans');
  }

  /** Why what arrives now will not survive a reload; empty when it will, or need not. */
  get problems(): readonly string[] {
    return this.journal?.problem === undefined ? [] : [this.journal.problem];
  }

  get journalBytes(): number {
    return this.journal?.bytes ?? 0;
  }

  /** When the journal's folder, or files of it, were deleted by somebody else, in ms since 1970. */
  get journalLostAt(): number | undefined {
    return this.journal?.lostAt;
  }

  /** What the journal holds is not all in the stores yet. */
  get isRestoring(): boolean {
    return this.answering !== undefined;
  }

  take(signal: Signal, request: Uint8Array, origin: Origin, leftOut: number): Outcome | Promise<Outcome> {
    return (this.answering ?? this.live).take(signal, request, origin, leftOut);
  }

  takeTraces(request: Uint8Array, origin: Origin, leftOut: number): Outcome {
    return (this.answering ?? this.live).takeTraces(request, origin, leftOut);
  }

  /** Brings back what the journal holds. */
  restore(): Promise<void> {
    if (this.answering && this.journal) this.replay = this.journal.replayTo(this.replaySink());
    else this.bringBackNotes();
    return this.replay;
  }

  /** Other traces are pinned than before. */
  keepPins(): void {
    this.journal?.keepPins();
  }

  /** Forgets what is in the journal; the stores and pins are the caller's to clear, before it. */
  clear(): void {
    this.journal?.clear();
    this.repair.forget();
    this.answeringStores = undefined;
    this.goLive();
    for (const counts of [this.before, this.live]) counts.rejectedSpans = counts.cutSpans = 0;
  }

  /** A journal that is turned on begins with what comes then; one that is turned off is deleted. */
  async configure(changed: Omit<JournalSettings, 'storageDir'>): Promise<void> {
    await this.replay;
    this.settings = { ...this.settings, ...changed };
    if (!this.journal || this.settings.maxJournalBytes === 0) this.repair.forget();
    const { storageDir, maxJournalBytes } = this.settings;
    if (maxJournalBytes > 0 && this.journal) this.journal.setMaxBytes(this.mostBytes());
    else if (maxJournalBytes > 0) {
      this.journal = this.openJournal();
      this.journal.clear();
    } else {
      this.journal?.close();
      this.journal = undefined;
      await deleteJournals(storageDir, this.parts.log);
    }
  }

  close(): void {
    clearInterval(this.noting);
    this.keepNote();
    this.repair.close();
    this.journal?.close();
  }

  private keepNote(): void {
    const note = this.answering ? this.note : this.parts.note.toKeep();
    if (note !== this.note && this.journal?.keepNote(note)) this.note = note;
  }

  private bringBackNotes(): void {
    for (const note of this.journal?.takeNotes() ?? []) {
      try {
        this.parts.note.bringBack(note);
      } catch (error) {
        this.parts.log.debug(`A note of the journal cannot be read: ${errorMessage(error)}`);
      }
    }
  }

  private openJournal(): Journal {
    const { log, statusChanges, isAttended, pinned } = this.parts;
    const { storageDir, maxJournalAgeMs } = this.settings;
    const problemChanged = () => statusChanges.changed();
    return new Journal({
      storageDir,
      maxBytes: this.mostBytes(),
      maxAgeMs: maxJournalAgeMs,
      recordsOf: pinnedRecords,
      pins: pinned.ids,
      lost: () => {
        this.note = undefined;
        this.repair.noteLoss();
      },
      log,
      isAttended,
      problemChanged,
    });
  }

  private mostBytes(): number {
    const { maxJournalBytes, maxStoreBytes } = this.settings;
    return Math.min(maxJournalBytes, maxStoreBytes * STORED_TO_RECEIVED);
  }

  private answerOnly(): Intake {
    const { createStores, redaction, rate, statusChanges, taps } = this.parts;
    const keep: IntakeTap = (signal, request, origin) => {
      // What the journal cannot keep now, the replay will not find there.
      if (this.journal?.append(signal.id, request, origin)) return;
      this.repair.noteKept(); // what was read so far
      if (this.journal) this.repair.noteMissed();
      this.bringBack(signal, request, origin);
    };
    this.answeringStores = createStores();
    return new Intake(this.answeringStores, rate, UNTOLD, statusChanges, [keep, ...taps], redaction);
  }

  private sumOf(count: 'rejectedSpans' | 'cutSpans'): number {
    return this.before[count] + this.live[count] + (this.answering?.[count] ?? 0);
  }

  private goLive(): void {
    this.before.rejectedSpans += this.answering?.rejectedSpans ?? 0;
    this.before.cutSpans += this.answering?.cutSpans ?? 0;
    this.answering = undefined;
    // The journal has them masked already: the replay counts none.
    this.parts.redaction.countOn(this.answeringStores?.spans.redactions() ?? []);
    this.answeringStores = undefined;
  }

  private replaySink(): ReplaySink {
    return {
      take: (signal, request, { from, ...rest }, receivedAt) => {
        const origin = { ...rest, from: from as Origin['from'], receivedAt };
        this.bringBack(SIGNAL_BY_ID.get(signal)!, request, origin);
      },
      clear: () => {
        this.parts.clearStores();
        this.parts.pinned.repeat();
      },
      caughtUp: (report) => {
        this.repair.noteKept();
        this.parts.pinned.repeat(); // other windows' journals may have brought more
        this.goLive();
        this.bringBackNotes();
        this.tellRestored(report);
      },
    };
  }

  private bringBack(signal: Signal, request: Uint8Array, origin: Origin): void {
    const { log } = this.parts;
    try {
      const outcome = this.past.take(signal, request, origin, 0);
      if (outcome instanceof Promise) outcome.catch((error) => log.warn(notBrought(signal, error)));
    } catch (error) {
      log.warn(notBrought(signal, error));
    }
  }

  private tellRestored({ requests, bytes, ms }: ReplayReport): void {
    const { log, changes, statusChanges } = this.parts;
    log.info(`The journal gave back ${requests} requests of ${bytes} bytes in ${Math.round(ms)} ms`);
    changes.changed();
    statusChanges.changed();
  }
}

function notBrought(signal: Signal, error: unknown): string {
  return `A request of the journal (${signal.id}) could not be taken in: ${errorMessage(error)}`;
}
