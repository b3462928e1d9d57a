import { criticalPath } from '../model/criticalPath';
import type { TraceId } from '../model/ids';
import { SPAN_FLAG, type TraceColumns } from '../model/traceColumns';
import { buildTree, depths, selfTimes, type TraceTree } from '../model/traceTree';
import type { TreeSpans } from '../model/treeSpans';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { decimal, difference, Row, rowAt, type Segment } from './segment';
import { StringNumbers } from './stringNumbers';
import { runningUntilMs, type TracePauses, tracePauses } from './traceTiming';
import { recordAt, Trace } from './traceTable';

/** Spans further from the others than this cannot be told from them exactly in doubles; their times are wrong anyway. */
const EXACT_NANOS = 2 ** 52;
const NANOS_PER_MS = 1e6;

/** All spans of a trace in tree order. `now` in milliseconds since 1970: what runs has run until then. */
export function readTraceColumns(
  parts: StoreParts,
  slot: number,
  traceId: TraceId,
  revision: number,
  now: number,
): TraceColumns {
  const spans = gather(parts, slot);
  const epoch = readStarts(spans);
  reachOut(parts, spans, () => runningUntilMs(parts, slot, now) * NANOS_PER_MS - Number(epoch));
  const tree = buildTree(spans);
  setTreeFlags(spans, tree);
  const columns = { traceId, revision, count: spans.count, epoch, ...inTreeOrder(spans, tree) };
  const pauses = tracePauses(parts, slot, spans, spans.rows, Number(epoch) / NANOS_PER_MS, tree);
  return pauses ? withPauses(columns, pauses, tree) : columns;
}

interface GatheredSpans extends TreeSpans {
  /** Starts in halves of 64 bits; {@link TreeSpans.start} is made from them. */
  readonly startHigh: Int32Array;
  readonly startLow: Int32Array;
  readonly name: Uint32Array;
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  /** Their rows in the store. */
  readonly rows: Uint32Array;
  readonly strings: StringNumbers;
}

/** The trace's spans in order of arrival, without replaced copies. */
function gather(parts: StoreParts, slot: number): GatheredSpans {
  const page = parts.traces.page(slot);
  const record = recordAt(slot);
  const spans = emptySpans(page[record + Trace.spans]);
  let place = 0;
  for (let row = page[record + Trace.firstRow]; row !== NONE;) {
    const segment = parts.segments.of(row);
    const at = rowAt(row);
    if (!segment.isReplaced(at)) {
      spans.rows[place] = row;
      if (segment.isOpen(at)) spans.flags[place] = openFlags(parts, segment, at);
      readRow(segment, at, spans, place++);
    }
    row = segment.words[at + Row.next];
  }
  return spans;
}

function emptySpans(count: number): GatheredSpans {
  return {
    count,
    spanIds: new Uint32Array(2 * count),
    parentIds: new Uint32Array(2 * count),
    start: new Float64Array(count),
    duration: new Float64Array(count),
    kind: new Uint8Array(count),
    service: new Uint16Array(count),
    startHigh: new Int32Array(count),
    startLow: new Int32Array(count),
    name: new Uint32Array(count),
    status: new Uint8Array(count),
    flags: new Uint8Array(count),
    rows: new Uint32Array(count),
    strings: new StringNumbers(),
  };
}

function openFlags(parts: StoreParts, segment: Segment, at: number): number {
  const runs = segment.mayEnd(at) && parts.live.has(segment.context(at));
  return SPAN_FLAG.open | (runs ? SPAN_FLAG.running : 0);
}

/**
 * Spans that run reach to now; those that never ended to the moment when their trace was last heard of. An end that an exporter left
 * out says nothing of either. `running`: nanoseconds from the epoch, asked only where a span
 * is open.
 */
function reachOut({ segments }: StoreParts, spans: GatheredSpans, running: () => number): void {
  const { count, rows, flags, start, duration } = spans;
  if (!flags.some((bits) => bits & SPAN_FLAG.open)) return;
  let heard = -Infinity;
  for (let span = 0; span < count; span++) heard = Math.max(heard, start[span] + duration[span]);
  const now = Math.max(heard, Math.round(running()));
  for (let span = 0; span < count; span++)
    if (flags[span] & SPAN_FLAG.open && segments.of(rows[span]).context(rowAt(rows[span])).thread !== undefined)
      duration[span] = Math.max(0, (flags[span] & SPAN_FLAG.running ? now : heard) - start[span]);
}

function readRow(segment: Segment, at: number, spans: GatheredSpans, place: number): void {
  const { words } = segment;
  spans.spanIds[2 * place] = words[at + Row.span0];
  spans.spanIds[2 * place + 1] = words[at + Row.span1];
  spans.parentIds[2 * place] = words[at + Row.parent0];
  spans.parentIds[2 * place + 1] = words[at + Row.parent1];
  spans.startHigh[place] = words[at + Row.startHigh];
  spans.startLow[place] = words[at + Row.startLow];
  spans.duration[place] = segment.isOpen(at) ? 0 : Math.max(0, segment.duration(at));
  spans.kind[place] = segment.kind(at);
  spans.service[place] = spans.strings.service(segment, at);
  spans.name[place] = spans.strings.name(segment, at);
  spans.status[place] = segment.status(at);
  const isLocated = words[at + Row.site] !== 0;
  spans.flags[place] |= (isLocated ? SPAN_FLAG.located : 0) | (segment.hasEvents(at) ? SPAN_FLAG.events : 0);
}

