import { SPAN_FLAG, type TraceColumns, type TraceSummary } from '../../src/model/traceColumns';
import { asSpanId, asTraceId, type RunId, type SpanId, type TraceId } from '../../src/model/ids';
import type { Attribute } from '../../src/model/attributes';
import type { AttributeNotice } from '../../src/model/redaction';
import type { SourceLocation } from '../../src/model/sourceLocation';
import { criticalPath } from '../../src/model/criticalPath';
import {
  SPAN_KINDS,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  STATUS_ERROR,
} from '../../src/model/span';
import { buildTree, depths, selfTimes, type TraceTree } from '../../src/model/traceTree';
import type { TreeSpans } from '../../src/model/treeSpans';
import type { LogMark } from '../../src/model/logMarks';
import type { LogRecord, Severity } from '../../src/model/logRecord';
import { spanIdAt } from '../../src/model/spanRows';

/** A span as a test writes it down; times in milliseconds. */
export interface SpanSpec {
  readonly name: string;
  readonly service?: string;
  /** Lower half of the span's id, for traces whose spans are read twice; else its place. */
  readonly id?: number;
  /** From the trace's start. */
  readonly at: number;
  readonly takes: number;
  readonly kind?: SpanKind;
  readonly error?: string;
  readonly orphan?: boolean;
  readonly location?: SourceLocation;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** What is told of attributes, by their keys. */
  readonly notices?: Readonly<Record<string, AttributeNotice>>;
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
  readonly children?: readonly SpanSpec[];
}

export interface SyntheticTrace {
  readonly columns: TraceColumns;
  readonly summary: TraceSummary;
  span(spanId: SpanId): Span | undefined;
}

const EPOCH_MS = Date.UTC(2026, 10, 20, 13, 3, 22, 123);
const NANOS = 1e6;

