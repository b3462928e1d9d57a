/** How sure we are that a location is the line that made the span. `certain`: recorded by the program itself. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** A line that could have made a span. */
export interface SourcePlace {
  /** Absolute path as {@link pathKey} writes it. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column?: number;
  readonly functionName?: string;
}

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
  /** In words for the hover, such as `code attributes` or `seen when the program started the span`. */
  readonly reason: string;
  /** The path as the program has it, where that is another one. */
  readonly recorded?: string;
  /** Files that could be meant as well as {@link path}, where nothing tells them apart. */
  readonly candidates?: readonly string[];
  /** Other lines that could have made the span as well, where nothing tells them apart. */
  readonly alternatives?: readonly SourcePlace[];
}
