import type { AttributeMatch, SpanCondition, SpanTest } from '../model/spanFilter';
import { SPAN_KINDS, STATUS_CODES } from '../model/span';
import type { SpanId } from '../model/ids';
import type { SpanRef } from '../protocol/engine';
import { NONE } from './byteInterner';
import { spanIdText } from './idText';
import { compares, valueMatcher } from './attributeMatch';
import { findKeyValues, type Hits, searchKeyValues, searchTexts, textPattern } from './dictionarySearch';
import type { StoreParts } from './parts';
import { CONTEXT_MASK, Row, rowAt, ROW_WORDS, type Segment, type SpanContext } from './segment';
import { isVisible, spanRef } from './siteSpans';
import { EVENT_HEADER, EXTRAS_HEADER, LINK_HEADER } from './spanExtras';
import { resourceAttributes } from './spanReader';
import { nameOf } from './rowName';
import { traceIdAt } from './traceSummary';
import { recordAt, Trace } from './traceTable';

/** Spans of which all conditions hold, those that arrived last first. Stops when there are `limit`. */
export function searchSpans(parts: StoreParts, conditions: readonly SpanCondition[], limit: number): SpanRef[] {
  const found: SpanRef[] = [];
  scan(parts, conditions, (segment, at) => found.push(spanRef(parts, segment, at)) < limit);
  return found;
}

/**
 * Slots of traces with a span of which all conditions hold, those that arrived last first. A negated condition must hold of no span
 * of the trace.
 */
export function searchTraceSlots(parts: StoreParts, conditions: readonly SpanCondition[], limit: number): number[] {
  const excluded = new Set<number>();
  for (const { test, negated } of conditions)
    if (negated) scan(parts, [{ test, negated: false }], (segment, at) => excluded.add(segment.words[at + Row.trace]));
  const wanted = conditions.filter(({ negated }) => !negated);
  const found = new Set<number>();
  scan(parts, wanted, ({ words }, at) => {
    const trace = words[at + Row.trace];
    return excluded.has(trace) || found.add(trace).size < limit;
  });
  return [...found];
}

/** Ids of a trace's spans of which all conditions hold, in the order in which they arrived. */
export function searchSpansOfTrace(parts: StoreParts, trace: number, conditions: readonly SpanCondition[]): SpanId[] {
  const found: SpanId[] = [];
  const makers = makersOf(parts, conditions);
  const matchers = new Map<Segment, RowMatcher | undefined>();
  for (let row = parts.traces.page(trace)[recordAt(trace) + Trace.firstRow]; row !== NONE;) {
    const segment = parts.segments.of(row);
    const { words } = segment;
    const at = rowAt(row);
    if (!matchers.has(segment)) matchers.set(segment, rowMatcher(segment, makers));
    if (!segment.isReplaced(at) && matchers.get(segment)?.(at))
      found.push(spanIdText(words[at + Row.span0], words[at + Row.span1]));
    row = words[at + Row.next];
  }
  return found;
}

/** Tells `hit` of every row that matches, the last first, until it answers false. */
function scan(parts: StoreParts, conditions: readonly SpanCondition[], hit: (segment: Segment, at: number) => unknown) {
  const { inOrder } = parts.segments;
  const makers = makersOf(parts, conditions);
  for (let i = inOrder.length - 1; i >= 0; i--) {
    const segment = inOrder[i];
    const matches = rowMatcher(segment, makers);
    if (matches === undefined) continue;
    for (let at = (segment.rows - 1) * ROW_WORDS; at >= 0; at -= ROW_WORDS)
      if (matches(at) && isVisible(parts, segment, at) && hit(segment, at) === false) return;
  }
}

type RowMatcher = (at: number) => boolean;
/** Decides about a segment's rows; undefined when none of them can match. */
type MatcherMaker = (segment: Segment) => RowMatcher | undefined;

function makersOf(parts: StoreParts, conditions: readonly SpanCondition[]): MatcherMaker[] {
  return conditions.map(({ test, negated }) => negatable(matcherMaker(parts, test), negated));
}

function rowMatcher(segment: Segment, makers: readonly MatcherMaker[]): RowMatcher | undefined {
  const matchers: RowMatcher[] = [];
  for (const make of makers) {
    const matcher = make(segment);
    if (matcher === undefined) return undefined;
    matchers.push(matcher);
  }
  return (at) => matchers.every((matches) => matches(at));
}

function negatable(make: MatcherMaker, negated: boolean): MatcherMaker {
  if (!negated) return make;
  return (segment) => {
    const matches = make(segment);
    return matches === undefined ? () => true : (at) => !matches(at);
  };
}

function matcherMaker(parts: StoreParts, test: SpanTest): MatcherMaker {
  switch (test.field) {
    case 'status': {
      const wanted = STATUS_CODES.indexOf(test.status);
      return (segment) => (at) => segment.status(at) === wanted;
    }
    case 'kind': {
      const wanted = SPAN_KINDS.indexOf(test.kind);
      return (segment) => (at) => segment.kind(at) === wanted;
    }
    case 'duration':
      return (segment) => (at) => compares(segment.duration(at), test.comparison, test.nanos);
    case 'name': {
      const matches = textMatcher(test.text, test.whole);
      return (segment) => byName(segment, matches);
    }
    case 'service': {
      const matches = textMatcher(test.text, test.whole);
      return (segment) => byContext(segment, ({ service }) => matches(service));
    }
    case 'trace':
      return (segment) => byTraceId(parts, segment, test.text);
    case 'attribute':
      return attributeMatcher(test.key, valueMatcher(test.match), test.match);
    case 'text':
      return freeText(parts, test.text);
  }
}