/** A trace from what a test wrote down; `index` tells traces apart and makes later ones newer. */
export function traceOf(roots: readonly SpanSpec[], index = 0): SyntheticTrace {
  const specs: SpanSpec[] = [];
  const parents: number[] = [];
  const pending = roots.map((spec) => ({ spec, parent: -1 }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const place = specs.push(next.spec) - 1;
    parents.push(next.parent);
    for (const spec of next.spec.children ?? []) pending.push({ spec, parent: place });
  }
  return traceOfSpans(specs, Int32Array.from(parents), index);
}

/** The same from a list with the place of each span's parent (-1: none), for sizes where nested objects would be slow. */
export function traceOfSpans(specs: readonly SpanSpec[], parent: Int32Array, index = 0): SyntheticTrace {
  const spans = treeSpansOf(specs, parent);
  const tree = buildTree(spans);
  const columns = columnsOf(specs, spans, tree, index);
  const placeOf = new Map<SpanId, number>();
  if (specs.length <= 200_000) tree.order.forEach((place, row) => placeOf.set(spanIdAt(columns, row), place));
  const rowOf = Int32Array.from(tree.order.keys()).sort((a, b) => tree.order[a] - tree.order[b]);
  return {
    columns,
    summary: summaryOf(columns, index),
    span: (spanId) => {
      const place = placeOf.get(spanId);
      return place === undefined ? undefined : spanOf(specs[place], columns, rowOf[place]);
    },
  };
}

function treeSpansOf(specs: readonly SpanSpec[], parent: Int32Array): TreeSpans {
  const count = specs.length;
  const spanIds = new Uint32Array(2 * count);
  const parentIds = new Uint32Array(2 * count);
  for (let place = 0; place < count; place++) {
    spanIds[2 * place + 1] = place + 1;
    if (parent[place] >= 0) parentIds[2 * place + 1] = parent[place] + 1;
  }
  return {
    count,
    spanIds,
    parentIds,
    start: Float64Array.from(specs, ({ at }) => Math.round(at * NANOS)),
    duration: Float64Array.from(specs, ({ takes }) => Math.max(0, Math.round(takes * NANOS))),
    kind: Uint8Array.from(specs, ({ kind }) => SPAN_KINDS.indexOf(kind ?? 'internal')),
    service: new Uint16Array(count),
  };
}

export function traceIdOf(index: number): TraceId {
  return asTraceId((index + 1).toString(16).padStart(8, '0').repeat(4))!;
}

function columnsOf(specs: readonly SpanSpec[], spans: TreeSpans, tree: TraceTree, index: number): TraceColumns {
  const { order } = tree;
  const [names, services] = [new Map<string, number>(), new Map<string, number>()];
  const intern = (table: Map<string, number>, text: string): number => {
    if (!table.has(text)) table.set(text, table.size);
    return table.get(text)!;
  };
  const rowOf = new Int32Array(order.length);
  order.forEach((place, row) => (rowOf[place] = row));
  const critical = criticalPath(spans, tree);
  const times = {
    start: Float64Array.from(order, (place) => spans.start[place]),
    duration: Float64Array.from(order, (place) => spans.duration[place]),
    parent: Int32Array.from(order, (place) => (tree.parent[place] < 0 ? -1 : rowOf[tree.parent[place]])),
  };
  return {
    traceId: traceIdOf(index),
    revision: index + 1,
    count: order.length,
    epoch: String(BigInt(EPOCH_MS + index * 1000) * 1_000_000n),
    ...times,
    selfTime: selfTimes(times),
    depth: depths(times.parent),
    name: Uint32Array.from(order, (place) => intern(names, specs[place].name)),
    service: Uint16Array.from(order, (place) => intern(services, specs[place].service ?? 'shop')),
    kind: Uint8Array.from(order, (place) => spans.kind[place]),
    status: Uint8Array.from(order, (place) => (specs[place].error === undefined ? 0 : STATUS_ERROR)),
    flags: Uint8Array.from(order, (place) => flagsOf(specs[place]) | (critical[place] ? SPAN_FLAG.critical : 0)),
    spanIds: spanIdsOf(specs, order, index),
    names: [...names.keys()],
    services: [...services.keys()],
  };
}

function flagsOf({ location, orphan, events }: SpanSpec): number {
  return (location ? SPAN_FLAG.located : 0) | (orphan ? SPAN_FLAG.orphan : 0) | (events?.length ? SPAN_FLAG.events : 0);
}

function spanIdsOf(specs: readonly SpanSpec[], order: Uint32Array, index: number): Uint8Array {
  const bytes = new Uint8Array(order.length * 8);
  const words = new DataView(bytes.buffer);
  order.forEach((place, row) => {
    words.setUint32(row * 8, index + 1);
    words.setUint32(row * 8 + 4, specs[place].id ?? place + 1);
  });
  return bytes;
}

function summaryOf(columns: TraceColumns, index: number): TraceSummary {
  const { count, start, duration, status, names, name, services, service } = columns;
  let [extent, errors] = [0, 0];
  for (let row = 0; row < count; row++) {
    extent = Math.max(extent, start[row] + duration[row]);
    if (status[row] === STATUS_ERROR) errors++;
  }
  return {
    traceId: columns.traceId,
    rootName: names[name[0]] ?? '',
    rootService: services[service[0]] ?? '',
    rooted: true,
    startMs: EPOCH_MS + index * 1000,
    duration: extent,
    spans: count,
    errors,
    services,
    pinned: false,
    slow: false,
  };
}

function spanOf(spec: SpanSpec, columns: TraceColumns, row: number): Span {
  const parent = columns.parent[row];
  return {
    traceId: columns.traceId,
    spanId: spanIdAt(columns, row),
    ...(parent >= 0 && { parentSpanId: spanIdAt(columns, parent) }),
    ...(spec.orphan && { parentSpanId: asSpanId('00000000deadbeef')! }),
    name: spec.name,
    kind: spec.kind ?? 'internal',
    startTimeUnixNano: String(BigInt(columns.epoch) + BigInt(Math.round(columns.start[row]))),
    duration: spec.takes * NANOS,
    status: spec.error === undefined ? { code: 'unset' } : { code: 'error', message: spec.error },
    service: spec.service ?? 'shop',
    resource: attributes({ 'service.name': spec.service ?? 'shop', 'process.runtime.name': 'nodejs' }),
    scope: {
      name: '@shop/tracing',
      version: '1.4.2',
      attributes: [{ key: 'scope.team', value: { kind: 'string', value: 'checkout' } }],
    },
    attributes: attributes(spec.attributes ?? {}).map((attribute) => {
      const notice = spec.notices?.[attribute.key];
      return notice ? { ...attribute, notice } : attribute;
    }),
    events: spec.events ?? [],
    links: spec.links ?? [],
    dropped: { attributes: 0, events: 0, links: 0 },
    ...(spec.location && { location: spec.location }),
    run: 'run-1' as RunId,
  };
}

export function attributes(values: Readonly<Record<string, string | number | boolean>>): Attribute[] {
  return Object.entries(values).map(([key, value]): Attribute => {
    if (typeof value === 'string') return { key, value: { kind: 'string', value } };
    if (typeof value === 'boolean') return { key, value: { kind: 'bool', value } };
    if (Number.isInteger(value)) return { key, value: { kind: 'int', value: String(value) } };
    return { key, value: { kind: 'double', value } };
  });
}

/** The same trace while only some of its spans have arrived; a span that is kept keeps its ancestors as well. */
export function partOf(trace: SyntheticTrace, arrived: (row: number) => boolean): SyntheticTrace {
  const { columns, summary } = trace;
  const kept = new Uint8Array(columns.count);
  for (let row = columns.count - 1; row >= 0; row--) {
    if (arrived(row)) kept[row] = 1;
    if (kept[row] && columns.parent[row] >= 0) kept[columns.parent[row]] = 1;
  }
  const rows = [...kept.keys()].filter((row) => kept[row]);
  const newRow = new Map(rows.map((row, to) => [row, to]));
  const pick = <T extends { readonly [row: number]: number; slice(): T; subarray(from: number, to: number): T }>(
    column: T,
  ): T => {
    const picked = column.slice() as T & { [row: number]: number };
    rows.forEach((row, to) => (picked[to] = column[row]));
    return picked.subarray(0, rows.length);
  };
  const spanIds = new Uint8Array(rows.length * 8);
  rows.forEach((row, to) => spanIds.set(columns.spanIds.subarray(row * 8, row * 8 + 8), to * 8));
  const part: TraceColumns = {
    ...columns,
    count: rows.length,
    start: pick(columns.start),
    duration: pick(columns.duration),
    selfTime: pick(columns.selfTime),
    parent: Int32Array.from(rows, (row) => newRow.get(columns.parent[row]) ?? -1),
    depth: pick(columns.depth),
    name: pick(columns.name),
    service: pick(columns.service),
    kind: pick(columns.kind),
    status: pick(columns.status),
    flags: pick(columns.flags),
    spanIds,
  };
  return { columns: part, summary: { ...summary, spans: rows.length }, span: (spanId) => trace.span(spanId) };
}

/** Three records of a span, the first of them before its start. */
export function logRecordsOf(spanId: SpanId): LogRecord[] {
  const start = BigInt(EPOCH_MS) * 1_000_000n;
  const record = (offsetMs: number, severity: Severity, body: string): LogRecord => ({
    traceId: traceIdOf(0),
    spanId,
    timeUnixNano: String(start + BigInt(offsetMs * 1e6)),
    severity,
    severityText: '',
    body: { kind: 'string', value: body },
    attributes: [{ key: 'cart.items', value: { kind: 'int', value: '3' } }],
    eventName: '',
    service: 'shop',
    scope: 'winston',
    run: 'run' as RunId,
  });
  return [
    record(1, 'info', 'checkout began for a cart that has a rather long description, which goes on and on'),
    record(12, 'warn', 'stock is low'),
    record(30, 'error', 'payment was refused\n  code: 51'),
  ];
}

/** Records over every fourth span, of all severities that are drawn apart. */
export function logMarksOf(columns: TraceColumns | undefined): LogMark[] {
  if (!columns) return [];
  const severities = ['info', 'warn', 'error'] as const;
  const marks: LogMark[] = [];
  for (let row = 0; row < columns.count; row += 4)
    severities.forEach((severity, index) => {
      const at = columns.start[row] + (columns.duration[row] * (index + 1)) / 4;
      const timeUnixNano = String(BigInt(columns.epoch) + BigInt(Math.round(at)));
      marks.push({ spanId: spanIdAt(columns, row), timeUnixNano, severity });
    });
  return marks;
}
