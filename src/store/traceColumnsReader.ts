import { criticalPath } from '../model/criticalPath';
import type { TraceId } from '../model/ids';
import { SPAN_FLAG, type TraceColumns } from '../model/traceColumns';
import { buildTree, selfTimes, type TraceTree } from '../model/traceTree';
import type { TreeSpans } from '../model/treeSpans';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { decimal, difference, HAS_EVENTS, ROW_MASK, type Segment } from './segment';
import { nameOf } from './traceList';
import { recordAt, TRACE } from './traceTable';

/** Spans further from the others than this cannot be told from them exactly in doubles; their times are wrong anyway. */
const EXACT_NANOS = 2 ** 52;
const LAST_SERVICE = 0xffff;

/** All spans of a trace in tree order. */
export function readTraceColumns(parts: StoreParts, slot: number, traceId: TraceId, revision: number): TraceColumns {
  const gathered = gather(parts, slot);
  const { rows, epoch } = gathered;
  const tree = buildTree(rows);
  const self = selfTimes(rows, tree);
  const critical = criticalPath(rows, tree);
  return { traceId, revision, count: rows.count, epoch, ...inTreeOrder(gathered, tree, self, critical) };
}

interface Gathered {
  readonly rows: TreeSpans;
  readonly epoch: string;
  readonly name: Uint32Array;
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  readonly names: readonly string[];
  readonly services: readonly string[];
}

/** The trace's spans in order of arrival, without replaced copies. */
function gather(parts: StoreParts, slot: number): Gathered {
  const page = parts.traces.page(slot);
  const count = page[recordAt(slot) + TRACE.spans];
  const spans = spanPlaces(parts, page[recordAt(slot) + TRACE.firstRow], count);
  const columns = {
    count,
    spanIds: new Uint32Array(2 * count),
    parentIds: new Uint32Array(2 * count),
    start: new Float64Array(count),
    duration: new Float64Array(count),
    kind: new Uint8Array(count),
    service: new Uint16Array(count),
  };
  const name = new Uint32Array(count);
  const status = new Uint8Array(count);
  const flags = new Uint8Array(count);
  const strings = new StringTables();
  for (let i = 0; i < count; i++) {
    const segment = parts.segments.of(spans[i]);
    const index = spans[i] & ROW_MASK;
    columns.spanIds[2 * i] = segment.spanId[2 * index];
    columns.spanIds[2 * i + 1] = segment.spanId[2 * index + 1];
    columns.parentIds[2 * i] = segment.parentId[2 * index];
    columns.parentIds[2 * i + 1] = segment.parentId[2 * index + 1];
    columns.duration[i] = Math.max(0, segment.isOpen(index) ? 0 : segment.duration(index));
    columns.kind[i] = segment.kind(index);
    columns.service[i] = strings.service(segment, index);
    name[i] = strings.name(segment, index);
    status[i] = segment.status(index);
    flags[i] =
      (segment.site[index] !== 0 ? SPAN_FLAG.located : 0) |
      ((segment.state[index] & HAS_EVENTS) !== 0 ? SPAN_FLAG.events : 0);
  }
  const epoch = readStarts(parts, spans, columns.start);
  return { rows: columns, epoch, name, status, flags, names: strings.names, services: strings.services };
}

function spanPlaces(parts: StoreParts, first: number, count: number): Uint32Array {
  const spans = new Uint32Array(count);
  let found = 0;
  for (let row = first; row !== NONE;) {
    const segment = parts.segments.of(row);
    if (!segment.isReplaced(row & ROW_MASK)) spans[found++] = row;
    row = segment.next[row & ROW_MASK];
  }
  return spans;
}

/**
 * Fills `start` with nanoseconds from an epoch and gives the epoch: the earliest start. When a sender's broken clock pulls that
 * so far away that doubles would round all other starts, it is the earliest of those near the middle one instead, so that only the
 * broken ones are rounded.
 */
function readStarts(parts: StoreParts, spans: Uint32Array, start: Float64Array): string {
  const first = earliest(parts, spans, () => true);
  if (fillStarts(parts, spans, start, first) < EXACT_NANOS) return epochText(parts, first);
  const middle = spans[Uint32Array.from(spans.keys()).sort((a, b) => start[a] - start[b])[spans.length >> 1]];
  const near = earliest(parts, spans, (row) => Math.abs(startDifference(parts, row, middle)) < EXACT_NANOS);
  fillStarts(parts, spans, start, near);
  return epochText(parts, near);
}

