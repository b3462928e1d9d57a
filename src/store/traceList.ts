import type { SpanCondition } from '../model/spanFilter';
import type { TraceSummary } from '../model/traceColumns';
import type { TraceQuery } from '../protocol/engine';
import { NONE } from './byteInterner';
import type { KeptTraces } from './keptTraces';
import type { StoreParts } from './parts';
import { Row, rowAt, type Segment } from './segment';
import { searchTraceSlots } from './spanSearch';
import { nameOf } from './rowName';
import { rootOf, Summaries, traceIdAt } from './traceSummary';
import { recordAt, Trace } from './traceTable';
import { LAST_SERVICE_BIT } from './traceUpdate';

/** The traces that arrived last and match, newest start first. */
export function listTraces(parts: StoreParts, kept: KeptTraces, query: TraceQuery): TraceSummary[] {
  const { traces } = parts;
  const matches = matcher(parts, query);
  const found: number[] = [];
  for (const slot of query.pinnedOnly ? kept.pinnedSlots() : newestFirst(parts)) {
    if (found.length >= query.limit) break;
    if (matches(traces.page(slot), recordAt(slot))) found.push(slot);
  }
  return summarize(parts, kept, found);
}

/** Traces with a span of which all conditions hold, those of them whose span arrived last; newest start first. */
export function searchTraces(
  parts: StoreParts,
  kept: KeptTraces,
  conditions: readonly SpanCondition[],
  limit: number,
): TraceSummary[] {
  return summarize(parts, kept, searchTraceSlots(parts, conditions, limit));
}

function summarize(parts: StoreParts, kept: KeptTraces, slots: readonly number[]): TraceSummary[] {
  const summaries = new Summaries(parts, (page, at) => kept.isPinned(page, at));
  return slots.map((slot) => summaries.of(slot)).sort((a, b) => b.startMs - a.startMs);
}

function* newestFirst({ traces }: StoreParts): Generator<number> {
  for (let slot = traces.newest; slot !== NONE; slot = traces.page(slot)[recordAt(slot) + Trace.older]) yield slot;
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
    rootMatches(parts.segments.of(rootOf(page, at)), rootOf(page, at)) ||
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
