import type { SpanRef } from '../protocol/engine';
import { spanIdText } from './idText';
import type { StoreParts } from './parts';
import { Row, ROW_WORDS, type Segment } from './segment';
import { traceIdAt } from './traceSummary';
import { recordAt } from './traceTable';

/** Spans that were counted in these statistics of a line and are held, newest first. */
export function spansOfSites(parts: StoreParts, sites: readonly number[], limit: number): SpanRef[] {
  const found: SpanRef[] = [];
  const wanted = new Set(sites.map((site) => site + 1));
  const { inOrder } = parts.segments;
  for (let i = inOrder.length - 1; i >= 0 && found.length < limit; i--) {
    const segment = inOrder[i];
    const { words } = segment;
    for (let at = (segment.rows - 1) * ROW_WORDS; at >= 0 && found.length < limit; at -= ROW_WORDS) {
      if (wanted.has(words[at + Row.site]) && isVisible(parts, segment, at)) found.push(spanRef(parts, segment, at));
    }
  }
  return found;
}

/** False for replaced copies and for rows of traces that have left. */
export function isVisible({ traces }: StoreParts, segment: Segment, at: number): boolean {
  return !segment.isReplaced(at) && traces.isHeld(segment.words[at + Row.trace]);
}

export function spanRef({ traces }: StoreParts, { words }: Segment, at: number): SpanRef {
  const trace = words[at + Row.trace];
  return {
    traceId: traceIdAt(traces.page(trace), recordAt(trace)),
    spanId: spanIdText(words[at + Row.span0], words[at + Row.span1]),
  };
}
