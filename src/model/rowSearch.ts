import { SPAN_KINDS, STATUS_CODES } from './span';
import { rowsOfSpans } from './spanRows';
import type { TraceColumns } from './traceColumns';
import { asSpanId } from './ids';

/**
 * Rows that match every word of the query, ascending. A word matches a part of the span's name or service in any case, its kind
 * (`server`), its status (`error`) or its whole span id.
 */
export function searchRows(columns: TraceColumns, query: string): Int32Array {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = new Int32Array(columns.count);
  if (words.length === 0) return rows.subarray(0, 0);
  const tests = words.map((word) => wordTest(columns, word));
  let length = 0;
  for (let row = 0; row < columns.count; row++) if (tests.every((test) => test(row))) rows[length++] = row;
  return rows.subarray(0, length);
}

/** Names are looked at once each, rows compare numbers only. */
function wordTest(columns: TraceColumns, word: string): (row: number) => boolean {
  const { name, service, kind, status } = columns;
  const names = hits(columns.names, (text) => text.toLowerCase().includes(word));
  const services = hits(columns.services, (text) => text.toLowerCase().includes(word));
  const kinds = hits(SPAN_KINDS, (text) => text === word);
  const statuses = hits(STATUS_CODES, (text) => text === word);
  const spanId = asSpanId(word);
  const sameId = new Set(spanId ? rowsOfSpans(columns, [spanId]) : []);
  return (row) =>
    names[name[row]] === 1 ||
    services[service[row]] === 1 ||
    kinds[kind[row]] === 1 ||
    statuses[status[row]] === 1 ||
    sameId.has(row);
}

function hits(texts: readonly string[], matches: (text: string) => boolean): Uint8Array {
  return Uint8Array.from(texts, (text) => (matches(text) ? 1 : 0));
}

/** The match after (or before) a row, going round at the ends; -1 without matches. */
export function nextMatch(matches: Int32Array, row: number, step: 1 | -1): number {
  if (matches.length === 0) return -1;
  if (step > 0) return matches.find((match) => match > row) ?? matches[0];
  return matches.findLast((match) => match < row) ?? matches[matches.length - 1];
}
