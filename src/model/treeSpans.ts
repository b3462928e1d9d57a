/** Spans of one trace in any order, a column each. Ids in two words. */
export interface TreeSpans {
  readonly count: number;
  /** Two words a span. */
  readonly spanIds: Uint32Array;
  /** Two words a span, zero for roots. */
  readonly parentIds: Uint32Array;
  /** Whole nanoseconds from a common zero. */
  readonly start: Float64Array;
  /** Whole nanoseconds, never negative. */
  readonly duration: Float64Array;
  /** Index into SPAN_KINDS. */
  readonly kind: Uint8Array;
  /** Equal for spans of one service. */
  readonly service: Uint16Array;
}
