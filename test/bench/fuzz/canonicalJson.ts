import type protobuf from 'protobufjs';

/** Thrown for JSON that OTLP does not define, or that protobufjs has no way to read. */
class NotCanonical extends Error {}

/** Names of 2021. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  scopeSpans: 'instrumentationLibrarySpans',
  scopeLogs: 'instrumentationLibraryLogs',
  scopeMetrics: 'instrumentationLibraryMetrics',
  scope: 'instrumentationLibrary',
};
const ID_BYTES: Readonly<Record<string, number>> = { traceId: 16, spanId: 8, parentSpanId: 8 };
/** Members beside these are what protobufjs and the product read differently: several values at once. */
const ONE_OF = 1;
const DEEPEST = 40;
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sint32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
};

/**
 * An OTLP/JSON request in the form that protobufjs' `fromObject` takes; undefined where it holds anything but what the
 * specification writes, since protobufjs then is no judge of what it should mean.
 */
export function canonicalRequest(type: protobuf.Type, json: unknown): object | undefined {
  try {
    // Names as in the .proto files are taken by the product, not by the specification.
    const isForeign =
      typeof json === 'object' && json !== null && Object.keys(json).some((name) => name.startsWith('resource_'));
    return isForeign ? undefined : message(type, json, 0);
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
}

function message(type: protobuf.Type, json: unknown, depth: number): object {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || depth > DEEPEST) throw new NotCanonical();
  const members = json as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const former = FORMER_NAMES[field.name];
    const value = members[field.name] ?? (former === undefined ? undefined : members[former]);
    if (value !== undefined && value !== null) result[field.name] = fieldValue(field.resolve(), value, depth);
  }
  for (const { oneof } of type.oneofsArray) {
    if (oneof.filter((name) => members[name] !== undefined && members[name] !== null).length > ONE_OF)
      throw new NotCanonical();
  }
  return result;
}

function fieldValue(field: protobuf.Field, value: unknown, depth: number): unknown {
  if (!field.repeated) return single(field, value, depth);
  if (!Array.isArray(value) || value.includes(null)) throw new NotCanonical();
  return value.map((element) => single(field, element, depth));
}

function single(field: protobuf.Field, value: unknown, depth: number): unknown {
  const { resolvedType } = field;
  if (resolvedType && 'fieldsById' in resolvedType) return message(resolvedType, value, depth + 1);
  if (resolvedType) return integer('int32', value, Object.keys(resolvedType.values).length);
  if (field.type in RANGES) return integer(field.type, value);
  if (field.type === 'string' && typeof value === 'string' && !LONE_SURROGATE.test(value)) return value;
  if (field.type === 'bool' && typeof value === 'boolean') return value;
  if (field.type === 'double' && typeof value === 'number') return value;
  if (field.type === 'bytes' && typeof value === 'string') return bytes(field.name, value);
  throw new NotCanonical();
}

function bytes(name: string, value: string): Buffer {
  const length = ID_BYTES[name];
  const isHex = length !== undefined && value.length === 2 * length && /^[0-9a-f]*$/i.test(value);
  if (length !== undefined) {
    if (!isHex) throw new NotCanonical();
    return Buffer.from(value, 'hex');
  }
  const read = Buffer.from(value, 'base64');
  if (read.toString('base64') !== value) throw new NotCanonical();
  return read;
}

function integer(type: string, value: unknown, limit?: number): string | number {
  const [least, most] = RANGES[type];
  const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  if (!isText && !Number.isSafeInteger(value)) throw new NotCanonical();
  const number = BigInt(value as string | number);
  if (number < least || number > most || (limit !== undefined && (isText || number >= limit))) throw new NotCanonical();
  return type.endsWith('64') ? String(number) : Number(number);
}
