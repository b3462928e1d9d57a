import { MAX_SEGMENTS, ROW_BITS, type Segment } from './segment';

/** The segments held, oldest first; the last is the one being filled. */
export class Segments {
  readonly inOrder: Segment[] = [];
  private readonly bySlot: (Segment | undefined)[] = [];
  private readonly freeSlots: number[] = [];
  /** Bytes of all but the last. */
  sealedBytes = 0;
  /** How many have left. */
  dropped = 0;

  /** A slot for the next segment; undefined when four billion rows are in use. */
  takeSlot(): number | undefined {
    return this.freeSlots.pop() ?? (this.bySlot.length < MAX_SEGMENTS ? this.bySlot.push(undefined) - 1 : undefined);
  }

  add(segment: Segment): void {
    this.bySlot[segment.slot] = segment;
    this.inOrder.push(segment);
  }

  /** `segment` takes the place of the last, whose slot it has. */
  replaceLast(segment: Segment): void {
    this.bySlot[segment.slot] = segment;
    this.inOrder[this.inOrder.length - 1] = segment;
    this.sealedBytes += segment.bytes;
  }

  drop(segment: Segment): void {
    this.inOrder.splice(this.inOrder.indexOf(segment), 1);
    this.bySlot[segment.slot] = undefined;
    this.freeSlots.push(segment.slot);
    this.sealedBytes -= segment.bytes;
    this.dropped++;
  }

  /** The segment that holds a row. */
  of(row: number): Segment {
    return this.bySlot[row >>> ROW_BITS]!;
  }
}
