import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorMessage, type Log } from '../base/log';
import { decodeOrigin, type JournalOrigin } from './origin';
import { decodeSegmentHead, SEGMENT_HEAD_BYTES, type JournalRecord } from './record';
import { SegmentContents } from './segmentContents';
import { SegmentCursor } from './segmentCursor';
import type { SegmentFile } from './segmentFiles';

/** Signals whose requests a journal holds. */
export type JournalSignal = 'traces' | 'logs' | 'metrics';

export interface ReplaySink {
  /** `request` may be read only during the call. */
  take(signal: JournalSignal, request: Uint8Array, origin: JournalOrigin, receivedAt: number): void;
  /** Everything before is to be forgotten. */
  clear(): void;
  /** Called once, at the very moment when nothing is left to be read. */
  caughtUp(report: ReplayReport): void;
}

export interface ReplayReport {
  readonly requests: number;
  readonly bytes: number;
  readonly ms: number;
}

/** How long other work of this thread waits at most, but for one request's length; opening a session takes ten turns or more. */
const SLICE_MS = 4;

/**
 * Reads a journal from its beginning, oldest first, a slice at each turn of the event loop. `segments` may grow meanwhile: what is
 * appended is read as well. In the order in which everything came, because that alone gives again the same runs to compare, the same
 * choice between copies of a span and the same traces to leave first; it is read faster than it came. Never throws, whatever the
 * files hold.
 */
export class Replay {
  private cancelled = false;
  private requests = 0;
  private bytes = 0;
  private sliceEnd = 0;
  /** Of the segment that is being read: how far, its mark once its head was read, the origins it has named. */
  private sequence = -1;
  private readTo = 0;
  private mark: number | undefined;
  private readonly origins = new Map<number, JournalOrigin>();
  private readonly contents = new SegmentContents();

  /** `mayRead`: asked before a segment is read; one that may not be is passed over. */
  constructor(
    private readonly segments: readonly SegmentFile[],
    private readonly sink: ReplaySink,
    private readonly log: Log,
    private readonly mayRead: (segment: SegmentFile) => boolean = () => true,
  ) {}

  /** Nothing more is taken; {@link ReplaySink.caughtUp} is not called. */
  cancel(): void {
    this.cancelled = true;
  }

  async run(): Promise<void> {
    const began = performance.now();
    this.sliceEnd = began + SLICE_MS;
    // Whether there is more is asked in the same breath in which the end is told: nothing can be appended in between.
    for (let segment = this.unread(); segment; segment = this.unread()) {
      await this.readOn(segment);
      if (this.cancelled) return;
    }
    this.contents.close();
    this.sink.caughtUp({ requests: this.requests, bytes: this.bytes, ms: performance.now() - began });
  }

  /** The first segment of which something has not been read yet. */
  private unread(): SegmentFile | undefined {
    return this.segments.find(
      ({ sequence, bytes }) => sequence > this.sequence || (sequence === this.sequence && bytes > this.readTo),
    );
  }

  private async readOn(segment: SegmentFile): Promise<void> {
    if (segment.sequence !== this.sequence) this.begin(segment);
    if (this.readTo === 0 && !this.mayRead(segment)) {
      this.readTo = segment.bytes;
      return;
    }
    const from = this.readTo;
    this.readTo = segment.bytes;
    const content = await this.contentOf(segment, from, segment.bytes);
    this.readAhead();
    if (!content) return;
    this.mark ??= this.markOf(segment, content);
    if (this.mark !== undefined)
      await this.takeAll(segment, new SegmentCursor(content, from === 0 ? SEGMENT_HEAD_BYTES : 0, this.mark));
    this.contents.done(content);
  }

  private begin({ sequence }: SegmentFile): void {
    this.sequence = sequence;
    this.readTo = 0;
    this.mark = undefined;
    this.origins.clear();
  }

  private markOf({ path }: SegmentFile, content: Buffer): number | undefined {
    const head = decodeSegmentHead(content);
    if ('mark' in head) return head.mark;
    // An engine that was killed as it began a segment leaves such a stub.
    const level = content.length < SEGMENT_HEAD_BYTES ? 'debug' : 'warn';
    this.log[level](`${path} of the journal is passed over: ${head.fault}`);
    return undefined;
  }

  private async takeAll({ path }: SegmentFile, cursor: SegmentCursor): Promise<void> {
    for (let record = cursor.next(); record && !this.cancelled; record = cursor.next()) {
      this.take(record);
      if (performance.now() > this.sliceEnd) await this.pause();
    }
    if (cursor.skippedBytes > 0) this.log.warn(`${cursor.skippedBytes} bytes amid ${path} are damaged and left out`);
    if (cursor.tornBytes > 0) this.log.debug(`The last ${cursor.tornBytes} bytes of ${path} are no whole record`);
  }

  private async pause(): Promise<void> {
    await nextTurn();
    this.sliceEnd = performance.now() + SLICE_MS;
  }

  private take({ kind, origin: number, receivedAt, body }: JournalRecord): void {
    if (kind === 'origin') {
      const origin = decodeOrigin(body);
      if (origin) this.origins.set(number, origin);
    } else if (kind === 'clear') this.sink.clear();
    else if (kind !== undefined) {
      const origin = this.origins.get(number);
      // An origin's own record may be what was damaged.
      if (!origin) return;
      this.requests++;
      this.bytes += body.length;
      this.sink.take(kind, body, origin, receivedAt);
    }
  }

  /** Undefined, and told, when the file cannot be read. */
  private async contentOf(segment: SegmentFile, from: number, to: number): Promise<Buffer | undefined> {
    try {
      return await this.contents.read(segment, from, to);
    } catch (error) {
      // The oldest may be deleted meanwhile for its size.
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      this.log[isGone ? 'debug' : 'warn'](`${segment.path} of the journal cannot be read: ${errorMessage(error)}`);
      return undefined;
    }
  }

  /** Not one that is still written. */
  private readAhead(): void {
    const segment = this.segments.find(({ sequence }) => sequence > this.sequence);
    if (segment && segment !== this.segments.at(-1)) this.contents.readAhead(segment);
  }
}
