import { MAX_SEGMENTS, ROW_BITS, type Segment } from './segment';
import { SegmentMemory } from './segmentMemory';

/** The segments held, oldest first; the last is the one being filled. */
export class Segments {
  readonly inOrder: Segment[] = [];
  private readonly bySlot: (Segment | undefined)[] = [];
  private readonly freeSlots: number[] = [];
  readonly memory: SegmentMemory;
  /** Bytes of all but the last. */
  sealedBytes = 0;
  /** How many have left. */
  dropped = 0;

  constructor(memory = new SegmentMemory()) {
    this.memory = memory;
  }

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
    for (const buffer of segment.buffers) this.memory.giveBack(buffer);
  }

  /** Gives all memory back; none may be read afterwards. */
  dropAll(): void {
    for (const segment of this.inOrder.splice(0)) for (const buffer of segment.buffers) this.memory.giveBack(buffer);
  }

  /** The segment that holds a row. */
  of(row: number): Segment {
    return this.bySlot[row >>> ROW_BITS]!;
  }
}
