import type { AnyValue, Attribute } from '../model/attributes';
import { ProtoWriter } from '../otlp/protoWriter';

/** The KeyValue message of an attribute that was read from one. */
export function encodeKeyValue(attribute: Attribute): Uint8Array {
  const writer = new ProtoWriter(1024);
  writeKeyValue(writer, attribute);
  return writer.finish();
}

function writeKeyValue(writer: ProtoWriter, { key, value }: Attribute): void {
  writer.string(1, key);
  nested(writer, 2, () => writeValue(writer, value));
}

/** As deep as the reader went, which bounds it. */
function writeValue(writer: ProtoWriter, value: AnyValue): void {
  switch (value.kind) {
    case 'string':
      return writer.string(1, value.value);
    case 'bool':
      return writer.bool(2, value.value);
    case 'int': {
      const bits = BigInt.asUintN(64, BigInt(value.value));
      return writer.varint64(3, Number(bits & 0xffff_ffffn), Number(bits >> 32n));
    }
    case 'double':
      return writer.double(4, value.value);
    case 'bytes':
      return writer.bytes(7, Buffer.from(value.value, 'base64'));
    case 'array':
      return nested(writer, 5, () => {
        for (const entry of value.values) nested(writer, 1, () => writeValue(writer, entry));
      });
    case 'kvlist':
      return nested(writer, 6, () => {
        for (const entry of value.values) nested(writer, 1, () => writeKeyValue(writer, entry));
      });
    case 'empty':
  }
}

function nested(writer: ProtoWriter, field: number, write: () => void): void {
  const start = writer.beginMessage(field);
  write();
  writer.endMessage(start);
}
