import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  decodeSegmentHead,
  encodeRecordHead,
  encodeSegmentHead,
  RECORD_HEAD_BYTES,
  SEGMENT_HEAD_BYTES,
} from './record';
import type { JournalRecord } from './record';
import type { JournalSignal } from './replay';
import { SegmentCursor } from './segmentCursor';
import type { SegmentFile } from './segmentFiles';

/** Of a request what belongs to one of the traces, as a request of its own; undefined for nothing. */
export type RecordsOf = (
  signal: JournalSignal,
  request: Uint8Array,
  traceIds: ReadonlySet<string>,
) => Uint8Array | undefined;

/** Milliseconds for which other work of this thread waits at most, but for one request's length. */
const SLICE_MS = 4;
/** To look for a few ids among all bytes of a request is quicker than to read it; for many it is not. */
const FEW_IDS = 4;

/** What is left of segments that have to leave: what belongs to pinned traces. */
export interface Rescue {
  readonly traceIds: ReadonlySet<string>;
  readonly recordsOf: RecordsOf;
}

export async function isOlder({ path }: SegmentFile, thanMs: number): Promise<boolean> {
  const { mtimeMs } = await stat(path);
  return Date.now() - mtimeMs > thanMs;
}

/**
 * Leaves in a segment that nobody writes any more only what is to be rescued, in one step: whoever is ended amid this finds one or the
 * other. `isWanted`: asked right before that step. Gives the bytes that it has then; 0 where nothing is left, and the file is gone.
 */
export async function thinOut(segment: SegmentFile, rescue: Rescue, isWanted = () => true): Promise<number> {
  const { path } = segment;
  const left = rescue.traceIds.size === 0 ? [] : await rescued(await readFile(path), rescue);
  if (left.length === 0) {
    if (isWanted()) await rm(path, { force: true });
    return 0;
  }
  const content = Buffer.concat(left);
  const aside = `${path}.${randomUUID()}`;
  const { atime, mtime } = await stat(path);
  try {
    await writeFile(aside, content, { mode: 0o600 });
    // What is left is not younger for that, nor are the segments behind it.
    await utimes(aside, atime, mtime);
    if (isWanted()) renameSync(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
  return content.length;
}

/** The segment's parts with what is left; none when nothing is. */
async function rescued(content: Buffer, { traceIds, recordsOf }: Rescue): Promise<Buffer[]> {
  const head = decodeSegmentHead(content);
  if (!('mark' in head)) return [];
  const { mark } = head;
  const ids = [...traceIds].map((id) => Buffer.from(id, 'hex'));
  const mayHold = (body: Buffer) => ids.length > FEW_IDS || ids.some((id) => body.includes(id));
  let sliceEnd = performance.now() + SLICE_MS;
  const parts = [encodeSegmentHead(mark, content.readDoubleLE(16))];
  let requests = 0;
  const keep = (record: JournalRecord, body: Uint8Array): void => {
    const recordHead = Buffer.alloc(RECORD_HEAD_BYTES);
    encodeRecordHead(recordHead, mark, record.kind!, record.origin, record.receivedAt, body);
    parts.push(recordHead, Buffer.from(body));
  };
  const cursor = new SegmentCursor(content, SEGMENT_HEAD_BYTES, mark);
  for (let record = cursor.next(); record; record = cursor.next()) {
    const { kind, body } = record;
    if (kind === 'origin' || kind === 'clear') keep(record, body);
    else if (kind !== undefined && mayHold(body)) {
      const left = recordsOf(kind, body, traceIds);
      if (left) requests++;
      if (left) keep(record, left);
    }
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return requests > 0 ? parts : [];
}
