import { STATUS_ERROR } from '../model/span';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { REPLACED, Row, rowAt, type Segment } from './segment';
import { recordAt, Trace } from './traceTable';

/** Puts a row that was just written into its trace. */
export function addToTrace(parts: StoreParts, trace: number, row: number): void {
  const page = parts.traces.page(trace);
  const record = recordAt(trace);
  const segment = parts.segments.of(row);
  linkRow(parts, trace, row);
  page[record + Trace.spans]++;
  parts.spans++;
  countRow(parts, page, record, row, segment);
}

/** Puts a row in the place of a lesser copy of the same span. */
export function replaceInTrace(parts: StoreParts, trace: number, replaced: number, row: number): void {
  const page = parts.traces.page(trace);
  const at = recordAt(trace);
  const old = parts.segments.of(replaced);
  old.words[rowAt(replaced) + Row.state] |= REPLACED;
  if (old.status(rowAt(replaced)) === STATUS_ERROR) page[at + Trace.errors]--;
  renameRow(page, at, replaced, row);
  linkRow(parts, trace, row);
  countRow(parts, page, at, row, parts.segments.of(row));
}

/** What the trace knew as one row is another now. */
export function renameRow(page: Int32Array, at: number, from: number, to: number): void {
  if (page[at + Trace.rootRow] === from) page[at + Trace.rootRow] = to;
  if (page[at + Trace.earliestRow] === from) page[at + Trace.earliestRow] = to;
}

/** Appends a row to the list of its trace. */
export function linkRow(parts: StoreParts, trace: number, row: number): void {
  const page = parts.traces.page(trace);
  const at = recordAt(trace);
  const last = page[at + Trace.lastRow];
  if (last === NONE) page[at + Trace.firstRow] = row;
  else parts.segments.of(last).words[rowAt(last) + Row.next] = row;
  page[at + Trace.lastRow] = row;
  page[at + Trace.rows]++;
  const { words } = parts.segments.of(row);
  parts.spanIds.add(trace, words[rowAt(row) + Row.span0], words[rowAt(row) + Row.span1], row);
}

function countRow(parts: StoreParts, page: Int32Array, at: number, row: number, segment: Segment): void {
  const { words } = segment;
  const from = rowAt(row);
  if (segment.status(from) === STATUS_ERROR) page[at + Trace.errors]++;
  page[at + Trace.services] |= serviceBit(segment.context(from).serviceIndex);
  if (page[at + Trace.earliestRow] === NONE) page[at + Trace.earliestRow] = row;
  const low = words[from + Row.startLow];
  const high = words[from + Row.startHigh];
  // A start of 0 is one that the sender did not set: it would make the trace half a century long.
  if ((low | high) !== 0) {
    if (isBefore(high, low, page[at + Trace.startHigh], page[at + Trace.startLow])) {
      page[at + Trace.startLow] = low;
      page[at + Trace.startHigh] = high;
      page[at + Trace.earliestRow] = row;
    }
    extend(page, at, high, low);
    extend(page, at, words[from + Row.endHigh], words[from + Row.endLow]);
  }
  if (segment.isRoot(from) && isEarlierRoot(parts, high, low, page[at + Trace.rootRow])) page[at + Trace.rootRow] = row;
}

function isEarlierRoot(parts: StoreParts, high: number, low: number, root: number): boolean {
  if (root === NONE) return true;
  const { words } = parts.segments.of(root);
  return isBefore(high, low, words[rowAt(root) + Row.startHigh], words[rowAt(root) + Row.startLow]);
}

function extend(page: Int32Array, at: number, high: number, low: number): void {
  if (!isBefore(page[at + Trace.endHigh], page[at + Trace.endLow], high, low)) return;
  page[at + Trace.endHigh] = high;
  page[at + Trace.endLow] = low;
}

/** Of unsigned 64-bit numbers in signed halves. */
function isBefore(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return aHigh === bHigh ? aLow >>> 0 < bLow >>> 0 : aHigh >>> 0 < bHigh >>> 0;
}

/** Services from this on share the last bit of {@link Trace.services}. */
export const LAST_SERVICE_BIT = 31;

function serviceBit(service: number): number {
  return 1 << Math.min(service, LAST_SERVICE_BIT);
}
