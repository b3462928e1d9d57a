/** What of a message may have to be kept otherwise than it came. */
export const enum Part {
  /** A KeyValue message, an AnyValue message, UTF-8 text. */
  keyValue,
  anyValue,
  text,
  /** Nothing of it has to. */
  plain,
}
