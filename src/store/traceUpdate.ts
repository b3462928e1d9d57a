import { STATUS_ERROR } from '../model/span';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { REPLACED, ROW_MASK } from './segment';
import { inPage, type TracePage } from './traceTable';

/** Puts a row that was just written into its trace. */
export function addToTrace(parts: StoreParts, trace: number, row: number): void {
  const page = parts.traces.page(trace);
  const at = inPage(trace);
  linkRow(parts, page, at, row);
  page.spans[at]++;
  parts.spans++;
  countRow(parts, row, page, at);
}

/** Puts a row in the place of a lesser copy of the same span. */
export function replaceInTrace(parts: StoreParts, trace: number, replaced: number, row: number): void {
  const page = parts.traces.page(trace);
  const at = inPage(trace);
  const old = parts.segments.of(replaced);
  old.state[replaced & ROW_MASK] |= REPLACED;
  if (old.status(replaced & ROW_MASK) === STATUS_ERROR) page.errors[at]--;
  if (page.rootRow[at] === replaced) page.rootRow[at] = row;
  if (page.earliestRow[at] === replaced) page.earliestRow[at] = row;
  linkRow(parts, page, at, row);
  countRow(parts, row, page, at);
}

/** Appends a row to the list of its trace. */
export function linkRow(parts: StoreParts, page: TracePage, at: number, row: number): void {
  const last = page.lastRow[at];
  if (last === NONE) page.firstRow[at] = row;
  else parts.segments.of(last).next[last & ROW_MASK] = row;
  page.lastRow[at] = row;
  page.rows[at]++;
}

function countRow(parts: StoreParts, row: number, page: TracePage, at: number): void {
  const segment = parts.segments.of(row);
  const index = row & ROW_MASK;
  if (segment.status(index) === STATUS_ERROR) page.errors[at]++;
  page.services[at] |= serviceBit(segment.contexts[segment.context[index]].serviceIndex);
  if (page.earliestRow[at] === NONE) page.earliestRow[at] = row;
  const low = segment.startLow[index];
  const high = segment.startHigh[index];
  // A start of 0 is one that the sender did not set: it would make the trace half a century long.
  if ((low | high) !== 0) {
    if (isBefore(high, low, page.startHigh[at], page.startLow[at])) {
      page.startLow[at] = low;
      page.startHigh[at] = high;
      page.earliestRow[at] = row;
    }
    extend(page, at, high, low);
    extend(page, at, segment.endHigh[index], segment.endLow[index]);
  }
  if (segment.isRoot(index) && isEarlierRoot(parts, high, low, page.rootRow[at])) page.rootRow[at] = row;
}

function isEarlierRoot(parts: StoreParts, high: number, low: number, root: number): boolean {
  if (root === NONE) return true;
  const segment = parts.segments.of(root);
  return isBefore(high, low, segment.startHigh[root & ROW_MASK], segment.startLow[root & ROW_MASK]);
}

function extend(page: TracePage, at: number, high: number, low: number): void {
  if (!isBefore(page.endHigh[at], page.endLow[at], high, low)) return;
  page.endHigh[at] = high;
  page.endLow[at] = low;
}

function isBefore(aHigh: number, aLow: number, bHigh: number, bLow: number): boolean {
  return aHigh < bHigh || (aHigh === bHigh && aLow < bLow);
}

/** Services from this on share the last bit of {@link TracePage.services}. */
export const LAST_SERVICE_BIT = 31;

function serviceBit(service: number): number {
  return 1 << Math.min(service, LAST_SERVICE_BIT);
}
