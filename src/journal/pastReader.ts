import { errorMessage, type Log } from '../base/log';
import type { RecordsOf } from './agedSegment';
import type { JournalWriter } from './journalWriter';
import { ageSegments } from './oldJournals';
import { Replay, type ReplaySink } from './replay';
import { ReplayGuard } from './replayGuard';
import type { SegmentFile } from './segmentFiles';

export interface PastReaderOptions {
  /** What nothing was added to for so long is deleted, but for pinned traces; undefined: nothing is too old. */
  readonly maxAgeMs?: number;
  readonly recordsOf: RecordsOf;
  readonly log: Log;
}

/** Reads what a journal held when it was opened, but for what is too old and what ended whoever read it before. */
export class PastReader {
  private replay: Replay | undefined;
  private writer: JournalWriter | undefined;

  constructor(private readonly options: PastReaderOptions) {}

  get isReading(): boolean {
    return this.replay !== undefined;
  }

  /** What this writer appends now will be handed over, too; so it is with any where nothing is read. */
  finds(writer: JournalWriter | undefined): boolean {
    return !this.replay || writer === this.writer;
  }

  /** `isOver`: nobody wants it any more. */
  async read(folder: string, writer: JournalWriter, sink: ReplaySink, isOver: () => boolean): Promise<void> {
    await writer.settled();
    await this.ageOut(folder, writer);
    if (isOver()) return;
    const guard = new ReplayGuard(folder);
    const mayRead = (segment: SegmentFile) => guard.begin(segment.sequence) || this.refuse(segment, writer);
    this.replay = new Replay(writer.segments, sink, this.options.log, mayRead);
    this.writer = writer;
    await this.replay.run().finally(() => {
      this.replay = this.writer = undefined;
      guard.end();
    });
  }

  /** Stops where it is. */
  cancel(): void {
    this.replay?.cancel();
  }

  private async ageOut(folder: string, writer: JournalWriter): Promise<void> {
    const { maxAgeMs, recordsOf, log } = this.options;
    if (maxAgeMs === undefined) return;
    try {
      const shrunk = (sequence: number, bytes: number) => writer.shrunk(sequence, bytes);
      const freed = await ageSegments(folder, maxAgeMs, recordsOf, log, shrunk);
      if (freed > 0) log.info(`${freed} bytes of the journal were older than "spanline.journal.maxAgeDays" allows`);
    } catch (error) {
      log.debug(`What is too old in ${folder} could not be deleted: ${errorMessage(error)}`);
    }
  }

  private refuse(segment: SegmentFile, writer: JournalWriter): false {
    this.options.log.error(
      `${segment.path} of the journal ends whoever reads it and is set aside; what it held is not shown any more`,
    );
    writer.setAside(segment);
    return false;
  }
}
