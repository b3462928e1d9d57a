import type { TraceSummary } from '../model/traceColumns';
import type { TraceQuery } from '../protocol/engine';
import { textAt } from '../otlp/wire/attributes';
import { NONE } from './byteInterner';
import { traceIdText } from './idText';
import type { StoreParts } from './parts';
import { difference, ROW_MASK, type Segment } from './segment';
import { inPage, type TracePage } from './traceTable';
import { LAST_SERVICE_BIT } from './traceUpdate';

/** The traces that arrived last and match, newest start first. */
export function listTraces(parts: StoreParts, query: TraceQuery): TraceSummary[] {
  const { traces } = parts;
  const matches = matcher(parts, query);
  const found: TraceSummary[] = [];
  for (let slot = traces.newest; slot !== NONE && found.length < query.limit;) {
    const page = traces.page(slot);
    const at = inPage(slot);
    if (matches(page, at)) found.push(summaryOf(parts, page, at));
    slot = page.older[at];
  }
  return found.sort((a, b) => b.startMs - a.startMs);
}

type Matcher = (page: TracePage, at: number) => boolean;

function matcher(parts: StoreParts, { errorsOnly, text }: TraceQuery): Matcher {
  const needle = text?.trim().toLowerCase() ?? '';
  const hasText = needle === '' ? () => true : textMatcher(parts, needle);
  return (page, at) => (!errorsOnly || page.errors[at] > 0) && hasText(page, at);
}

const MAYBE_ID = /^[0-9a-f]+$/;

function textMatcher(parts: StoreParts, needle: string): Matcher {
  const maybeId = MAYBE_ID.test(needle);
  const rootMatches = rootNameMatcher(needle);
  const services = matchingServices(parts, needle);
  return (page, at) =>
    (page.services[at] & services) !== 0 ||
    rootMatches(rootSegment(parts, page, at), rootOf(page, at)) ||
    (maybeId && idOf(page, at).includes(needle));
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
    const name = segment.name[row & ROW_MASK];
    let verdict = ofSegment.get(name);
    if (verdict === undefined) {
      verdict = nameOf(segment, row & ROW_MASK)
        .toLowerCase()
        .includes(needle);
      ofSegment.set(name, verdict);
    }
    return verdict;
  };
}

function rootOf(page: TracePage, at: number): number {
  return page.rootRow[at] === NONE ? page.earliestRow[at] : page.rootRow[at];
}

function rootSegment(parts: StoreParts, page: TracePage, at: number): Segment {
  return parts.segments.of(rootOf(page, at));
}

function idOf({ id }: TracePage, at: number) {
  return traceIdText(id[4 * at], id[4 * at + 1], id[4 * at + 2], id[4 * at + 3]);
}

function summaryOf(parts: StoreParts, page: TracePage, at: number): TraceSummary {
  const segment = rootSegment(parts, page, at);
  const index = rootOf(page, at) & ROW_MASK;
  const rootService = segment.contexts[segment.context[index]].service;
  const timed = page.endHigh[at] !== 0 || page.endLow[at] !== 0;
  const [startHigh, startLow] = timed ? [page.startHigh[at], page.startLow[at]] : [0, 0];
  return {
    traceId: idOf(page, at),
    rootName: nameOf(segment, index),
    rootService,
    rooted: page.rootRow[at] !== NONE,
    startMs: (startHigh * 2 ** 32 + startLow) / 1e6,
    duration: difference(page.endHigh[at], page.endLow[at], startHigh, startLow),
    spans: page.spans[at],
    errors: page.errors[at],
    services: servicesOf(parts, page, at, rootService),
  };
}

/** The root's service first. */
function servicesOf(parts: StoreParts, page: TracePage, at: number, rootService: string): string[] {
  const found = new Set([rootService]);
  for (let bits = page.services[at], service = 0; bits !== 0; bits >>>= 1, service++) {
    if ((bits & 1) !== 0 && service < LAST_SERVICE_BIT) found.add(parts.services.name(service));
    else if ((bits & 1) !== 0) addLateServices(parts, page.firstRow[at], found);
  }
  return [...found];
}

/** Services beyond those that have a bit of their own are read from the spans. */
function addLateServices(parts: StoreParts, first: number, found: Set<string>): void {
  for (let row = first; row !== NONE;) {
    const segment = parts.segments.of(row);
    found.add(segment.contexts[segment.context[row & ROW_MASK]].service);
    row = segment.next[row & ROW_MASK];
  }
}

export function nameOf({ texts, name }: Segment, index: number): string {
  return textAt(texts.bytes, texts.starts[name[index]], texts.starts[name[index] + 1]);
}
