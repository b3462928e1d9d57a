import type { RedactionMatch } from '../model/redaction';
import type { WireBytes } from '../otlp/wire/wireReader';

/**
 * Says how what was received must be kept. Bytes come straight from the sender: they may be no valid messages and no valid UTF-8, and
 * no method throws. All methods have the same two results:
 *
 * - they return `undefined` for "as it is", new bytes that take the place of the old, or empty bytes for "leave it out";
 * - {@link lastMatch} says what was recognised, undefined for nothing. A match together with `undefined` is something that is kept as
 *   it is but must be shown with a warning.
 *
 * An answer depends on nothing but the bytes and {@link generation}: it may be remembered. Bytes returned are the caller's, and given
 * to the redactor again they come back as they are.
 */
export interface Redactor {
  /** The KeyValue message `bytes[start, start + length)`, whatever its value is: text, bytes, a list, a map. */
  redactKeyValue(source: WireBytes, start: number, length: number): Uint8Array | undefined;

  /** An AnyValue message without a key: the body of a log record. */
  redactAnyValue(source: WireBytes, start: number, length: number): Uint8Array | undefined;

  /** UTF-8 text: names of spans, status messages. */
  redactText(source: WireBytes, start: number, length: number): Uint8Array | undefined;

  /** What the last call recognised; where there were several, the first secret, or else the first. */
  readonly lastMatch: RedactionMatch | undefined;

  /** Changes with the settings; what was remembered under another one is void. */
  readonly generation: number;
}
