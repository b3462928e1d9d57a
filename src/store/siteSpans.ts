import type { SpanRef } from '../protocol/engine';
import { spanIdText } from './idText';
import type { StoreParts } from './parts';
import type { Segment } from './segment';
import { traceIdAt } from './traceList';
import { recordAt } from './traceTable';

/** Spans that were counted in one line's statistics and are held, newest first. */
export function spansOfSite(parts: StoreParts, site: number, limit: number): SpanRef[] {
  const found: SpanRef[] = [];
  const wanted = site + 1;
  const { inOrder } = parts.segments;
  for (let i = inOrder.length - 1; i >= 0 && found.length < limit; i--) {
    const segment = inOrder[i];
    for (let index = segment.rows - 1; index >= 0 && found.length < limit; index--) {
      if (segment.site[index] === wanted && isVisible(parts, segment, index))
        found.push(spanRef(parts, segment, index));
    }
  }
  return found;
}

/** False for replaced copies and for rows of traces that have left. */
export function isVisible({ traces }: StoreParts, segment: Segment, index: number): boolean {
  return !segment.isReplaced(index) && traces.isHeld(segment.trace[index]);
}

export function spanRef({ traces }: StoreParts, { trace, spanId }: Segment, index: number): SpanRef {
  return {
    traceId: traceIdAt(traces.page(trace[index]), recordAt(trace[index])),
    spanId: spanIdText(spanId[2 * index], spanId[2 * index + 1]),
  };
}
