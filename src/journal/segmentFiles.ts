import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^(\d{8})\.spj$/;

/** One file of the journal. */
export interface SegmentFile {
  /** Higher is later. */
  readonly sequence: number;
  readonly path: string;
  /** With its head; of the one that is being written, up to the end of the last whole record. */
  bytes: number;
}

export function segmentPath(folder: string, sequence: number): string {
  return join(folder, `${String(sequence).padStart(8, '0')}.spj`);
}

/** The segments in a folder, oldest first. Throws where it cannot be read. */
export function listSegments(folder: string): SegmentFile[] {
  const segments: SegmentFile[] = [];
  for (const name of readdirSync(folder)) {
    const match = NAME.exec(name);
    if (!match) continue;
    const path = join(folder, name);
    segments.push({ sequence: Number(match[1]), path, bytes: statSync(path).size });
  }
  return segments.sort((a, b) => a.sequence - b.sequence);
}
