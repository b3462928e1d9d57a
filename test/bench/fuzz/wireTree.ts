import type protobuf from 'protobufjs';

/** One protobuf field, taken apart as far as the message's type tells: what the mutations work on. */
export interface Field {
  number: number;
  wire: number;
  /** The value as it stands on the wire, without a length; unused where there are {@link children}. */
  bytes: Uint8Array;
  children?: Field[];
  /** Added to the true length. */
  lengthLie?: number;
  /** Needless bytes in the varints of tag and length. */
  padding?: number;
}

const VARINT = 0;
const LENGTH = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const NO_BYTES = new Uint8Array(0);
const FIXED_SIZES = new Map([
  [1, 8],
  [5, 4],
]);

/** Takes a sound message apart; throws for any other. */
export function parseTree(type: protobuf.Type, bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length) throw new Error('The corpus holds a message that is cut off');
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const field: Field = { number: tag >>> 3, wire: tag & 7, bytes: NO_BYTES };
    const start = at;
    if (field.wire === VARINT) {
      varint();
      field.bytes = bytes.slice(start, at);
    } else if (field.wire === LENGTH) {
      const length = Number(varint());
      field.bytes = bytes.slice(at, at + length);
      at += length;
      const inner = messageType(type, field.number);
      if (inner) field.children = parseTree(inner, field.bytes);
    } else {
      field.bytes = bytes.slice(at, (at += FIXED_SIZES.get(field.wire)!));
    }
    fields.push(field);
  }
  return fields;
}

export function messageType(type: protobuf.Type, number: number): protobuf.Type | undefined {
  const resolved = type.fieldsById[number]?.resolve().resolvedType;
  return resolved && 'fieldsById' in resolved ? resolved : undefined;
}

export function cloneTree(fields: readonly Field[]): Field[] {
  return fields.map((field) => ({ ...field, ...(field.children && { children: cloneTree(field.children) }) }));
}

/** Every list of fields in the tree, the outermost first. */
export function listsOf(fields: Field[], lists: Field[][] = []): Field[][] {
  lists.push(fields);
  for (const { children } of fields) if (children) listsOf(children, lists);
  return lists;
}

export function encodeTree(fields: readonly Field[]): Uint8Array {
  const out: number[] = [];
  for (const field of fields) encodeField(field, out);
  return Uint8Array.from(out);
}

function encodeField(field: Field, out: number[]): void {
  const { number, wire, padding = 0, lengthLie = 0 } = field;
  pushVarint(number * 8 + wire, padding, out);
  const inner = out.length;
  if (field.children) for (const child of field.children) encodeField(child, out);
  else for (const byte of field.bytes) out.push(byte);
  if (wire === GROUP_START) pushVarint(number * 8 + GROUP_END, 0, out);
  if (wire !== LENGTH) return;
  const content = out.splice(inner);
  pushVarint(Math.max(0, content.length + lengthLie), padding, out);
  for (const byte of content) out.push(byte);
}

function pushVarint(value: number, padding: number, out: number[]): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  if (padding === 0) return void out.push(rest);
  out.push(rest | 0x80);
  for (let i = 1; i < padding; i++) out.push(0x80);
  out.push(0);
}
