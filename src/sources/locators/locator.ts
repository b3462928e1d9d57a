import type { Operation } from '../../model/operation';
import type { SourceLocation } from '../../model/sourceLocation';
import type { Span } from '../../model/span';

/** What a locator may look at of one span. */
export interface SpanClues {
  /** {@link Span.location} is what its own attributes say. */
  readonly span: Span;
  readonly operation: Operation;
  /** Spans around it that are held, the nearest first. */
  ancestors(): Iterable<Span>;
}

/** One way to find the line that made a span; says how sure it is, and why in words for the hover. */
export interface Locator {
  readonly id: string;
  locate(clues: SpanClues): SourceLocation | undefined;
}
