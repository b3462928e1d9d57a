// What one would write first: decode with protobufjs, keep objects, answer by looking at all of them.
import { reflected } from '../../support/reflection';
import { TRACE_REQUEST } from '../../../src/otlp/schema';
import type { Report, Subject } from './storeSubject';

interface PlainAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface PlainSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly PlainAttribute[];
  readonly status: { readonly code: number } | null;
  readonly service: string;
}
interface PlainRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly PlainAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly PlainSpan[] }[];
  }[];
}
interface Node {
  readonly span: PlainSpan;
  readonly start: number;
  readonly end: number;
  readonly children: Node[];
  self: number;
}

export class NaiveSpans implements Subject {
  private readonly type = reflected(TRACE_REQUEST);
  private readonly traces = new Map<string, PlainSpan[]>();
  private readonly durations = new Map<string, number[]>();
  private readonly lines = new Map<string, Map<string, number[]>>();
  heldSpans = 0;
  readonly storeBytes = 0;

  append(request: Uint8Array): void {
    const options = { longs: String, bytes: String, defaults: true };
    const decoded = this.type.toObject(this.type.decode(request), options) as PlainRequest;
    for (const { resource, scopeSpans } of decoded.resourceSpans) {
      const service = textOf(resource.attributes, 'service.name');
      for (const { spans } of scopeSpans) for (const span of spans) this.keep({ ...span, service });
    }
  }

  private keep(span: PlainSpan): void {
    this.heldSpans++;
    push(this.traces, span.traceId, span);
    push(this.durations, `${span.service} ${span.name}`, durationOf(span));
    const file = textOf(span.attributes, 'code.file.path');
    if (file === '') return;
    let lines = this.lines.get(file);
    if (!lines) this.lines.set(file, (lines = new Map<string, number[]>()));
    push(lines, textOf(span.attributes, 'code.line.number'), durationOf(span));
  }

  questions() {
    const largest = [...this.traces.values()].reduce((a, b) => (a.length >= b.length ? a : b));
    const [file] = this.lines.keys();
    const ask = {
      list: () => this.list(200),
      tree: () => treeRows(largest),
      file_stats: () => [...this.lines.get(file)!.values()].map(statsOf),
      search_text: () => this.filter((span) => span.attributes.some(hasText)),
      search_attribute: () => this.filter((span) => textOf(span.attributes, 'app.user.id') === 'user-77'),
      all_statistics: () => [this.durations, ...this.lines.values()].map((lists) => [...lists.values()].map(statsOf)),
    };
    return { largestTrace: largest.length, ask };
  }

  operations(): Report['operations'] {
    return Object.fromEntries([...this.durations].map(([key, durations]) => [key, statsOf(durations)] as const));
  }

  private list(limit: number) {
    const summaries = [...this.traces].map(([traceId, spans]) => ({
      traceId,
      root: spans.find(({ parentSpanId }) => parentSpanId === '') ?? spans[0],
      start: Math.min(...spans.slice(0, 10_000).map((span) => Number(span.startTimeUnixNano))),
      errors: spans.filter(({ status }) => status?.code === 2).length,
      services: new Set(spans.map(({ service }) => service)),
    }));
    return summaries.sort((a, b) => b.start - a.start).slice(0, limit);
  }

  private filter(matches: (span: PlainSpan) => boolean): PlainSpan[] {
    return [...this.traces.values()].flatMap((spans) => spans.filter(matches));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function textOf(attributes: readonly PlainAttribute[], key: string): string {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value === undefined ? '' : String(Object.values(value)[0]);
}

function hasText({ key, value }: PlainAttribute): boolean {
  return `${key} ${String(Object.values(value)[0])}`.toLowerCase().includes('cart:4242');
}

function durationOf(span: PlainSpan): number {
  return Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano));
}

function statsOf(durations: readonly number[]): readonly [number, number, number, number] {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
  return [sorted.length, at(0.5), at(0.95), sorted[sorted.length - 1]];
}

/** Spans in tree order with depth and self time. */
function treeRows(spans: readonly PlainSpan[]) {
  const nodes = new Map<string, Node>();
  for (const span of spans) {
    const start = Number(BigInt(span.startTimeUnixNano) - BigInt(spans[0].startTimeUnixNano));
    nodes.set(span.spanId, { span, start, end: start + durationOf(span), children: [], self: 0 });
  }
  const roots = [...nodes.values()].filter((node) => {
    const parent = nodes.get(node.span.parentSpanId);
    parent?.children.push(node);
    return parent === undefined;
  });
  const rows: { readonly node: Node; readonly depth: number }[] = [];
  const stack = roots.map((node) => ({ node, depth: 0 }));
  for (let next; (next = stack.pop());) {
    rows.push(next);
    const { node, depth } = next;
    node.children.sort((a, b) => a.start - b.start);
    let [covered, reached] = [0, node.start];
    for (const child of node.children) {
      const end = Math.min(node.end, child.end);
      covered += Math.max(0, end - Math.max(reached, child.start));
      reached = Math.max(reached, end);
    }
    node.self = node.end - node.start - covered;
    for (const child of node.children.toReversed()) stack.push({ node: child, depth: depth + 1 });
  }
  return rows;
}
