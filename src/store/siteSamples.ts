import type { RepeatedCall, SpanSample } from '../model/lineEvidence';
import type { Span } from '../model/span';
import { NONE } from './byteInterner';
import type { StoreParts } from './parts';
import { CallsOfTrace } from './repeatedCalls';
import { difference, Row, rowAt, ROW_WORDS, type Segment } from './segment';
import { startMs } from './siteFacts';
import { isVisible } from './siteSpans';
import { readSpan } from './spanReader';
import { traceIdAt } from './traceSummary';
import { recordAt, Trace } from './traceTable';
import { STATUS_ERROR } from '../model/span';

/** Newest spans of a line that are looked at one by one. */
export const SAMPLED = 32;
/** Rows that are passed over in search of them, and spans of one trace that are related to each other. */
const MOST_ROWS = 1 << 18;
const MOST_OF_TRACE = 2000;
const MOST_KEYS = 100;
/** Nanoseconds that ends may be apart and yet be taken for the same moment. */
const SAME_MOMENT = 1e6;
/** Milliseconds after its end in which a span's parent may still arrive. */
const SETTLING_MS = 10_000;
const HIGH = 2 ** 32;

/** A span of the sample, where it lies. */
export interface SampledRow {
  readonly segment: Segment;
  readonly at: number;
}

/** Spans that are wanted: of which statistics, and from when on in milliseconds since 1970. */
export interface Wanted {
  readonly sites: ReadonlySet<number>;
  readonly since: number;
}

/** For each that is wanted the newest spans that ended, the newest first. One pass for all of them. */
export function newestRows(parts: StoreParts, wanted: readonly Wanted[]): SampledRow[][] {
  const found = wanted.map((): SampledRow[] => []);
  const bySite = new Map<number, number>();
  wanted.forEach(({ sites }, index) => {
    for (const site of sites) bySite.set(site + 1, index);
  });
  let [looked, open] = [0, wanted.length];
  const { inOrder } = parts.segments;
  for (let i = inOrder.length - 1; i >= 0 && looked < MOST_ROWS && open > 0; i--) {
    const segment = inOrder[i];
    looked += segment.rows;
    for (let at = (segment.rows - 1) * ROW_WORDS; at >= 0 && open > 0; at -= ROW_WORDS) {
      const index = bySite.get(segment.words[at + Row.site]);
      if (index === undefined || found[index].length >= SAMPLED) continue;
      if (segment.isOpen(at) || !isVisible(parts, segment, at)) continue;
      if (startMs(segment, at) < wanted[index].since) continue;
      if (found[index].push({ segment, at }) === SAMPLED) open--;
    }
  }
  return found;
}

/** What stands right below a span. */
interface Below {
  children: number;
  failed: boolean;
  /** Nanoseconds since 1970, as exactly as a number can. */
  latestEnd: number;
}

interface TraceRelations {
  readonly byParent: ReadonlyMap<number, Below>;
  readonly spansOfSite: ReadonlyMap<number, number>;
  readonly calls: CallsOfTrace;
  /** It has more spans than were looked at. */
  readonly isCut: boolean;
}

/** Looks at spans with what is around them in their traces; what was found of a trace serves all its spans. */
export class Sampler {
  private readonly traces = new Map<number, TraceRelations>();

  constructor(
    private readonly parts: StoreParts,
    /** Milliseconds since 1970. */
    private readonly now: number,
  ) {}

  sample(rows: readonly SampledRow[], sites: ReadonlySet<number>): SpanSample {
    const keys = new Map<string, number>();
    const tally = { withChildren: 0, outlived: 0, outlivedBy: 0, failedBelow: 0, silentExceptions: 0 };
    let [parentMissing, mostInTrace] = [0, 0];
    for (const row of rows) {
      const span = this.read(row);
      this.below(row, tally);
      if (isSilentException(span)) tally.silentExceptions++;
      if (this.isParentMissing(row, span)) parentMissing++;
      mostInTrace = Math.max(mostInTrace, this.inTrace(row, sites));
      for (const { key } of span.attributes)
        if (keys.size < MOST_KEYS || keys.has(key)) keys.set(key, (keys.get(key) ?? 0) + 1);
    }
    const repeated = this.repeatedIn(rows, sites);
    const [newest] = rows;
    const thread = newest?.segment.context(newest.at).thread;
    return {
      spans: rows.length,
      latestStart: newest ? startMs(newest.segment, newest.at) : 0,
      ...(thread !== undefined && { thread }),
      ...tally,
      parentMissing,
      mostInTrace,
      keys: Object.fromEntries(keys),
      ...(repeated && { repeated }),
    };
  }

