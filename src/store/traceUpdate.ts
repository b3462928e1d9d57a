import { STATUS_ERROR } from '../model/span';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { REPLACED, ROW_MASK } from './segment';
import { recordAt, TRACE } from './traceTable';

/** Puts a row that was just written into its trace. */
export function addToTrace(parts: StoreParts, trace: number, row: number): void {
  linkRow(parts, trace, row);
  parts.traces.page(trace)[recordAt(trace) + TRACE.spans]++;
  parts.spans++;
  countRow(parts, trace, row);
}

/** Puts a row in the place of a lesser copy of the same span. */
export function replaceInTrace(parts: StoreParts, trace: number, replaced: number, row: number): void {
  const page = parts.traces.page(trace);
  const at = recordAt(trace);
  const old = parts.segments.of(replaced);
  old.state[replaced & ROW_MASK] |= REPLACED;
  if (old.status(replaced & ROW_MASK) === STATUS_ERROR) page[at + TRACE.errors]--;
  renameRow(page, at, replaced, row);
  linkRow(parts, trace, row);
  countRow(parts, trace, row);
}

/** What the trace knew as one row is another now. */
export function renameRow(page: Int32Array, at: number, from: number, to: number): void {
  if (page[at + TRACE.rootRow] === from) page[at + TRACE.rootRow] = to;
  if (page[at + TRACE.earliestRow] === from) page[at + TRACE.earliestRow] = to;
}

/** Appends a row to the list of its trace. */
export function linkRow(parts: StoreParts, trace: number, row: number): void {
  const page = parts.traces.page(trace);
  const at = recordAt(trace);
  const last = page[at + TRACE.lastRow];
  if (last === NONE) page[at + TRACE.firstRow] = row;
  else parts.segments.of(last).next[last & ROW_MASK] = row;
  page[at + TRACE.lastRow] = row;
  page[at + TRACE.rows]++;
  const { spanId } = parts.segments.of(row);
  const index = 2 * (row & ROW_MASK);
  parts.spanIds.add(trace, spanId[index], spanId[index + 1], row);
}

function countRow(parts: StoreParts, trace: number, row: number): void {
  const page = parts.traces.page(trace);
  const at = recordAt(trace);
  const segment = parts.segments.of(row);
  const index = row & ROW_MASK;
  if (segment.status(index) === STATUS_ERROR) page[at + TRACE.errors]++;
  page[at + TRACE.services] |= serviceBit(segment.contexts[segment.context[index]].serviceIndex);
  if (page[at + TRACE.earliestRow] === NONE) page[at + TRACE.earliestRow] = row;
  const low = segment.startLow[index] | 0;
  const high = segment.startHigh[index] | 0;
  // A start of 0 is one that the sender did not set: it would make the trace half a century long.
  if ((low | high) !== 0) {
    if (isBefore(high, low, page[at + TRACE.startHigh], page[at + TRACE.startLow])) {
      page[at + TRACE.startLow] = low;
      page[at + TRACE.startHigh] = high;
      page[at + TRACE.earliestRow] = row;
    }
    extend(page, at, high, low);
    extend(page, at, segment.endHigh[index] | 0, segment.endLow[index] | 0);
  }
  if (segment.isRoot(index) && isEarlierRoot(parts, high, low, page[at + TRACE.rootRow]))
    page[at + TRACE.rootRow] = row;
}

function isEarlierRoot(parts: StoreParts, high: number, low: number, root: number): boolean {
  if (root === NONE) return true;
  const segment = parts.segments.of(root);
  return isBefore(high, low, segment.startHigh[root & ROW_MASK] | 0, segment.startLow[root & ROW_MASK] | 0);
}

function extend(page: Int32Array, at: number, high: number, low: number): void {
  if (!isBefore(page[at + TRACE.endHigh], page[at + TRACE.endLow], high, low)) return;
  page[at + TRACE.endHigh] = high;
  page[at + TRACE.endLow] = low;
}

/** Of unsigned 64-bit numbers in signed halves. */
function isBefore(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return aHigh === bHigh ? aLow >>> 0 < bLow >>> 0 : aHigh >>> 0 < bHigh >>> 0;
}

/** Services from this on share the last bit of {@link TRACE.services}. */
export const LAST_SERVICE_BIT = 31;

function serviceBit(service: number): number {
  return 1 << Math.min(service, LAST_SERVICE_BIT);
}
