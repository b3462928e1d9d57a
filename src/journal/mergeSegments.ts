import { closeSync, openSync, readSync, renameSync } from 'node:fs';
import { segmentMadeAt, SEGMENT_HEAD_BYTES } from './record';
import { listSegments, segmentPath, type SegmentFile } from './segmentFiles';

interface DatedSegment extends SegmentFile {
  /** Milliseconds since 1970; never before that of the segment ahead of it in its folder. */
  readonly madeAt: number;
}

/**
 * Brings the segments of `folders` into `target`, by the time they were made; none may be open. All get numbers that none had: a process
 * that ends amid this has lost nothing, and overwritten nothing. Returns what is in `target` then, oldest first.
 */
export function mergeSegments(target: string, folders: readonly string[]): SegmentFile[] {
  const segments = [target, ...folders].flatMap(datedSegments);
  let sequence = Math.max(0, ...segments.map((segment) => segment.sequence));
  segments.sort((a, b) => a.madeAt - b.madeAt);
  return segments.map(({ path: from, bytes }) => {
    const path = segmentPath(target, ++sequence);
    renameSync(from, path);
    return { sequence, path, bytes };
  });
}

function datedSegments(folder: string): DatedSegment[] {
  let latest = 0;
  return listSegments(folder).map((segment) => ({ ...segment, madeAt: (latest = Math.max(latest, madeAt(segment))) }));
}

function madeAt({ path }: SegmentFile): number {
  const head = Buffer.alloc(SEGMENT_HEAD_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return segmentMadeAt(head) ?? 0;
}
