import { decodeRecord, type JournalRecord } from './record';

/**
 * Walks through the records in a part of a segment. What is damaged is passed over up to the next record that is whole; what
 * follows the last whole one is what a writer did not bring to its end.
 */
export class SegmentCursor {
  /** Bytes between whole records that belong to none. */
  skippedBytes = 0;
  /** Bytes after the last whole record. */
  tornBytes = 0;
  private readonly markBytes = Buffer.alloc(4);

  constructor(
    private readonly bytes: Buffer,
    private at: number,
    private readonly mark: number,
  ) {
    this.markBytes.writeUInt32LE(mark);
  }

  next(): JournalRecord | undefined {
    if (this.at >= this.bytes.length) return undefined;
    const record = decodeRecord(this.bytes, this.at, this.mark) ?? this.nextAfterDamage();
    if (record) this.at = record.end;
    return record;
  }

  private nextAfterDamage(): JournalRecord | undefined {
    const { bytes, markBytes, mark } = this;
    const damagedFrom = this.at;
    for (let at = bytes.indexOf(markBytes, damagedFrom + 1); at !== -1; at = bytes.indexOf(markBytes, at + 1)) {
      const record = decodeRecord(bytes, at, mark);
      if (!record) continue;
      this.skippedBytes += at - damagedFrom;
      return record;
    }
    this.tornBytes = bytes.length - damagedFrom;
    this.at = bytes.length;
    return undefined;
  }
}
