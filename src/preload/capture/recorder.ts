import type { PreloadReport } from '../../protocol/preload';
import type { Host } from '../host';
import type { BatchEncoder, BatchParts, OpenBatch } from './batch';
import type { RawStack } from './callStack';
import { LongSpans } from './longSpans';
import { NotePace } from './notePace';
import { untraced } from './programContext';
import type { Resources } from './resources';
import { RecordedSpan } from './recordedSpan';
import type { ReadableSpan } from './sdkTypes';
import type { Sender } from './sender';
import type { Spool } from './spool';

/** The first span after a silence is on its way so soon. */
const LEAD_MS = 10;
/** Batches follow each other at this distance. */
const INTERVAL_MS = 200;
/** How often a resource is looked at whose attributes are still being detected. */
const DETECTION_MS = 50;
/** In a turn that lasts longer than this, what ended does not wait for its end to be noted. */
const LONGEST_TURN_MS = 50;
/** How often spans under way are looked at; who is seen a second time is told of. */
const OPEN_INTERVAL_MS = 100;
/** Spans under way so long after they were told of are held no more: one that nobody can end is to be collected, and told of. */
const LONG_MS = 5000;
/** Spans encoded in one turn of the program's event loop: about a millisecond. */
const CHUNK = 256;
/** Ended spans held unencoded: a loop that never yields would otherwise pile up the SDK's heavy objects. */
const MOST_UNENCODED = 4096;
/** Spans under way that we know of. The oldest are forgotten first, and lose their site: most likely they never end. */
const MOST_OPEN = 8192;

/** Holds spans from their end to their batch, and batches from then on until the engine has them. */
export class Recorder {
  private ended: RecordedSpan[] = [];
  private readonly open = new Map<ReadableSpan, RecordedSpan>();
  private readonly long = new LongSpans((remains) => this.lostSight(remains));
  /** Spans that will never end, and are to be told of. */
  private unended: RecordedSpan[] = [];
  private flushTimer: NodeJS.Timeout | undefined;
  private openTimer: NodeJS.Timeout | undefined;
  private longTimer: NodeJS.Timeout | undefined;
  /** What has been encoded since the last flush. */
  private batch: OpenBatch;
  private spooling = false;
  /** When the note was asked for that is to come; undefined when none is. */
  private noteAsked: number | undefined;
  private readonly pace = new NotePace();
  private lastFlush = -Infinity;
  private exiting = false;
  private endedSpans = 0;

  constructor(
    private readonly host: Host,
    private readonly encoder: BatchEncoder,
    private readonly sender: Sender,
    private readonly spool: Spool,
    private readonly resources: Resources,
  ) {
    this.batch = encoder.begin();
  }

  spanStarted(record: RecordedSpan): void {
    this.open.set(record.span, record);
    if (this.open.size > MOST_OPEN) this.open.delete(this.open.keys().next().value!);
    if (!this.openTimer && !this.host.settings.eager) this.watchOpen();
  }

  handledBy(span: ReadableSpan, stack: RawStack): void {
    const record = this.open.get(span);
    if (record) record.setUp = stack;
  }

  spanEnded(span: ReadableSpan): void {
    const record = this.open.get(span);
    if (record) this.open.delete(span);
    this.endedSpans++;
    this.ended.push(record ?? this.long.take(span) ?? new RecordedSpan(span));
    if (this.exiting) this.spoolLate();
    else if (this.host.settings.eager) this.spoolSoon();
    else {
      if (this.ended.length >= MOST_UNENCODED) {
        this.encode(this.ended.length);
        this.send();
      }
      if (!this.flushTimer) this.flushAfter(Math.max(LEAD_MS, this.lastFlush + INTERVAL_MS - this.host.now()));
      if (this.spool.hasJournal) this.noteSoon();
    }
  }

  /** From the process's `exit`: what is unsent goes to the spool, and so does at once whatever ends later. */
  processExits(exitCode: number): void {
    this.exiting = true;
    const [open, ended, unended] = [this.underWay(), this.ended.splice(0), this.unended.splice(0)];
    this.forgetOpen();
    const dropped = this.sender.takeLost();
    const { parts } = this.encoder.encode({ ended, open, unended, dropped, exitCode });
    if (this.spool.close(parts[0])) return;
    this.closeBatch();
    for (const batch of this.sender.unsent()) this.spool.write(batch.parts);
    this.spool.write(parts);
  }

