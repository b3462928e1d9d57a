import type { SourceLocation } from '../../model/sourceLocation';
import type { Span } from '../../model/span';
import type { Locator, SpanClues } from './locator';

/**
 * The line of the nearest span around it in the same service: a library's span is shown where the user's code called the library.
 * Such a line did not make the span, so it is not counted there.
 */
export function nearestAncestor(locate: (span: Span) => SourceLocation | undefined): Locator {
  return {
    id: 'nearest ancestor',
    locate(clues: SpanClues) {
      const { span } = clues;
      for (const ancestor of clues.ancestors()) {
        if (ancestor.service !== span.service) return undefined;
        const found = locate(ancestor);
        if (!found) continue;
        const reason = `line of the span that called it, "${ancestor.name}" (${found.reason})`;
        return { ...found, confidence: 'possible', reason };
      }
      return undefined;
    },
  };
}
