import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
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

/** What is left of a journal that is too old: what belongs to pinned traces. */
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
 * other. Gives the bytes that it has then; 0 where nothing is left, and the file is gone.
 */
export async function thinOut(segment: SegmentFile, { traceIds, recordsOf }: Rescue): Promise<number> {
  const { path } = segment;
  const left = traceIds.size === 0 ? [] : rescued(await readFile(path), traceIds, recordsOf);
  if (left.length === 0) {
    await rm(path, { force: true });
    return 0;
  }
  const content = Buffer.concat(left);
  const aside = `${path}.${randomUUID()}`;
  try {
    await writeFile(aside, content, { mode: 0o600 });
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
  return content.length;
}

/** The segment's parts with what is left; none when nothing is. */
function rescued(content: Buffer, traceIds: ReadonlySet<string>, recordsOf: RecordsOf): Buffer[] {
  const head = decodeSegmentHead(content);
  if (!('mark' in head)) return [];
  const { mark } = head;
  const ids = [...traceIds].map((id) => Buffer.from(id, 'hex'));
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
    else if (kind !== undefined && ids.some((id) => body.includes(id))) {
      const left = recordsOf(kind, body, traceIds);
      if (left) requests++;
      if (left) keep(record, left);
    }
  }
  return requests > 0 ? parts : [];
}