  report(): Omit<PreloadReport, 'unsampled'> {
    const { endpoint } = this.host.settings;
    return { ended: this.endedSpans, open: this.open.size + this.long.size, failing: this.sender.isFailing, endpoint };
  }

  /** Must be told of what the engine has taken: the journal need not hold it any longer. */
  batchesTaken(): void {
    if (!this.spool.isLong) return;
    const open = this.underWay().filter(({ progress }) => progress === 'told' || progress === 'long');
    const { ended, unended } = this;
    const { parts, maps } = this.encoder.encode({ ended, open, unended, dropped: 0 });
    this.encoder.resend(maps);
    this.closeBatch();
    untraced(() => this.spool.rewrite([...this.unsentParts(), ...parts]));
  }

  /** Nobody takes anything any more; what is in the journal stays there. Not to be told of further spans. */
  abandon(): void {
    this.ended = [];
    this.forgetOpen();
    this.spool.abandon();
  }

  /** Workers of this thread have ended. */
  threadsGone(gone: readonly number[]): void {
    this.keep({ ended: [], open: [], gone });
    if (!this.flushTimer) this.flush();
  }

  /** What is under way is another one's from now on. */
  handOver(): readonly RecordedSpan[] {
    const open = this.underWay();
    this.forgetOpen();
    return open;
  }

  takeOver(open: readonly RecordedSpan[]): void {
    for (const record of open) {
      record.progress = 'new';
      this.spanStarted(record);
    }
  }

  /** See PreloadHook. */
  snapshot(): string {
    const open = this.underWay();
    const { parts, maps } = this.encoder.encode({ ended: this.ended, open, dropped: 0 });
    this.encoder.resend(maps);
    // Somebody who ends the program at its breakpoint is to find what was under way.
    if (open.length > 0) this.note(parts[0]);
    this.closeBatch();
    // In one line, for debuggers write those of several in marks of another kind.
    return `[${[...this.unsentParts(), ...parts].map((part) => part.trimEnd()).join()}]`;
  }

  private unsentParts(): readonly string[] {
    return this.sender.unsent().flatMap(({ parts }) => parts);
  }

  /** By files alone: the reader of the spool watches it, and a killed process has no time to send. */
  private spoolSoon(): void {
    if (this.spooling) return;
    this.spooling = true;
    this.atEndOfTurn(() => {
      this.spooling = false;
      const batch = this.encoder.encode({ ended: this.ended.splice(0), open: [], dropped: 0 });
      if (batch.spans === 0 || this.spool.write(batch.parts)) return;
      this.sender.add(batch);
      this.sender.send();
    });
  }

  private spoolLate(): void {
    const batch = this.encoder.encode({ ended: this.ended.splice(0), open: [], dropped: 0 });
    this.spool.write(batch.parts);
  }

  private noteSoon(): void {
    const now = this.host.now();
    if (this.noteAsked !== undefined) {
      if (now - this.noteAsked > LONGEST_TURN_MS) this.noteEnded();
      return;
    }
    this.noteAsked = now;
    const run = () => {
      if (this.noteAsked !== undefined && !this.exiting) this.noteEnded();
    };
    const wait = this.pace.wait(now);
    if (wait > 0) this.after(wait, run);
    else if (this.host.thread === 0) this.atEndOfTurn(run);
    else this.afterThisStep(run);
  }

  /** The journal has what ended; it is sent with the next flush. */
  private noteEnded(): void {
    this.noteAsked = undefined;
    this.pace.noted(this.ended.length);
    this.encode(CHUNK);
    if (this.spool.hasJournal && this.ended.some(({ progress }) => progress !== 'noted')) this.noteSoon();
  }

  private flush(): void {
    this.flushTimer = undefined;
    this.lastFlush = this.host.now();
    const encoded = this.encode(CHUNK);
    this.send();
    if (this.ended.length > 0) this.flushAfter(encoded > 0 ? 0 : DETECTION_MS);
  }