  private repeatedIn(rows: readonly SampledRow[], sites: ReadonlySet<number>): RepeatedCall | undefined {
    let most: RepeatedCall | undefined;
    for (const trace of new Set(rows.map(({ segment, at }) => segment.words[at + Row.trace]))) {
      const { calls, isCut } = this.relations(trace);
      const found = calls.most(this.parts, sites, isCut);
      if (found && found.count > (most?.count ?? 0)) most = found;
    }
    return most;
  }

  private read({ segment, at }: SampledRow): Span {
    const trace = segment.words[at + Row.trace];
    return readSpan(segment, at, traceIdAt(this.parts.traces.page(trace), recordAt(trace)));
  }

  private below(
    { segment, at }: SampledRow,
    tally: { withChildren: number; outlived: number; outlivedBy: number; failedBelow: number },
  ): void {
    const { words } = segment;
    const below = this.relations(words[at + Row.trace]).byParent.get(
      idKey(words[at + Row.span0], words[at + Row.span1]),
    );
    if (!below) return;
    tally.withChildren++;
    if (below.failed && segment.status(at) !== STATUS_ERROR) tally.failedBelow++;
    const late = toMicros(below.latestEnd - nanosOf(words[at + Row.endHigh], words[at + Row.endLow]));
    if (late <= SAME_MOMENT) return;
    tally.outlived++;
    tally.outlivedBy = Math.max(tally.outlivedBy, late);
  }

  private isParentMissing({ segment, at }: SampledRow, { kind }: Span): boolean {
    const { words } = segment;
    if (segment.isRoot(at) || segment.isParentRemote(at) === true || kind === 'server' || kind === 'consumer')
      return false;
    const settled = difference(words[at + Row.endHigh], words[at + Row.endLow], 0, 0) / 1e6 < this.now - SETTLING_MS;
    const parent = [words[at + Row.parent0], words[at + Row.parent1]];
    return settled && this.parts.findSpan(words[at + Row.trace], parent) === NONE;
  }

  private inTrace({ segment, at }: SampledRow, sites: ReadonlySet<number>): number {
    const { spansOfSite } = this.relations(segment.words[at + Row.trace]);
    let sum = 0;
    for (const site of sites) sum += spansOfSite.get(site + 1) ?? 0;
    return sum;
  }

  private relations(trace: number): TraceRelations {
    const known = this.traces.get(trace);
    if (known) return known;
    const byParent = new Map<number, Below>();
    const spansOfSite = new Map<number, number>();
    const calls = new CallsOfTrace();
    const { traces, segments } = this.parts;
    let row = traces.page(trace)[recordAt(trace) + Trace.firstRow];
    for (let left = MOST_OF_TRACE; row !== NONE && left > 0; left--) {
      const segment = segments.of(row);
      const at = rowAt(row);
      const { words } = segment;
      row = words[at + Row.next];
      if (segment.isReplaced(at)) continue;
      const site = words[at + Row.site];
      if (site > 0) spansOfSite.set(site, (spansOfSite.get(site) ?? 0) + 1);
      if (segment.isRoot(at)) continue;
      const key = idKey(words[at + Row.parent0], words[at + Row.parent1]);
      noteChild(byParent, segment, at, key);
      calls.note(segment, at, key);
    }
    const relations = { byParent, spansOfSite, calls, isCut: row !== NONE };
    this.traces.set(trace, relations);
    return relations;
  }
}

function noteChild(byParent: Map<number, Below>, segment: Segment, at: number, key: number): void {
  const { words } = segment;
  let below = byParent.get(key);
  if (below === undefined) byParent.set(key, (below = { children: 0, failed: false, latestEnd: 0 }));
  below.children++;
  below.failed ||= segment.status(at) === STATUS_ERROR;
  // What another process does with the request may well go on.
  const goesOn = segment.isParentRemote(at) === true || SPAN_KINDS_ELSEWHERE.has(segment.kind(at));
  if (!goesOn) below.latestEnd = Math.max(below.latestEnd, nanosOf(words[at + Row.endHigh], words[at + Row.endLow]));
}

/** OTLP's numbers of server and consumer. */
const SPAN_KINDS_ELSEWHERE: ReadonlySet<number> = new Set([2, 5]);

function isSilentException({ status, events }: Span): boolean {
  return status.code !== 'error' && events.some(({ name }) => name === 'exception');
}

/** Ids of one trace are told apart by it but for one in a trillion. */
function idKey(a: number, b: number): number {
  return a * HIGH + (b >>> 0);
}

/** Nanoseconds since 1970 have the size of numbers that are exact to a quarter of a microsecond. */
function toMicros(nanos: number): number {
  return Math.round(nanos / 1000) * 1000;
}

export function nanosOf(high: number, low: number): number {
  return (high >>> 0) * HIGH + (low >>> 0);
}
