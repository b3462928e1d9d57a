import { criticalPath } from '../model/criticalPath';
import type { TraceId } from '../model/ids';
import { SPAN_FLAG, type TraceColumns } from '../model/traceColumns';
import { buildTree, selfTimes, type TraceTree } from '../model/traceTree';
import type { TreeSpans } from '../model/treeSpans';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { decimal, difference, Row, rowAt, type Segment, type SpanContext } from './segment';
import { nameOf } from './traceList';
import { recordAt, Trace } from './traceTable';

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
  const count = page[recordAt(slot) + Trace.spans];
  const spans = spanPlaces(parts, page[recordAt(slot) + Trace.firstRow], count);
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
    const { words } = segment;
    const at = rowAt(spans[i]);
    columns.spanIds[2 * i] = words[at + Row.span0];
    columns.spanIds[2 * i + 1] = words[at + Row.span1];
    columns.parentIds[2 * i] = words[at + Row.parent0];
    columns.parentIds[2 * i + 1] = words[at + Row.parent1];
    columns.duration[i] = segment.isOpen(at) ? 0 : Math.max(0, segment.duration(at));
    columns.kind[i] = segment.kind(at);
    columns.service[i] = strings.service(segment, at);
    name[i] = strings.name(segment, at);
    status[i] = segment.status(at);
    flags[i] = (words[at + Row.site] === 0 ? 0 : SPAN_FLAG.located) | (segment.hasEvents(at) ? SPAN_FLAG.events : 0);
  }
  const epoch = readStarts(parts, spans, columns.start);
  return { rows: columns, epoch, name, status, flags, names: strings.names, services: strings.services };
}

function spanPlaces(parts: StoreParts, first: number, count: number): Uint32Array {
  const spans = new Uint32Array(count);
  let found = 0;
  for (let row = first; row !== NONE;) {
    const segment = parts.segments.of(row);
    if (!segment.isReplaced(rowAt(row))) spans[found++] = row;
    row = segment.words[rowAt(row) + Row.next];
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
  const ofA = segments.of(a).words;
  const ofB = segments.of(b).words;
  const i = rowAt(a);
  const j = rowAt(b);
  return difference(ofA[i + Row.startHigh], ofA[i + Row.startLow], ofB[j + Row.startHigh], ofB[j + Row.startLow]);
}

function epochText({ segments }: StoreParts, row: number): string {
  const { words } = segments.of(row);
  return decimal(words[rowAt(row) + Row.startHigh], words[rowAt(row) + Row.startLow]);
}

/** Strings of the answer by number; those of a segment are looked up once each. */
class StringTables {
  readonly names: string[] = [];
  readonly services: string[] = [];
  private readonly nameNumbers = new Map<string, number>();
  private readonly serviceNumbers = new Map<string, number>();
  private readonly contextServices = new Map<SpanContext, number>();
  /** Number + 1 by text, for each segment. */
  private readonly segmentNames = new Map<Segment, Uint32Array>();
  private segment: Segment | undefined;
  private current: Uint32Array = new Uint32Array(0);

  name(segment: Segment, at: number): number {
    if (segment !== this.segment) this.enter(segment);
    const text = segment.words[at + Row.name];
    if (this.current[text] === 0) {
      this.current[text] = numberOf(nameOf(segment, at), this.names, this.nameNumbers) + 1;
    }
    return this.current[text] - 1;
  }

  service(segment: Segment, at: number): number {
    const context = segment.context(at);
    const known = this.contextServices.get(context);
    if (known !== undefined) return known;
    const number = Math.min(LAST_SERVICE, numberOf(context.service, this.services, this.serviceNumbers));
    this.contextServices.set(context, number);
    return number;
  }

  private enter(segment: Segment): void {
    this.segment = segment;
    this.current = this.segmentNames.get(segment) ?? new Uint32Array(segment.texts.count);
    this.segmentNames.set(segment, this.current);
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
