/** How sure we are that a location is the line that made the span. `certain`: recorded by the program itself. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** Where a span was started. */
export interface SourceLocation {
  /** Absolute path as {@link pathKey} writes it. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column?: number;
  readonly functionName?: string;
  readonly confidence: Confidence;
  /** In words for the hover, such as `code attributes` or `preload call site`. */
  readonly reason: string;
  /** Files that could be meant as well as {@link path}, where nothing tells them apart. */
  readonly candidates?: readonly string[];
}
