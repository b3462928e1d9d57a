import type { AnyValue, Attribute } from '../../model/attributes';
import * as field from './fields';
import { MAX_VALUE_DEPTH } from './validate';
import type { WireReader } from './wireReader';

const EMPTY: AnyValue = { kind: 'empty' };
const TOO_DEEP: AnyValue = { kind: 'string', value: `(nested deeper than ${MAX_VALUE_DEPTH} levels)` };

/** UTF-8 from `start` to `end`; bytes that are none become U+FFFD. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  return bufferAt(bytes, start, end).toString('utf8');
}

/**
 * The KeyValue from `reader.pos` to `end`. Of a field that is there twice the last counts, as in every protobuf reader. Bytes that
 * are no KeyValue give what could be read of them.
 */
export function decodeKeyValue(reader: WireReader, end: number): Attribute {
  return keyValueAt(reader, end, 0);
}

/** The AnyValue from `reader.pos` to `end`, likewise. */
export function decodeAnyValue(reader: WireReader, end: number): AnyValue {
  return anyValueAt(reader, end, 0);
}

function keyValueAt(reader: WireReader, end: number, depth: number): Attribute {
  let key = '';
  let value = EMPTY;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === field.KEY_VALUE_KEY) key = readText(reader, end);
    else if (tag === field.KEY_VALUE_VALUE) value = anyValueAt(reader, endOfMessage(reader, end), depth);
    else reader.skip(tag, end);
  }
  return { key, value };
}

/** Recursive, which {@link MAX_VALUE_DEPTH} bounds. */
function anyValueAt(reader: WireReader, end: number, depth: number): AnyValue {
  if (depth >= MAX_VALUE_DEPTH) {
    reader.pos = Math.max(reader.pos, end);
    return TOO_DEEP;
  }
  let value = EMPTY;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case field.ANY_STRING:
        value = { kind: 'string', value: readText(reader, end) };
        break;
      case field.ANY_BOOL: {
        const low = reader.varint(end);
        value = { kind: 'bool', value: low !== 0 || reader.high !== 0 };
        break;
      }
      case field.ANY_INT: {
        const low = reader.varint(end);
        value = { kind: 'int', value: signedText(low, reader.high) };
        break;
      }
      case field.ANY_DOUBLE:
        value = { kind: 'double', value: reader.double(end) };
        break;
      case field.ANY_ARRAY:
        value = { kind: 'array', values: listAt(reader, end, depth, anyValueAt) };
        break;
      case field.ANY_KVLIST:
        value = { kind: 'kvlist', values: listAt(reader, end, depth, keyValueAt) };
        break;
      case field.ANY_BYTES:
        value = { kind: 'bytes', value: readBase64(reader, end) };
        break;
      default:
        reader.skip(tag, end);
    }
  }
  return value;
}

function listAt<T>(reader: WireReader, end: number, depth: number, entryAt: EntryReader<T>): T[] {
  const listEnd = endOfMessage(reader, end);
  const values: T[] = [];
  while (reader.pos < listEnd) {
    const tag = reader.tag(listEnd);
    if (tag === field.LIST_VALUE) values.push(entryAt(reader, endOfMessage(reader, listEnd), depth + 1));
    else reader.skip(tag, listEnd);
  }
  return values;
}

type EntryReader<T> = (reader: WireReader, end: number, depth: number) => T;

function endOfMessage(reader: WireReader, end: number): number {
  const length = reader.length(end);
  return reader.pos + length;
}

export function readText(reader: WireReader, end: number): string {
  const length = reader.length(end);
  const start = reader.pos;
  reader.pos += length;
  return reader.fault === undefined ? textAt(reader.bytes, start, start + length) : '';
}

function readBase64(reader: WireReader, end: number): string {
  const length = reader.length(end);
  const start = reader.pos;
  reader.pos += length;
  return reader.fault === undefined ? bufferAt(reader.bytes, start, start + length).toString('base64') : '';
}

function bufferAt(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

/** Two's complement of 64 bits as decimal text. */
function signedText(low: number, high: number): string {
  if (high === 0) return String(low);
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString();
}
