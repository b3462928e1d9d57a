import { textAt } from '../otlp/wire/attributes';
import { Row, type Segment } from './segment';

/** Name of the span whose row begins at `at`. */
export function nameOf({ texts, words }: Segment, at: number): string {
  const name = words[at + Row.name];
  return textAt(texts.bytes, texts.starts[name], texts.starts[name + 1]);
}
