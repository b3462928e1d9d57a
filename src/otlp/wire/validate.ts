import * as field from './fields';
import type { WireReader } from './wireReader';

/** Levels of lists and maps inside one attribute that are read; what lies deeper is kept as bytes and shown as a marker. */
export const MAX_VALUE_DEPTH = 64;
/** A level of nesting is a value, its list and the list's entry. */
const MAX_FRAMES = 3 * MAX_VALUE_DEPTH;
/** Of messages inside each other ({@link validate}): with more of them a value may have more levels than are read. */
export const MAY_BE_TOO_DEEP = 2 * MAX_VALUE_DEPTH;

export type Shape = ReadonlyMap<number, () => Shape>;

const keyValue: Shape = new Map([[field.KEY_VALUE_VALUE, () => anyValue]]);
const anyValue: Shape = new Map([
  [field.ANY_ARRAY, () => arrayValue],
  [field.ANY_KVLIST, () => keyValueList],
]);
const arrayValue: Shape = new Map([[field.LIST_VALUE, () => anyValue]]);
const keyValueList: Shape = new Map([[field.LIST_VALUE, () => keyValue]]);

/** The messages that hold attributes: which of their fields are messages again, by tag. */
export const SHAPES = {
  resource: new Map([[field.RESOURCE_ATTRIBUTE, () => keyValue]]) as Shape,
  scope: new Map([[field.SCOPE_ATTRIBUTE, () => keyValue]]) as Shape,
  event: new Map([[field.EVENT_ATTRIBUTE, () => keyValue]]) as Shape,
  link: new Map([[field.LINK_ATTRIBUTE, () => keyValue]]) as Shape,
  logRecord: new Map([
    [field.LOG_BODY, () => anyValue],
    [field.LOG_ATTRIBUTE, () => keyValue],
  ]) as Shape,
};

/** Like {@link validate} of a KeyValue, quick for what most are: a key and one string, number or truth value. */
export function validateKeyValue(reader: WireReader, end: number): number {
  if (!isPlainKeyValue(reader.bytes, reader.pos, end)) return validate(reader, end, keyValue);
  reader.pos = end;
  return 1;
}

/** Tag, length and key; tag, length and value: all lengths in one byte, and nothing behind. */
function isPlainKeyValue(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 4 || bytes[start] !== field.KEY_VALUE_KEY || bytes[start + 1] > 0x7f) return false;
  const value = start + 2 + bytes[start + 1];
  if (value + 2 > end || bytes[value] !== field.KEY_VALUE_VALUE || bytes[value + 1] !== end - value - 2) return false;
  const length = bytes[value + 1];
  if (length < 2 || length > 0x7f) return false;
  const tag = bytes[value + 2];
  if (tag === field.ANY_STRING) return bytes[value + 3] === length - 2;
  if (tag === field.ANY_DOUBLE) return length === 9;
  return (tag === field.ANY_INT || tag === field.ANY_BOOL) && isVarint(bytes, value + 3, end);
}

/** One varint fills the range. */
function isVarint(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 10) return false;
  for (let i = start; i < end - 1; i++) if (bytes[i] < 0x80) return false;
  return bytes[end - 1] < 0x80;
}

/**
 * Walks the message from `reader.pos` to `end` through every nested message, leaving `reader.pos` at `end`; a fault is in the
 * reader. Gives how many messages lay inside each other. Iterative: nesting is the sender's.
 */
export function validate(reader: WireReader, end: number, shape: Shape): number {
  const shapes = [shape];
  const ends = [end];
  let deepest = 1;
  while (ends.length > 0) {
    const top = ends.length - 1;
    if (reader.pos >= ends[top]) {
      ends.pop();
      shapes.pop();
      if (reader.fault !== undefined) return deepest;
      continue;
    }
    const tag = reader.tag(ends[top]);
    const nested = shapes[top].get(tag);
    if (nested === undefined || ends.length > MAX_FRAMES) reader.skip(tag, ends[top]);
    else {
      const length = reader.length(ends[top]);
      shapes.push(nested());
      deepest = Math.max(deepest, ends.push(reader.pos + length));
    }
  }
  return deepest;
}
