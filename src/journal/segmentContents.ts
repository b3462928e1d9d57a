import { closeSync, openSync, read } from 'node:fs';
import { freeMemory } from '../base/freeMemory';
import type { SegmentFile } from './segmentFiles';

/**
 * Reads segments from disk, one ahead, into buffers that are used again: memory that nobody has touched before costs as much as the
 * reading, and left to the collector it would be collected several times a second.
 */
export class SegmentContents {
  private ahead: { readonly sequence: number; readonly content: Promise<Buffer> } | undefined;
  private spare: Buffer | undefined;

  /** The bytes of the segment's file between the two; fewer where it is shorter. Give them back to {@link done}. */
  async read({ sequence, path }: SegmentFile, from: number, to: number): Promise<Buffer> {
    const { ahead } = this;
    this.ahead = undefined;
    if (from === 0 && ahead?.sequence === sequence) return ahead.content;
    return this.readPart(path, from, to);
  }

  /** It is read while others are taken in. */
  readAhead({ sequence, path, bytes }: SegmentFile): void {
    const content = this.readPart(path, 0, bytes);
    content.catch(() => {}); // told where it is waited for
    this.ahead = { sequence, content };
  }

  /** Nobody reads the content any more. */
  done(content: Buffer): void {
    if (!this.spare || this.spare.buffer.byteLength < content.buffer.byteLength) this.spare = content;
  }

  /** Nothing is read any more. */
  close(): void {
    if (this.spare) freeMemory(this.spare.buffer as ArrayBuffer);
    this.spare = undefined;
  }

  private readPart(path: string, from: number, to: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const descriptor = openSync(path, 'r');
      const buffer = this.bufferOf(to - from);
      read(descriptor, buffer, 0, buffer.length, from, (error, bytesRead) => {
        closeSync(descriptor);
        if (error) reject(error);
        else resolve(buffer.subarray(0, bytesRead));
      });
    });
  }

  private bufferOf(length: number): Buffer {
    const { spare } = this;
    if (!spare || spare.buffer.byteLength < length) return Buffer.allocUnsafeSlow(length);
    this.spare = undefined;
    return Buffer.from(spare.buffer, 0, length);
  }
}