/**
 * Makes starts of nanoseconds from an epoch and gives the epoch: the earliest start. When a sender's broken clock pulls that so far
 * away that doubles would round all other starts, it is the earliest of those near the middle one instead, so that only the broken
 * ones are rounded.
 */
function readStarts(spans: GatheredSpans): string {
  const first = earliest(spans, () => true);
  if (fillStarts(spans, first) < EXACT_NANOS) return epochText(spans, first);
  const byStart = Uint32Array.from(spans.start.keys()).sort((a, b) => spans.start[a] - spans.start[b]);
  const middle = byStart[byStart.length >> 1];
  const near = earliest(spans, (span) => Math.abs(startDifference(spans, span, middle)) < EXACT_NANOS);
  fillStarts(spans, near);
  return epochText(spans, near);
}

/** Gives the largest start. */
function fillStarts(spans: GatheredSpans, epoch: number): number {
  let largest = 0;
  for (let span = 0; span < spans.count; span++) {
    const start = startDifference(spans, span, epoch);
    spans.start[span] = start;
    if (start > largest) largest = start;
  }
  return largest;
}

function earliest(spans: GatheredSpans, isConsidered: (span: number) => boolean): number {
  let found = -1;
  for (let span = 0; span < spans.count; span++) {
    if (isConsidered(span) && (found < 0 || startDifference(spans, span, found) < 0)) found = span;
  }
  return found;
}

function startDifference({ startHigh, startLow }: GatheredSpans, a: number, b: number): number {
  return difference(startHigh[a], startLow[a], startHigh[b], startLow[b]);
}

function epochText({ startHigh, startLow }: GatheredSpans, span: number): string {
  return decimal(startHigh[span], startLow[span]);
}

function setTreeFlags(spans: GatheredSpans, tree: TraceTree): void {
  const critical = criticalPath(spans, tree);
  for (let span = 0; span < spans.count; span++) {
    if (critical[span] !== 0) spans.flags[span] |= SPAN_FLAG.critical;
    if (tree.orphan[span] !== 0) spans.flags[span] |= SPAN_FLAG.orphan;
  }
}

/** Column by column: each is read at random, which is quick as long as it alone is in the cache. */
function inTreeOrder(spans: GatheredSpans, tree: TraceTree) {
  const { order } = tree;
  const times = {
    start: doublesInOrder(spans.start, order),
    duration: doublesInOrder(spans.duration, order),
    parent: parentRows(tree),
  };
  return {
    ...times,
    selfTime: selfTimes(times),
    depth: depths(times.parent),
    name: wordsInOrder(spans.name, order),
    ...narrowInOrder(spans, order),
    spanIds: idsInOrder(spans.spanIds, order),
    names: spans.strings.names,
    services: spans.strings.services,
  };
}

/** Nobody's own time passes while a debugger holds it up. */
function withPauses(
  columns: TraceColumns,
  { paused, heldSelf, pauses }: TracePauses,
  { order }: TraceTree,
): TraceColumns {
  const { selfTime } = columns;
  return {
    ...columns,
    selfTime: selfTime.map((nanos, row) => Math.max(0, nanos - heldSelf[order[row]])),
    paused: doublesInOrder(paused, order),
    pauses,
  };
}

/** The narrow columns, which fit into one word: one read at random for all of them. */
function narrowInOrder({ count, service, kind, status, flags }: GatheredSpans, order: Uint32Array) {
  const packed = new Uint32Array(count);
  for (let span = 0; span < count; span++)
    packed[span] = (service[span] << 16) | (kind[span] << 12) | (status[span] << 8) | flags[span];
  const ordered = {
    service: new Uint16Array(count),
    kind: new Uint8Array(count),
    status: new Uint8Array(count),
    flags: new Uint8Array(count),
  };
  for (let row = 0; row < count; row++) {
    const word = packed[order[row]];
    ordered.service[row] = word >>> 16;
    ordered.kind[row] = (word >>> 12) & 0xf;
    ordered.status[row] = (word >>> 8) & 0xf;
    ordered.flags[row] = word & 0xff;
  }
  return ordered;
}

function doublesInOrder(from: Float64Array, order: Uint32Array): Float64Array {
  const to = new Float64Array(order.length);
  for (let row = 0; row < order.length; row++) to[row] = from[order[row]];
  return to;
}

/** A function of its own: one for arrays of both kinds would look at the kind with every element. */
function wordsInOrder(from: Uint32Array, order: Uint32Array): Uint32Array {
  const to = new Uint32Array(order.length);
  for (let row = 0; row < order.length; row++) to[row] = from[order[row]];
  return to;
}

function idsInOrder(ids: Uint32Array, order: Uint32Array): Uint8Array {
  const inOrder = new Uint32Array(ids.length);
  for (let row = 0; row < order.length; row++) {
    inOrder[2 * row] = ids[2 * order[row]];
    inOrder[2 * row + 1] = ids[2 * order[row] + 1];
  }
  return new Uint8Array(inOrder.buffer);
}

function parentRows({ order, parent }: TraceTree): Int32Array {
  const rowOf = new Int32Array(order.length);
  const rows = new Int32Array(order.length);
  for (let row = 0; row < order.length; row++) {
    const span = order[row];
    rowOf[span] = row;
    rows[row] = parent[span] < 0 ? -1 : rowOf[parent[span]];
  }
  return rows;
}
