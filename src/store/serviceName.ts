import { attributeText } from '../model/attributeText';
import { decodeKeyValue } from '../otlp/wire/attributes';
import { RESOURCE_ATTRIBUTE } from '../otlp/wire/fields';
import type { WireReader } from '../otlp/wire/wireReader';

/** What the conventions call a service that does not say its name. */
export const UNKNOWN_SERVICE = 'unknown_service';

export interface ResourceNames {
  readonly service: string;
  /** Which of several processes of the service: `service.instance.id`, else `process.pid`, else empty. */
  readonly instance: string;
}

/** `service.name` of the Resource message from `start` to `end`. */
export function serviceName(reader: WireReader, start: number, end: number): string {
  return resourceNames(reader, start, end).service;
}

export function resourceNames(reader: WireReader, start: number, end: number): ResourceNames {
  let [service, instance, pid] = ['', '', ''];
  reader.seek(start);
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag !== RESOURCE_ATTRIBUTE) {
      reader.skip(tag, end);
      continue;
    }
    const length = reader.length(end);
    const { key, value } = decodeKeyValue(reader, reader.pos + length);
    if (key === 'service.name' && value.kind === 'string') service = value.value;
    else if (key === 'service.instance.id') instance = attributeText(value);
    else if (key === 'process.pid') pid = attributeText(value);
  }
  return { service: service || UNKNOWN_SERVICE, instance: instance || pid };
}