/** Gives the largest start. */
function fillStarts(parts: StoreParts, spans: Uint32Array, start: Float64Array, epoch: number): number {
  let largest = 0;
  for (let i = 0; i < spans.length; i++) {
    start[i] = startDifference(parts, spans[i], epoch);
    if (start[i] > largest) largest = start[i];
  }
  return largest;
}

function earliest(parts: StoreParts, spans: Uint32Array, isConsidered: (row: number) => boolean): number {
  let earliestRow = NONE;
  for (const row of spans) {
    if (isConsidered(row) && (earliestRow === NONE || startDifference(parts, row, earliestRow) < 0)) earliestRow = row;
  }
  return earliestRow;
}

function startDifference({ segments }: StoreParts, a: number, b: number): number {
  const [ofA, ofB] = [segments.of(a), segments.of(b)];
  const [i, j] = [a & ROW_MASK, b & ROW_MASK];
  return difference(ofA.startHigh[i], ofA.startLow[i], ofB.startHigh[j], ofB.startLow[j]);
}

function epochText({ segments }: StoreParts, row: number): string {
  const segment = segments.of(row);
  return decimal(segment.startHigh[row & ROW_MASK], segment.startLow[row & ROW_MASK]);
}

/** Strings of the answer by number; numbers in segments are looked up once each. */
class StringTables {
  readonly names: string[] = [];
  readonly services: string[] = [];
  private readonly nameNumbers = new Map<string, number>();
  private readonly serviceNumbers = new Map<string, number>();
  private segment: Segment | undefined;
  private seen = new Map<Segment, { names: Map<number, number>; services: Map<number, number> }>();
  private current = { names: new Map<number, number>(), services: new Map<number, number>() };

  name(segment: Segment, index: number): number {
    this.enter(segment);
    const known = this.current.names.get(segment.name[index]);
    if (known !== undefined) return known;
    const number = numberOf(nameOf(segment, index), this.names, this.nameNumbers);
    this.current.names.set(segment.name[index], number);
    return number;
  }

  service(segment: Segment, index: number): number {
    this.enter(segment);
    const known = this.current.services.get(segment.context[index]);
    if (known !== undefined) return known;
    const { service } = segment.contexts[segment.context[index]];
    const number = Math.min(LAST_SERVICE, numberOf(service, this.services, this.serviceNumbers));
    this.current.services.set(segment.context[index], number);
    return number;
  }

  private enter(segment: Segment): void {
    if (segment === this.segment) return;
    this.segment = segment;
    const known = this.seen.get(segment);
    if (known) this.current = known;
    else this.seen.set(segment, (this.current = { names: new Map(), services: new Map() }));
  }
}

function numberOf(text: string, texts: string[], numbers: Map<string, number>): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, texts.push(text) - 1);
  return texts.length - 1;
}

function inTreeOrder(gathered: Gathered, tree: TraceTree, self: Float64Array, critical: Uint8Array) {
  const { rows, names, services } = gathered;
  const { count } = rows;
  const { order } = tree;
  const columns = {
    start: new Float64Array(count),
    duration: new Float64Array(count),
    selfTime: new Float64Array(count),
    parent: new Int32Array(count),
    depth: new Uint16Array(count),
    name: new Uint32Array(count),
    service: new Uint16Array(count),
    kind: new Uint8Array(count),
    status: new Uint8Array(count),
    flags: new Uint8Array(count),
  };
  const spanIds = new Uint32Array(2 * count);
  const rowOf = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const span = order[row];
    rowOf[span] = row;
    columns.start[row] = rows.start[span];
    columns.duration[row] = rows.duration[span];
    columns.selfTime[row] = self[span];
    columns.parent[row] = tree.parent[span] < 0 ? -1 : rowOf[tree.parent[span]];
    columns.depth[row] = tree.depth[span];
    columns.name[row] = gathered.name[span];
    columns.service[row] = rows.service[span];
    columns.kind[row] = rows.kind[span];
    columns.status[row] = gathered.status[span];
    columns.flags[row] =
      gathered.flags[span] |
      (tree.orphan[span] !== 0 ? SPAN_FLAG.orphan : 0) |
      (critical[span] !== 0 ? SPAN_FLAG.critical : 0);
    spanIds[2 * row] = rows.spanIds[2 * span];
    spanIds[2 * row + 1] = rows.spanIds[2 * span + 1];
  }
  return { ...columns, spanIds: new Uint8Array(spanIds.buffer), names, services };
}
