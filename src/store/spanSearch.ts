import { STATUS_CODES, type StatusCode } from '../model/span';
import type { SpanRef } from '../protocol/engine';
import { findKeyValues, type Hits, searchKeyValues, searchTexts, textPattern } from './dictionarySearch';
import type { StoreParts } from './parts';
import { Row, ROW_WORDS, type Segment, type SpanContext } from './segment';
import { isVisible, spanRef } from './siteSpans';
import { EVENT_HEADER, EXTRAS_HEADER, LINK_HEADER } from './spanExtras';

/** Everything given must hold. */
export interface SpanQuery {
  readonly limit: number;
  /** Part of a span's or event's name, a status message, or the key or value of an attribute, any case. */
  readonly text?: string;
  /** An attribute of the span or of one of its events or links; `value` as {@link attributeText} writes it, any when absent. */
  readonly attribute?: { readonly key: string; readonly value?: string };
  readonly service?: string;
  readonly status?: StatusCode;
  /** Nanoseconds. */
  readonly minDuration?: number;
  readonly maxDuration?: number;
}

/** Spans that match, those that arrived last first. Stops when there are `limit`. */
export function searchSpans(parts: StoreParts, query: SpanQuery): SpanRef[] {
  const found: SpanRef[] = [];
  const { inOrder } = parts.segments;
  const pattern = query.text ? textPattern(query.text) : undefined;
  for (let i = inOrder.length - 1; i >= 0 && found.length < query.limit; i--) {
    const matches = rowMatcher(inOrder[i], query, pattern);
    if (matches !== undefined) collect(parts, inOrder[i], matches, query.limit, found);
  }
  return found;
}

function collect(parts: StoreParts, segment: Segment, matches: RowMatcher, limit: number, found: SpanRef[]): void {
  for (let at = (segment.rows - 1) * ROW_WORDS; at >= 0 && found.length < limit; at -= ROW_WORDS) {
    if (matches(at) && isVisible(parts, segment, at)) found.push(spanRef(parts, segment, at));
  }
}

type RowMatcher = (at: number) => boolean;

/** What decides about a segment's rows; undefined when none of them can match. The cheapest questions come first. */
function rowMatcher(segment: Segment, query: SpanQuery, pattern: RegExp | undefined): RowMatcher | undefined {
  const { service, status, minDuration = -Infinity, maxDuration = Infinity, attribute, text } = query;
  const matchers: RowMatcher[] = [];
  if (status !== undefined) {
    const wanted = STATUS_CODES.indexOf(status);
    matchers.push((at) => segment.status(at) === wanted);
  }
  if (minDuration > -Infinity || maxDuration < Infinity) {
    matchers.push((at) => segment.duration(at) >= minDuration && segment.duration(at) <= maxDuration);
  }
  if (service !== undefined) {
    const contexts = new Set<SpanContext>(segment.contexts.filter((context) => context.service === service));
    if (contexts.size === 0) return undefined;
    matchers.push((at) => contexts.has(segment.context(at)));
  }
  if (attribute !== undefined) {
    const hits = findKeyValues(segment.keyValues, attribute.key, attribute.value);
    if (hits === undefined) return undefined;
    matchers.push(markedRows(segment, hits, undefined));
  }
  if (pattern !== undefined && text !== undefined) {
    const keyValues = searchKeyValues(segment.keyValues, text, pattern);
    const texts = searchTexts(segment.texts, pattern);
    if (keyValues === undefined && texts === undefined) return undefined;
    matchers.push(markedRows(segment, keyValues, texts));
  }
  return (at) => matchers.every((matcher) => matcher(at));
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
