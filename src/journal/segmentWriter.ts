import { randomBytes } from 'node:crypto';
import type * as fs from 'node:fs';
import { errorMessage, type Log } from '../base/log';
import { encodeOrigin, isSameOrigin, type JournalOrigin } from './origin';
import { encodeRecordHead, encodeSegmentHead, RECORD_HEAD_BYTES, SEGMENT_HEAD_BYTES, type RecordKind } from './record';
import type { SegmentFile } from './segmentFiles';

/** What is asked of the file system, so that a test can let it fail. */
export type SegmentFiles = Pick<typeof fs, 'openSync' | 'writeSync' | 'writevSync' | 'ftruncateSync' | 'closeSync'>;

/** A file that was opened and given room beforehand. */
export interface ReadyFile {
  readonly descriptor: number;
  readonly bytes: number;
}

/** No mark is 0: what is prepared and not written yet would pass for records. */
const NOT_ZEROS = 1;
/** Origins that a segment can tell apart, by the two bytes of a record's head. */
const MAX_ORIGINS = 0xffff;

/** Writes one segment from its head to its last record. `file.bytes` is always up to date: the head and the whole records behind it. */
export class SegmentWriter {
  private readonly descriptor: number;
  /** Bytes of its file, where that was prepared. */
  private readonly prepared: number;
  private readonly mark = randomBytes(4).readUInt32LE() || NOT_ZEROS;
  private readonly head = Buffer.alloc(RECORD_HEAD_BYTES);
  private readonly origins = new Map<string, number>();
  /** Of the last record, and its number. */
  private origin: JournalOrigin | undefined;
  private originNumber = 0;

  /** Throws where there is no file to be had. Nothing is written yet. */
  constructor(
    readonly file: SegmentFile,
    ready: ReadyFile | undefined,
    private readonly files: SegmentFiles,
    private readonly log: Log,
  ) {
    this.descriptor = ready?.descriptor ?? files.openSync(file.path, 'wx', 0o600);
    this.prepared = ready?.bytes ?? 0;
  }

  /** To be called once, before the first {@link append}. Throws what the file system threw. */
  begin(): void {
    this.write([encodeSegmentHead(this.mark, Date.now())]);
  }

  /** No record was written as a whole. */
  get isEmpty(): boolean {
    return this.file.bytes <= SEGMENT_HEAD_BYTES;
  }

  /** A record of so many bytes may come into it that shall have no more than `limit`; one that is larger has one for itself. */
  hasRoomFor(bytes: number, limit: number): boolean {
    return this.origins.size < MAX_ORIGINS && (this.isEmpty || this.file.bytes + bytes <= limit);
  }

  /** Throws what the file system threw; what the file holds then is known only after {@link abandon}. */
  append(kind: RecordKind, body: Uint8Array, origin: JournalOrigin | undefined, receivedAt: number): void {
    this.writeRecord(kind, origin === undefined ? 0 : this.numberOf(origin, receivedAt), receivedAt, body);
  }

  close(): void {
    if (this.file.bytes < this.prepared) this.cut();
    this.attempt('close', () => this.files.closeSync(this.descriptor));
  }

  /** Closes it behind its last whole record, after a failure: nobody knows what was written of the next one. */
  abandon(): void {
    this.cut();
    this.attempt('close', () => this.files.closeSync(this.descriptor));
  }

  private numberOf(origin: JournalOrigin, receivedAt: number): number {
    if (this.origin && isSameOrigin(this.origin, origin)) return this.originNumber;
    const encoded = encodeOrigin(origin);
    const key = encoded.toString();
    let number = this.origins.get(key);
    if (number === undefined) {
      number = this.origins.size + 1;
      this.writeRecord('origin', number, receivedAt, encoded);
      this.origins.set(key, number);
    }
    this.origin = origin;
    this.originNumber = number;
    return number;
  }

  private writeRecord(kind: RecordKind, origin: number, receivedAt: number, body: Uint8Array): void {
    encodeRecordHead(this.head, this.mark, kind, origin, receivedAt, body);
    this.write([this.head, body]);
  }

  private write(parts: Uint8Array[]): void {
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    const written = this.files.writevSync(this.descriptor, parts);
    if (written < total) this.writeRest(Buffer.concat(parts).subarray(written));
    this.file.bytes += total;
  }

  /** A disk that is nearly full takes a part, and tells why it takes no more when it is asked again. */
  private writeRest(rest: Buffer): void {
    for (let done = 0; done < rest.length;) {
      const written = this.files.writeSync(this.descriptor, rest, done);
      if (written === 0) throw new Error('the file takes no more bytes');
      done += written;
    }
  }

  private cut(): void {
    this.attempt('cut', () => this.files.ftruncateSync(this.descriptor, this.file.bytes));
  }

  private attempt(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.log.debug(`Cannot ${what} ${this.file.path}: ${errorMessage(error)}`);
    }
  }
}
