import { SPAN_FLAG, type TraceColumns, type TraceSummary } from '../../src/model/traceColumns';
import { asSpanId, asTraceId, type RunId, type SpanId, type TraceId } from '../../src/model/ids';
import type { Attribute } from '../../src/model/attributes';
import type { SourceLocation } from '../../src/model/sourceLocation';
import {
  SPAN_KINDS,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  STATUS_CODES,
} from '../../src/model/span';
import { spanIdAt } from '../../src/model/spanRows';

/** A span as a test writes it down; times in milliseconds. */
export interface SpanSpec {
  readonly name: string;
  readonly service?: string;
  /** From the trace's start. */
  readonly at: number;
  readonly takes: number;
  readonly kind?: SpanKind;
  readonly error?: string;
  readonly orphan?: boolean;
  readonly location?: SourceLocation;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
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
  const pending = byStart(roots).map((spec) => ({ spec, parent: -1 }));
  for (let next = pending.shift(); next; next = pending.shift()) {
    const row = specs.push(next.spec) - 1;
    parents.push(next.parent);
    pending.unshift(...byStart(next.spec.children ?? []).map((spec) => ({ spec, parent: row })));
  }
  return traceOfRows(specs, Int32Array.from(parents), index);
}

/** The same from rows in tree order, for sizes where nested objects would be slow. */
export function traceOfRows(specs: readonly SpanSpec[], parent: Int32Array, index = 0): SyntheticTrace {
  const traceId = traceIdOf(index);
  const columns = columnsOf(specs, parent, traceId, index);
  const rowOf = new Map<SpanId, number>();
  if (columns.count <= 200_000) for (let row = 0; row < columns.count; row++) rowOf.set(spanIdAt(columns, row), row);
  return {
    columns,
    summary: summaryOf(columns, index),
    span: (spanId) => {
      const row = rowOf.get(spanId);
      return row === undefined ? undefined : spanOf(specs[row], columns, row);
    },
  };
}

function byStart(specs: readonly SpanSpec[]): SpanSpec[] {
  return [...specs].sort((a, b) => a.at - b.at);
}

export function traceIdOf(index: number): TraceId {
  return asTraceId((index + 1).toString(16).padStart(8, '0').repeat(4))!;
}

function columnsOf(specs: readonly SpanSpec[], parent: Int32Array, traceId: TraceId, index: number): TraceColumns {
  const count = specs.length;
  const [names, services] = [new Map<string, number>(), new Map<string, number>()];
  const intern = (table: Map<string, number>, text: string): number => {
    if (!table.has(text)) table.set(text, table.size);
    return table.get(text)!;
  };
  const start = Float64Array.from(specs, ({ at }) => at * NANOS);
  const duration = Float64Array.from(specs, ({ takes }) => Math.max(0, takes * NANOS));
  const depth = new Uint16Array(count);
  for (let row = 0; row < count; row++) depth[row] = parent[row] < 0 ? 0 : depth[parent[row]] + 1;
  const columns = {
    traceId,
    revision: index + 1,
    count,
    epoch: String(BigInt(EPOCH_MS + index * 1000) * 1_000_000n),
    start,
    duration,
    selfTime: selfTimes(start, duration, parent),
    parent,
    depth,
    name: Uint32Array.from(specs, ({ name }) => intern(names, name)),
    service: Uint16Array.from(specs, ({ service }) => intern(services, service ?? 'shop')),
    kind: Uint8Array.from(specs, ({ kind }) => SPAN_KINDS.indexOf(kind ?? 'internal')),
    status: Uint8Array.from(specs, ({ error }) => (error === undefined ? 0 : 2)),
    flags: Uint8Array.from(specs, flagsOf),
    spanIds: spanIdsOf(count, index),
  };
  markCriticalPath(columns);
  return { ...columns, names: [...names.keys()], services: [...services.keys()] };
}

function flagsOf({ location, orphan, events }: SpanSpec): number {
  return (location ? SPAN_FLAG.located : 0) | (orphan ? SPAN_FLAG.orphan : 0) | (events?.length ? SPAN_FLAG.events : 0);
}

function spanIdsOf(count: number, index: number): Uint8Array {
  const bytes = new Uint8Array(count * 8);
  const words = new DataView(bytes.buffer);
  for (let row = 0; row < count; row++) {
    words.setUint32(row * 8, index + 1);
    words.setUint32(row * 8 + 4, row + 1);
  }
  return bytes;
}

function selfTimes(start: Float64Array, duration: Float64Array, parent: Int32Array): Float64Array {
  const self = Float64Array.from(duration);
  const reached = Float64Array.from(start);
  for (let row = 0; row < start.length; row++) {
    const up = parent[row];
    if (up < 0) continue;
    const from = Math.max(start[row], reached[up]);
    const to = Math.min(start[row] + duration[row], start[up] + duration[up]);
    if (to <= from) continue;
    self[up] -= to - from;
    reached[up] = to;
  }
  return self;
}

/** The last child to end before the time that is explained already is the one that was waited for. */
function markCriticalPath(columns: Omit<TraceColumns, 'names' | 'services'>): void {
  const { start, duration, parent, flags, count } = columns;
  const explained = new Float64Array(count).fill(Infinity);
  const children = new Map<number, number[]>();
  for (let row = 0; row < count; row++) {
    if (!children.has(parent[row])) children.set(parent[row], []);
    children.get(parent[row])!.push(row);
  }
  const pending = count > 0 ? [0] : [];
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    flags[row] |= SPAN_FLAG.critical;
    let until = Math.min(explained[row], start[row] + duration[row]);
    const byEnd = (children.get(row) ?? []).sort((a, b) => start[b] + duration[b] - start[a] - duration[a]);
    for (const child of byEnd) {
      if (start[child] + duration[child] > until) continue;
      until = start[child];
      pending.push(child);
    }
  }
}

function summaryOf(columns: TraceColumns, index: number): TraceSummary {
  const { count, start, duration, status, names, name, services, service } = columns;
  let [extent, errors] = [0, 0];
  for (let row = 0; row < count; row++) {
    extent = Math.max(extent, start[row] + duration[row]);
    if (STATUS_CODES[status[row]] === 'error') errors++;
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
    scope: { name: '@shop/tracing', version: '1.4.2' },
    attributes: attributes(spec.attributes ?? {}),
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

/** The same trace while only its first rows have arrived. */
export function growing(trace: SyntheticTrace, rows: number): SyntheticTrace {
  const { columns, summary } = trace;
  const count = Math.min(rows, columns.count);
  const cut = {
    ...columns,
    revision: columns.revision + rows,
    count,
    start: columns.start.slice(0, count),
    duration: columns.duration.slice(0, count),
    selfTime: columns.selfTime.slice(0, count),
    parent: columns.parent.slice(0, count),
    depth: columns.depth.slice(0, count),
    name: columns.name.slice(0, count),
    service: columns.service.slice(0, count),
    kind: columns.kind.slice(0, count),
    status: columns.status.slice(0, count),
    flags: columns.flags.slice(0, count),
    spanIds: columns.spanIds.slice(0, count * 8),
  };
  return { columns: cut, summary: { ...summary, spans: count }, span: (spanId) => trace.span(spanId) };
}
