import type { Attribute } from '../../../src/model/attributes';
import type { RedactionMatch } from '../../../src/model/redaction';
import { decodeAnyValue, decodeKeyValue } from '../../../src/otlp/wire/attributes';
import { WireReader } from '../../../src/otlp/wire/wireReader';
import type { RedactionSettings } from '../../../src/protocol/engine';
import { createRedactor } from '../../../src/redaction/createRedactor';
import type { Redactor } from '../../../src/redaction/redactor';
import { received } from '../../support/received';
import { ProtoWriter } from '../../../src/otlp/protoWriter';

export type Value = string | number | boolean | Uint8Array | readonly Value[] | { readonly [key: string]: Value };

export function redactorOf(settings: Partial<RedactionSettings> = {}): Redactor {
  return createRedactor({ secrets: 'mask', personalData: 'warn', keys: [], ...settings })!;
}

export function redactText(redactor: Redactor, text: string): string {
  const bytes = new Uint8Array(Buffer.from(text));
  const redacted = redactor.redactText(sourceOf(bytes), 0, bytes.length);
  return redacted === undefined ? text : Buffer.from(redacted).toString();
}

/** What was recognised, and the attribute as it is kept: itself where nothing was changed, undefined where it is left out. */
export function redactAttribute(
  redactor: Redactor,
  key: string,
  value: Value,
): { kept: Attribute | undefined; changed: boolean; match: RedactionMatch | undefined } {
  const bytes = keyValueBytes(key, value);
  const redacted = received(bytes, (memory) => {
    const result = redactor.redactKeyValue(sourceOf(memory), 0, memory.length);
    return result && Uint8Array.from(result);
  });
  const kept = redacted?.length === 0 ? undefined : readKeyValue(redacted ?? bytes);
  return { kept, changed: redacted !== undefined, match: redactor.lastMatch };
}

export function readKeyValue(bytes: Uint8Array): Attribute {
  const reader = new WireReader();
  reader.open(bytes);
  const attribute = decodeKeyValue(reader, bytes.length);
  if (reader.fault !== undefined) throw new Error(`The KeyValue ${reader.fault}`);
  return attribute;
}

export function readAnyValue(bytes: Uint8Array) {
  const reader = new WireReader();
  reader.open(bytes);
  return decodeAnyValue(reader, bytes.length);
}

export function sourceOf(bytes: Uint8Array) {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

export function keyValueBytes(key: string, value: Value): Uint8Array {
  const writer = new ProtoWriter();
  writeKeyValue(writer, key, value);
  return writer.finish();
}

export function anyValueBytes(value: Value): Uint8Array {
  const writer = new ProtoWriter();
  writeValue(writer, value);
  return writer.finish();
}

function writeKeyValue(writer: ProtoWriter, key: string, value: Value): void {
  writer.string(1, key);
  message(writer, 2, () => writeValue(writer, value));
}

function writeValue(writer: ProtoWriter, value: Value): void {
  if (typeof value === 'string') writer.string(1, value);
  else if (typeof value === 'boolean') writer.bool(2, value);
  else if (typeof value === 'number')
    if (Number.isSafeInteger(value)) writer.varint64(3, value >>> 0, Math.floor(value / 2 ** 32));
    else writer.double(4, value);
  else if (value instanceof Uint8Array) writer.bytes(7, value);
  else if (Array.isArray(value))
    message(writer, 5, () => {
      for (const entry of value as readonly Value[]) message(writer, 1, () => writeValue(writer, entry));
    });
  else
    message(writer, 6, () => {
      for (const [key, entry] of Object.entries(value)) message(writer, 1, () => writeKeyValue(writer, key, entry));
    });
}

function message(writer: ProtoWriter, field: number, write: () => void): void {
  const start = writer.beginMessage(field);
  write();
  writer.endMessage(start);
}
