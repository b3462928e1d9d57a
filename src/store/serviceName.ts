import { decodeKeyValue } from '../otlp/wire/attributes';
import { RESOURCE_ATTRIBUTE } from '../otlp/wire/fields';
import type { WireReader } from '../otlp/wire/wireReader';

/** What the conventions call a service that does not say its name. */
export const UNKNOWN_SERVICE = 'unknown_service';

/** `service.name` of the Resource message from `start` to `end`. */
export function serviceName(reader: WireReader, start: number, end: number): string {
  let name = '';
  reader.seek(start);
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== RESOURCE_ATTRIBUTE) {
      reader.skip(tag, end);
      continue;
    }
    const length = reader.length(end);
    const { key, value } = decodeKeyValue(reader, reader.pos + length);
    if (key === 'service.name' && value.kind === 'string') name = value.value;
  }
  return name || UNKNOWN_SERVICE;
}
