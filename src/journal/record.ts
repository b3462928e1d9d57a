/**
 * What a journal's file holds, all numbers little-endian.
 *
 *     segment   magic 8 · version 4 · mark 4 · made at, ms 8 · record …
 *     record    mark 4 · length of body 4 · checksum 4 · kind 1 · 0 · origin 2 · received at, ms 8 · body
 *
 * The mark is drawn anew for each segment, so that nothing a sender writes into a body passes for a record. The checksum covers all
 * that follows it, and the length. Records refer to their origin by a number, which a record of that kind before them in the same
 * segment explains: any segment can be read without the others.
 */
export const SEGMENT_HEAD_BYTES = 24;
export const RECORD_HEAD_BYTES = 24;
export const VERSION = 1;
const MAGIC = Buffer.from('SPANJRNL', 'latin1');

/** Numbers are on disk: they are never given another meaning. Records of an unknown kind are passed over. */
export const RECORD_KINDS = { origin: 1, traces: 2, logs: 3, metrics: 4, clear: 5 } as const;
export type RecordKind = keyof typeof RECORD_KINDS;
const KINDS_BY_NUMBER = new Map<number, RecordKind>(
  Object.entries(RECORD_KINDS).map(([kind, number]) => [number, kind as RecordKind]),
);

export interface JournalRecord {
  /** Undefined for one that a later version wrote. */
  readonly kind: RecordKind | undefined;
  /** Number of the origin in this segment. */
  readonly origin: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly body: Buffer;
  /** Where the next record begins. */
  readonly end: number;
}

export function encodeSegmentHead(mark: number, madeAt: number): Buffer {
  const head = Buffer.alloc(SEGMENT_HEAD_BYTES);
  head.set(MAGIC);
  head.writeUInt32LE(VERSION, 8);
  head.writeUInt32LE(mark, 12);
  head.writeDoubleLE(madeAt, 16);
  return head;
}

/** The segment's mark, or why it cannot be read. */
export function decodeSegmentHead(bytes: Buffer): { readonly mark: number } | { readonly fault: string } {
  if (bytes.length < SEGMENT_HEAD_BYTES) return { fault: 'it ends within its head' };
  if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0)
    return { fault: 'it does not begin as a journal does' };
  const version = bytes.readUInt32LE(8);
  if (version !== VERSION) return { fault: `it has version ${version}, and only ${VERSION} is known here` };
  return { mark: bytes.readUInt32LE(12) };
}

/** When a segment was begun, in ms since 1970; undefined where its head cannot be read. */
export function segmentMadeAt(head: Buffer): number | undefined {
  return 'mark' in decodeSegmentHead(head) ? head.readDoubleLE(16) : undefined;
}

/** Writes a record's head into `head`, which has {@link RECORD_HEAD_BYTES}. `origin` < 65,536. */
export function encodeRecordHead(
  head: Buffer,
  mark: number,
  kind: RecordKind,
  origin: number,
  receivedAt: number,
  body: Uint8Array,
): void {
  head.writeUInt32LE(mark, 0);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt16LE(RECORD_KINDS[kind], 12);
  head.writeUInt16LE(origin, 14);
  head.writeDoubleLE(receivedAt, 16);
  head.writeUInt32LE(checksum(head, 0, body), 8);
}

/** The record that begins at `at`; undefined where there is none, or a damaged one. */
export function decodeRecord(bytes: Buffer, at: number, mark: number): JournalRecord | undefined {
  const start = at + RECORD_HEAD_BYTES;
  if (start > bytes.length || bytes.readUInt32LE(at) !== mark) return undefined;
  const end = start + bytes.readUInt32LE(at + 4);
  if (end > bytes.length) return undefined;
  const body = bytes.subarray(start, end);
  if (bytes.readUInt32LE(at + 8) !== checksum(bytes, at, body)) return undefined;
  return {
    kind: KINDS_BY_NUMBER.get(bytes[at + 12]),
    origin: bytes.readUInt16LE(at + 14),
    receivedAt: bytes.readDoubleLE(at + 16),
    body,
    end,
  };
}

/**
 * Over a record's head, but for the checksum itself, and all of its body. Not a CRC, which takes ten times as long in JavaScript: four
 * lanes of words, each multiplied on, so that a changed, moved or missing word changes the sum, zeros too. Made against cut and
 * zero-filled files and odd flipped bits, not against forgers.
 */
function checksum(head: Buffer, at: number, body: Uint8Array): number {
  let a = head.readInt32LE(at + 4);
  let b = head.readInt32LE(at + 12);
  let c = head.readInt32LE(at + 16);
  let d = head.readInt32LE(at + 20);
  const words = new DataView(body.buffer, body.byteOffset, body.length);
  const whole = body.length & ~15;
  for (let i = 0; i < whole; i += 16) {
    a = Math.imul(a ^ words.getInt32(i, true), 0x9e3779b1);
    b = Math.imul(b ^ words.getInt32(i + 4, true), 0x85ebca77);
    c = Math.imul(c ^ words.getInt32(i + 8, true), 0xc2b2ae3d);
    d = Math.imul(d ^ words.getInt32(i + 12, true), 0x27d4eb2f);
  }
  for (let i = whole; i < body.length; i++) a = Math.imul(a ^ body[i], 0x01000193);
  // An odd multiplier carries low bits upwards only: the shifts bring the high ones down again before the lanes meet.
  const sum = mixed(a) + Math.imul(mixed(b), 3) + Math.imul(mixed(c), 5) + Math.imul(mixed(d), 7);
  return mixed(sum | 0) >>> 0;
}

function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d);
  return once ^ (once >>> 13);
}
