import { criticalPath } from '../../../src/model/criticalPath';
import { buildTree, depths, type OrderedSpans, selfTimes, type TraceTree } from '../../../src/model/traceTree';
import type { TreeSpans } from '../../../src/model/treeSpans';

const KINDS: Readonly<Record<string, number>> = { server: 2, client: 3 };
const LINE =
  /^(?<name>\w+)(?:<(?<parent>\w*))?(?:=(?<id>\w+))?(?:@(?<kind>\w+))?(?:\/(?<service>\w+))?(?<gap>\s+)(?<bar>[-|]+)$/;

/**
 * Spans from a drawing, a line each, in order of arrival: `child<parent   |---|`. A bar of n characters lasts n; `|` has no meaning
 * of its own. `=id` when the span's id is not its name, `@server`, `@client`, and `/service`.
 */
export function spansFrom(drawing: string): { names: string[]; spans: TreeSpans } {
  const lines = drawing.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  const parsed = lines.map((line) => {
    const groups = LINE.exec(line.slice(margin).trimEnd())?.groups;
    if (!groups) throw new Error(`"${line}" is no drawing of a span`);
    return { ...groups, start: groups.bar ? line.indexOf(groups.bar, margin) - margin : 0 } as unknown as Drawn;
  });
  const ids = new Map<string, number>();
  const idOf = (id: string) => ids.get(id) ?? ids.set(id, ids.size + 1).get(id)!;
  const services = [...new Set(parsed.map(({ service }) => service))];
  const count = parsed.length;
  const spans: TreeSpans = {
    count,
    spanIds: new Uint32Array(2 * count),
    parentIds: new Uint32Array(2 * count),
    start: Float64Array.from(parsed, ({ start }) => start),
    duration: Float64Array.from(parsed, ({ bar }) => bar.length),
    kind: Uint8Array.from(parsed, ({ kind }) => (kind ? KINDS[kind] : 1)),
    service: Uint16Array.from(parsed, ({ service }) => services.indexOf(service)),
  };
  parsed.forEach(({ name, id, parent }, i) => {
    spans.spanIds[2 * i + 1] = idOf(id ?? name);
    if (parent) spans.parentIds[2 * i + 1] = idOf(parent);
  });
  return { names: parsed.map(({ name }) => name), spans };
}

interface Drawn {
  readonly name: string;
  readonly parent?: string;
  readonly id?: string;
  readonly kind?: string;
  readonly service?: string;
  readonly start: number;
  readonly bar: string;
}

/** The tree, indented; `?` behind orphans. */
export function drawTree(drawing: string): string {
  const { names, spans } = spansFrom(drawing);
  const tree = buildTree(spans);
  const depth = depths(inOrder(spans, tree).parent);
  return [...tree.order]
    .map((span, row) => `${'  '.repeat(depth[row])}${names[span]}${tree.orphan[span] ? '?' : ''}`)
    .join('\n');
}

/** Self time by name. */
export function selfOf(drawing: string): Record<string, number> {
  const { names, spans } = spansFrom(drawing);
  const tree = buildTree(spans);
  const self = selfTimes(inOrder(spans, tree));
  return Object.fromEntries([...tree.order].map((span, row) => [names[span], self[row]]));
}

/** The spans in tree order. */
export function inOrder({ start, duration }: TreeSpans, { order, parent }: TraceTree): OrderedSpans {
  const rowOf = new Map([...order].map((span, row) => [span, row]));
  return {
    start: Float64Array.from(order, (span) => start[span]),
    duration: Float64Array.from(order, (span) => duration[span]),
    parent: Int32Array.from(order, (span) => rowOf.get(parent[span]) ?? -1),
  };
}

/** Names on the critical path, in tree order. */
export function criticalOf(drawing: string): string {
  const { names, spans } = spansFrom(drawing);
  const tree = buildTree(spans);
  const critical = criticalPath(spans, tree);
  return [...tree.order]
    .filter((span) => critical[span])
    .map((span) => names[span])
    .join(' ');
}
