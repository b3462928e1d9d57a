import { readText } from '../otlp/wire/attributes';
import { SCOPE_NAME } from '../otlp/wire/fields';
import type { WireReader } from '../otlp/wire/wireReader';

/** Name of the InstrumentationScope message from `start` to `end`. */
export function scopeName(reader: WireReader, start: number, end: number): string {
  let name = '';
  reader.seek(start);
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === SCOPE_NAME) name = readText(reader, end);
    else reader.skip(tag, end);
  }
  return name;
}
