import type { TraceId } from '../model/ids';
import type { TraceSummary } from '../model/traceColumns';
import type { TraceQuery } from '../protocol/engine';
import { textAt } from '../otlp/wire/attributes';
import { NONE } from './byteInterner';
import { traceIdText } from './idText';
import type { StoreParts } from './parts';
import { difference, Row, rowAt, type Segment } from './segment';
import { recordAt, Trace } from './traceTable';
import { LAST_SERVICE_BIT } from './traceUpdate';

/** The traces that arrived last and match, newest start first. */
export function listTraces(parts: StoreParts, query: TraceQuery): TraceSummary[] {
  const { traces } = parts;
  const matches = matcher(parts, query);
  const found: TraceSummary[] = [];
  for (let slot = traces.newest; slot !== NONE && found.length < query.limit;) {
    const page = traces.page(slot);
    const at = recordAt(slot);
    if (matches(page, at)) found.push(summaryOf(parts, page, at));
    slot = page[at + Trace.older];
  }
  return found.sort((a, b) => b.startMs - a.startMs);
}

type Matcher = (page: Int32Array, at: number) => boolean;

function matcher(parts: StoreParts, { errorsOnly, text }: TraceQuery): Matcher {
  const needle = text?.trim().toLowerCase() ?? '';
  const hasText = needle === '' ? () => true : textMatcher(parts, needle);
  return (page, at) => (!errorsOnly || page[at + Trace.errors] > 0) && hasText(page, at);
}

const MAYBE_ID = /^[0-9a-f]+$/;

function textMatcher(parts: StoreParts, needle: string): Matcher {
  const maybeId = MAYBE_ID.test(needle);
  const rootMatches = rootNameMatcher(needle);
  const services = matchingServices(parts, needle);
  return (page, at) =>
    (page[at + Trace.services] & services) !== 0 ||
    rootMatches(rootSegment(parts, page, at), rootOf(page, at)) ||
    (maybeId && traceIdAt(page, at).includes(needle));
}

/** Bits of the services whose name matches. The last bit is shared and matches when one of those that share it does. */
function matchingServices({ services }: StoreParts, needle: string): number {
  let bits = 0;
  for (let service = 1; service <= services.count; service++) {
    if (services.name(service).toLowerCase().includes(needle)) bits |= 1 << Math.min(service, LAST_SERVICE_BIT);
  }
  return bits;
}

/** Names recur: each is looked at once. */
function rootNameMatcher(needle: string): (segment: Segment, row: number) => boolean {
  const verdicts = new Map<Segment, Map<number, boolean>>();
  return (segment, row) => {
    let ofSegment = verdicts.get(segment);
    if (!ofSegment) verdicts.set(segment, (ofSegment = new Map()));
    const name = segment.words[rowAt(row) + Row.name];
    let verdict = ofSegment.get(name);
    if (verdict === undefined) {
      verdict = nameOf(segment, rowAt(row)).toLowerCase().includes(needle);
      ofSegment.set(name, verdict);
    }
    return verdict;
  };
}

function rootOf(page: Int32Array, at: number): number {
  return page[at + Trace.rootRow] === NONE ? page[at + Trace.earliestRow] : page[at + Trace.rootRow];
}

function rootSegment(parts: StoreParts, page: Int32Array, at: number): Segment {
  return parts.segments.of(rootOf(page, at));
}

export function traceIdAt(page: Int32Array, at: number): TraceId {
  return traceIdText(page[at], page[at + 1], page[at + 2], page[at + 3]);
}

function summaryOf(parts: StoreParts, page: Int32Array, at: number): TraceSummary {
  const segment = rootSegment(parts, page, at);
  const root = rowAt(rootOf(page, at));
  const rootService = segment.context(root).service;
  const timed = (page[at + Trace.endHigh] | page[at + Trace.endLow]) !== 0;
  const [startHigh, startLow] = timed ? [page[at + Trace.startHigh], page[at + Trace.startLow]] : [0, 0];
  return {
    traceId: traceIdAt(page, at),
    rootName: nameOf(segment, root),
    rootService,
    rooted: page[at + Trace.rootRow] !== NONE,
    startMs: difference(startHigh, startLow, 0, 0) / 1e6,
    duration: difference(page[at + Trace.endHigh], page[at + Trace.endLow], startHigh, startLow),
    spans: page[at + Trace.spans],
    errors: page[at + Trace.errors],
    services: servicesOf(parts, page, at, rootService),
  };
}

/** The root's service first. */
function servicesOf(parts: StoreParts, page: Int32Array, at: number, rootService: string): string[] {
  const found = new Set([rootService]);
  for (let bits = page[at + Trace.services], service = 0; bits !== 0; bits >>>= 1, service++) {
    if ((bits & 1) !== 0 && service < LAST_SERVICE_BIT) found.add(parts.services.name(service));
    else if ((bits & 1) !== 0) addLateServices(parts, page[at + Trace.firstRow], found);
  }
  return [...found];
}

/** Services beyond those that have a bit of their own are read from the spans. */
function addLateServices(parts: StoreParts, first: number, found: Set<string>): void {
  for (let row = first; row !== NONE;) {
    const segment = parts.segments.of(row);
    found.add(segment.context(rowAt(row)).service);
    row = segment.words[rowAt(row) + Row.next];
  }
}

/** Name of the span whose row begins at `at`. */
export function nameOf({ texts, words }: Segment, at: number): string {
  const name = words[at + Row.name];
  return textAt(texts.bytes, texts.starts[name], texts.starts[name + 1]);
}
