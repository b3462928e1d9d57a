import type protobuf from 'protobufjs';
import { messageType } from './wireTree';

/**
 * A second reading of protobuf's rules, slow and plain. protobufjs alone is no judge of damaged bytes:
 *   - it looks only at a field's number and reads the value as the type it expects, where the specification has a field with
 *     another wire type taken as unknown and skipped;
 *   - it takes lengths, tags and skipped numbers modulo 2^32 or of any length, where others refuse them, and loses its place behind
 *     those that are written in six to nine bytes;
 *   - it takes a truth value of 2^32 for false;
 *   - it ends a group with the end of any other;
 *   - of several members of a oneof it shows the one that is last in the .proto, where the specification has the last on the wire.
 * What this walk refuses must be refused by the product too. What it accepts it writes anew, without what has to be skipped, so
 * that protobufjs reads what the specification means.
 */
export class StrictWalk {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** The message anew, or undefined when its bytes are not to be decoded. `opaque`: fields that nobody looks into. */
  message(type: protobuf.Type, opaque: ReadonlySet<string> = NONE): Uint8Array | undefined {
    try {
      return this.rewrite(type, this.bytes.length, opaque, 0);
    } catch (error) {
      if (error instanceof Undecodable) return undefined;
      throw error;
    }
  }

  /** The values of the fields of that number that are messages. Throws nothing; ends at what cannot be decoded, with `sound` false. */
  parts(...numbers: readonly number[]): { readonly parts: Part[]; readonly sound: boolean } {
    const parts: Part[] = [];
    try {
      while (this.at < this.bytes.length) {
        const [number, wire] = this.tag(this.bytes.length);
        if (wire === LENGTH && numbers.includes(number))
          parts.push({ number, bytes: this.lengthDelimited(this.bytes.length) });
        else this.skip(number, wire, this.bytes.length);
      }
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      return { parts, sound: false };
    }
    return { parts, sound: true };
  }

  private rewrite(type: protobuf.Type, end: number, opaque: ReadonlySet<string>, depth: number): Uint8Array {
    const kept: { readonly slot: string | undefined; readonly bytes: Uint8Array }[] = [];
    while (this.at < end) {
      const [number, wire] = this.tag(end);
      const field = type.fieldsById[number] as protobuf.Field | undefined;
      if (!field || opaque.has(`${type.name}.${field.name}`) || !fits(field, wire)) {
        this.skip(number, wire, end);
        continue;
      }
      const inner = messageType(type, number);
      const slot = field.repeated ? undefined : (field.partOf?.name ?? field.name);
      if (inner && depth < MAX_DEPTH) {
        const length = this.length(end);
        const content = this.rewrite(inner, this.at + length, opaque, depth + 1);
        kept.push({ slot, bytes: Buffer.concat([varint(number * 8 + LENGTH), varint(content.length), content]) });
      } else {
        kept.push({ slot, bytes: Buffer.concat([varint(number * 8 + wire), this.scalar(field, wire, end)]) });
      }
    }
    const last = new Map(kept.map(({ slot, bytes }) => [slot, bytes]));
    return Buffer.concat(
      kept.filter(({ slot, bytes }) => slot === undefined || last.get(slot) === bytes).map(({ bytes }) => bytes),
    );
  }

  /** The field's value without needless bytes. */
  private scalar(field: protobuf.Field, wire: number, end: number): Uint8Array {
    if (wire === VARINT) {
      const value = this.varint(end);
      return varint(field.type === 'bool' && value !== 0n ? 1 : value);
    }
    if (wire === LENGTH) {
      const content = this.lengthDelimited(end);
      return Buffer.concat([varint(content.length), content]);
    }
    const start = this.at;
    this.skip(field.id, wire, end);
    return this.bytes.subarray(start, this.at);
  }

  private tag(end: number): [number: number, wire: number] {
    const tag = this.varint(end);
    if (tag >= 2n ** 32n || tag < 8n) throw new Undecodable();
    return [Number(tag >> 3n), Number(tag & 7n)];
  }

  private varint(end: number): bigint {
    let value = 0n;
    for (let i = 0n; i < 10n; i++) {
      if (this.at >= end) throw new Undecodable();
      const byte = this.bytes[this.at++];
      value |= BigInt(byte & 0x7f) << (7n * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Undecodable();
  }

  private length(end: number): number {
    const length = this.varint(end);
    if (length > BigInt(end - this.at)) throw new Undecodable();
    return Number(length);
  }

  private lengthDelimited(end: number): Uint8Array {
    const length = this.length(end);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private skip(number: number, wire: number, end: number): void {
    if (wire === VARINT) this.varint(end);
    else if (wire === LENGTH) this.lengthDelimited(end);
    else if (wire === FIXED32 || wire === FIXED64) this.step(wire === FIXED32 ? 4 : 8, end);
    else if (wire === GROUP_START) this.skipGroup(number, end);
    else throw new Undecodable();
  }

  private step(size: number, end: number): void {
    if (this.at + size > end) throw new Undecodable();
    this.at += size;
  }

  private skipGroup(number: number, end: number): void {
    const open = [number];
    while (open.length > 0) {
      const [next, wire] = this.tag(end);
      if (wire === GROUP_START) {
        if (open.push(next) > MAX_GROUPS) throw new Undecodable();
      } else if (wire !== GROUP_END) this.skip(next, wire, end);
      else if (open.pop() !== next) throw new Undecodable();
    }
  }
}

interface Part {
  readonly number: number;
  readonly bytes: Uint8Array;
}

class Undecodable extends Error {}

const NONE: ReadonlySet<string> = new Set();
/** As deep as the product looks into values; what lies deeper is bytes to both. */
const MAX_DEPTH = 192;
const MAX_GROUPS = 64;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const FIXED32 = 5;

const WIRE_TYPES: Readonly<Record<string, number>> = {
  string: LENGTH,
  bytes: LENGTH,
  double: FIXED64,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  fixed32: FIXED32,
};

function fits(field: protobuf.Field, wire: number): boolean {
  const resolved = field.resolve().resolvedType;
  const declared = resolved && 'fieldsById' in resolved ? LENGTH : (WIRE_TYPES[field.type] ?? VARINT);
  const packable = field.repeated && declared !== LENGTH;
  return wire === declared || (packable && wire === LENGTH);
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}
