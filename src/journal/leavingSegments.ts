import { errorMessage, type Log } from '../base/log';
import { type Rescue, thinOut } from './agedSegment';
import type { SegmentFile } from './segmentFiles';

/** What is told of segments that leave. */
export interface LeavingListener {
  /** Whether it is still to leave: everything may have been cleared meanwhile. */
  isWanted(segment: SegmentFile): boolean;
  /** So many bytes of it are left, all of pinned traces; 0: its file is gone. */
  left(segment: SegmentFile, bytes: number): void;
}

/**
 * Segments that leave for want of room while traces are pinned: one after the other is left with what belongs to those, beside the work
 * of the thread. Until then a segment is on disk as it was.
 */
export class LeavingSegments {
  private readonly queue: SegmentFile[] = [];
  private readonly waiting = new Set<SegmentFile>();
  private work: Promise<void> | undefined;

  constructor(
    private readonly rescue: Rescue,
    private readonly listener: LeavingListener,
    private readonly log: Log,
  ) {}

  has(segment: SegmentFile): boolean {
    return this.waiting.has(segment);
  }

  add(segment: SegmentFile): void {
    this.waiting.add(segment);
    this.queue.push(segment);
    this.work ??= this.thinAll().finally(() => (this.work = undefined));
  }

  /** Resolves when none is left to be looked at. */
  async settled(): Promise<void> {
    while (this.work) await this.work;
  }

  private async thinAll(): Promise<void> {
    for (let segment = this.queue.shift(); segment; segment = this.queue.shift()) {
      const bytes = await this.thin(segment);
      this.waiting.delete(segment);
      if (this.listener.isWanted(segment)) this.listener.left(segment, bytes);
    }
  }

  private async thin(segment: SegmentFile): Promise<number> {
    const isWanted = () => this.listener.isWanted(segment);
    if (!isWanted()) return 0;
    try {
      return await thinOut(segment, this.rescue, isWanted);
    } catch (error) {
      this.log.debug(`What is pinned in ${segment.path} could not be told from the rest: ${errorMessage(error)}`);
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 0 : segment.bytes;
    }
  }
}
