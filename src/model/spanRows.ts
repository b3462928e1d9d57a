import type { SpanId } from './ids';
import { SPAN_KINDS, type SpanKind } from './span';
import type { TraceColumns } from './traceColumns';

const ID_BYTES = 8;

export function spanIdAt({ spanIds }: TraceColumns, row: number): SpanId {
  let hex = '';
  for (let i = row * ID_BYTES; i < (row + 1) * ID_BYTES; i++) hex += spanIds[i].toString(16).padStart(2, '0');
  return hex as SpanId;
}

export function kindAt({ kind }: TraceColumns, row: number): SpanKind {
  return SPAN_KINDS[kind[row]];
}

/** The row of a span, of this kind where several share the id; -1 when the trace does not hold it. */
export function rowOfSpan(columns: TraceColumns, spanId: SpanId, kind?: SpanKind): number {
  const rows = rowsOfSpans(columns, [spanId]);
  return rows.find((row) => kindAt(columns, row) === kind) ?? rows[0] ?? -1;
}

/** Rows of those of the given spans that the trace holds, ascending. */
export function rowsOfSpans(columns: TraceColumns, spanIds: Iterable<SpanId>): number[] {
  const wanted = new Set<bigint>();
  for (const id of spanIds) wanted.add(BigInt(`0x${id}`));
  if (wanted.size === 0) return [];
  const words = idWords(columns);
  const lowWords = new Set([...wanted].map((id) => Number(id & 0xffffffffn)));
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++) {
    const low = words.getUint32(row * ID_BYTES + 4);
    if (lowWords.has(low) && wanted.has(words.getBigUint64(row * ID_BYTES))) rows.push(row);
  }
  return rows;
}

/**
 * Marks on rows of one reading of a trace, moved to the same spans' rows in a later reading. Takes O(rows): a live trace of
 * 100,000 spans may have been folded as a whole.
 */
export function carryMarks(before: TraceColumns, marks: Uint8Array, after: TraceColumns): Uint8Array {
  const carried = new Uint8Array(after.count);
  const [oldWords, newWords] = [idWords(before), idWords(after)];
  const marked = new Set<bigint>();
  for (let row = 0; row < before.count; row++) if (marks[row]) marked.add(oldWords.getBigUint64(row * ID_BYTES));
  if (marked.size === 0) return carried;
  for (let row = 0; row < after.count; row++) if (marked.has(newWords.getBigUint64(row * ID_BYTES))) carried[row] = 1;
  return carried;
}

function idWords({ spanIds }: TraceColumns): DataView {
  return new DataView(spanIds.buffer, spanIds.byteOffset, spanIds.byteLength);
}