  /** Makes a batch of the first of what ended, as far as it can be sent by now. Gives how many are in it. */
  private encode(most: number): number {
    const chunk = this.takeEnded(most);
    const unsettled = chunk.filter(({ span }) => !this.resources.isSettled(span.resource));
    const settled = unsettled.length > 0 ? chunk.filter((record) => !unsettled.includes(record)) : chunk;
    if (settled.length > 0) this.keep({ ended: settled, open: [] });
    if (unsettled.length > 0) {
      this.noteUnsettled(unsettled);
      this.ended.push(...unsettled);
    }
    return settled.length;
  }

  private takeEnded(most: number): RecordedSpan[] {
    if (this.ended.length > most) return this.ended.splice(0, most);
    const all = this.ended;
    this.ended = [];
    return all;
  }

  /** Should the program be killed before its resource is complete, they arrive with what is known of it. */
  private noteUnsettled(records: readonly RecordedSpan[]): void {
    const ended = records.filter(({ progress }) => progress !== 'noted');
    if (ended.length === 0 || !this.spool.hasJournal) return;
    const { parts, maps } = this.encoder.encode({ ended, open: [], dropped: 0, provisional: true });
    this.encoder.resend(maps);
    this.note(parts[0]);
    for (const record of ended) record.progress = 'noted';
  }

  private keep(spans: BatchParts): void {
    this.note(this.batch.add(spans));
    if (this.batch.spans >= CHUNK) this.closeBatch();
  }

  private send(): void {
    this.closeBatch();
    this.sender.send();
  }

  private closeBatch(): void {
    if (this.batch.isEmpty) return;
    this.sender.add(this.batch.finish(this.sender.takeLost()));
    this.batch = this.encoder.begin();
  }

  private note(part: string): void {
    if (this.spool.hasJournal) untraced(() => this.spool.note(part));
  }

  private watchOpen(): void {
    this.openTimer = this.after(OPEN_INTERVAL_MS, () => {
      this.openTimer = undefined;
      this.tellOpen();
    });
  }

  /** Those that were under way the last time already, once; the timer rests when there are no others. */
  private tellOpen(): void {
    const overdue: RecordedSpan[] = [];
    let waiting = false;
    for (const record of this.open.values()) {
      if (record.progress === 'told') continue;
      if (record.progress === 'seen' && this.resources.isSettled(record.span.resource)) overdue.push(record);
      else waiting = true;
      record.progress = 'seen';
    }
    if (waiting) this.watchOpen();
    if (overdue.length === 0) return;
    for (const record of overdue) record.progress = 'told';
    this.keep({ ended: [], open: overdue });
    if (!this.flushTimer) this.flush();
    this.watchLong();
  }

  private watchLong(): void {
    this.longTimer ??= this.after(LONG_MS, () => {
      this.longTimer = undefined;
      this.letGo();
    });
  }

  private letGo(): void {
    let waiting = false;
    for (const record of this.open.values()) {
      if (record.progress === 'long') {
        this.open.delete(record.span);
        this.long.add(record);
      } else if (record.progress === 'told') {
        record.progress = 'long';
        waiting = true;
      }
    }
    if (waiting) this.watchLong();
  }

  /** Told together: what is collected at all is collected at once. */
  private lostSight(remains: RecordedSpan): void {
    if (this.unended.push(remains) > 1) return;
    this.after(OPEN_INTERVAL_MS, () => {
      const unended = this.unended.splice(0);
      if (unended.length === 0) return;
      this.keep({ ended: [], open: [], unended });
      if (!this.flushTimer) this.flush();
    });
  }

  private underWay(): RecordedSpan[] {
    return [...this.open.values(), ...this.long.records()];
  }

  private forgetOpen(): void {
    this.open.clear();
    this.long.clear();
    this.unended = [];
  }

  private flushAfter(delay: number): void {
    this.flushTimer = this.after(delay, () => this.flush());
  }

  private after(delay: number, run: () => void): NodeJS.Timeout {
    const { outsideContext, timers } = this.host;
    return outsideContext(() => timers.setTimeout(run, delay).unref());
  }

  /** A worker of a pool may never reach the end of its turn: it stands still until there is work, and is ended like that. */
  private afterThisStep(run: () => void): void {
    const { outsideContext, timers } = this.host;
    outsideContext(() => timers.queueMicrotask(run));
  }

  /** Keeps the program alive for this turn: an immediate that does not is run whenever something else wakes the program. */
  private atEndOfTurn(run: () => void): void {
    const { outsideContext, timers } = this.host;
    outsideContext(() => timers.setImmediate(run));
  }
}