function textMatcher(wanted: string, whole: boolean): (text: string) => boolean {
  const lowered = wanted.toLowerCase();
  return whole ? (text) => text === wanted : (text) => text.toLowerCase().includes(lowered);
}

/** Names recur: each is looked at once. */
function byName(segment: Segment, matches: (name: string) => boolean): RowMatcher {
  const verdicts = new Map<number, boolean>();
  return (at) => {
    const name = segment.words[at + Row.name];
    let verdict = verdicts.get(name);
    if (verdict === undefined) verdicts.set(name, (verdict = matches(nameOf(segment, at))));
    return verdict;
  };
}

function byContext(segment: Segment, matches: (context: SpanContext) => boolean): RowMatcher | undefined {
  const hits = segment.contexts.map(matches);
  if (!hits.includes(true)) return undefined;
  return (at) => hits[segment.words[at + Row.state] & CONTEXT_MASK];
}

function byTraceId({ traces }: StoreParts, { words }: Segment, part: string): RowMatcher {
  return (at) => {
    const trace = words[at + Row.trace];
    return traceIdAt(traces.page(trace), recordAt(trace)).includes(part);
  };
}

function attributeMatcher(key: string, matches: ReturnType<typeof valueMatcher>, match: AttributeMatch): MatcherMaker {
  const value = match.how === '=' ? match.text : undefined;
  const fits = match.how === '=' || match.how === 'exists' ? undefined : matches;
  return (segment) => {
    const hits = findKeyValues(segment.keyValues, key, value, fits);
    const ofResource = byContext(segment, (context) =>
      resourceAttributes(segment, context).some((attribute) => attribute.key === key && matches(attribute.value)),
    );
    return either(hits && markedRows(segment, hits, undefined), ofResource);
  };
}

const MAYBE_ID = /^[0-9a-f]{6,32}$/i;

function freeText(parts: StoreParts, text: string): MatcherMaker {
  const pattern = textPattern(text);
  const matches = textMatcher(text, false);
  return (segment) => {
    const keyValues = searchKeyValues(segment.keyValues, text, pattern);
    const texts = searchTexts(segment.texts, pattern);
    const marked = (keyValues ?? texts) ? markedRows(segment, keyValues, texts) : undefined;
    // Not the resource's attributes: every span of a program would be found by what its SDK is called.
    const ofContext = byContext(segment, ({ service }) => matches(service));
    const found = either(marked, ofContext);
    return MAYBE_ID.test(text) ? either(found, byTraceId(parts, segment, text.toLowerCase())) : found;
  };
}

function either(one: RowMatcher | undefined, other: RowMatcher | undefined): RowMatcher | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (at) => one(at) || other(at);
}

/** Rows with one of these KeyValues or texts, found in one pass over all of them: that is quicker than to ask row by row. */
function markedRows(segment: Segment, keyValues: Hits, texts: Hits): RowMatcher {
  const marks = new Uint8Array(segment.rows);
  const { words, rows } = segment;
  if (keyValues !== undefined) markAttributes(segment, keyValues, marks);
  for (let row = 0, at = 0; row < rows; row++, at += ROW_WORDS) {
    if (texts !== undefined && texts[words[at + Row.name]] === 1) marks[row] = 1;
    if (words[at + Row.extras] !== 0 && extrasMatch(segment, at, keyValues, texts)) marks[row] = 1;
  }
  return (at) => marks[at / ROW_WORDS] === 1;
}

function markAttributes(segment: Segment, hits: Uint8Array, marks: Uint8Array): void {
  const { values } = segment.attributes;
  let attribute = 0;
  for (let row = 0; row < segment.rows; row++) {
    const end = segment.attributesEnd(row * ROW_WORDS);
    for (; attribute < end; attribute++) if (hits[values[attribute]] === 1) marks[row] = 1;
  }
}

/** Looks through a row's record of events, links and message. */
function extrasMatch(segment: Segment, row: number, keyValues: Hits, texts: Hits): boolean {
  const start = segment.words[row + Row.extras] - 1;
  if (start < 0) return false;
  const { values } = segment.extras;
  const [message, events, links] = [values[start], values[start + 5], values[start + 6]];
  if (message > 0 && texts?.[message - 1] === 1) return true;
  let at = start + EXTRAS_HEADER;
  for (let i = 0; i < events + links; i++) {
    const header = i < events ? EVENT_HEADER : LINK_HEADER;
    if (i < events && texts?.[values[at + 2]] === 1) return true;
    const from = at + header;
    at = from + values[from - 1];
    if (keyValues === undefined) continue;
    for (let j = from; j < at; j++) if (keyValues[values[j]] === 1) return true;
  }
  return false;
}
