import fc from 'fast-check';
import protobuf from 'protobufjs';

/** The same value as OTLP/JSON spells it and as protobufjs takes it. */
export interface Spelled {
  readonly json: unknown;
  readonly plain: unknown;
}

/** Any message of the type, nested at most so deep: the oracle's own fields say what it may hold. */
export function messageOf(type: protobuf.Type, depth: number): fc.Arbitrary<Spelled> {
  const fields = type.fieldsArray.filter(
    (field) => depth > 0 || !(field.resolve().resolvedType instanceof protobuf.Type),
  );
  const alone = fields.filter((field) => !field.partOf || field.partOf.name.startsWith('_'));
  const choices = type.oneofsArray.filter((oneof) => !oneof.name.startsWith('_'));
  const parts = alone.map((field) => memberOf(field, depth));
  for (const oneof of choices) {
    const members = oneof.fieldsArray.filter((field) => fields.includes(field));
    parts.push(fc.oneof(...members.map((field) => memberOf(field, depth))));
  }
  return fc.tuple(...parts).map((members) => {
    const present = members.filter((member) => member !== undefined);
    return {
      json: Object.fromEntries(present.map(({ name, value }) => [name, value.json])),
      plain: Object.fromEntries(present.map(({ name, value }) => [name, value.plain])),
    };
  });
}

function memberOf(field: protobuf.Field, depth: number): fc.Arbitrary<{ name: string; value: Spelled } | undefined> {
  const { name } = field;
  const needed = isRequiredId(field);
  const one = valueOf(field, depth);
  const value = field.repeated
    ? fc
        .array(one, { maxLength: 3 })
        .map((list) => ({ json: list.map((e) => e.json), plain: list.map((e) => e.plain) }))
    : one;
  const member = value.map((spelled) => ({ name, value: spelled }));
  return needed ? member : fc.option(member, { nil: undefined });
}

function isRequiredId({ name, parent }: protobuf.Field): boolean {
  return ['Span', 'Link'].includes(parent!.name) && (name === 'traceId' || name === 'spanId');
}

function valueOf(field: protobuf.Field, depth: number): fc.Arbitrary<Spelled> {
  const { resolvedType } = field.resolve();
  if (resolvedType instanceof protobuf.Type) return messageOf(resolvedType, depth - 1);
  if (resolvedType instanceof protobuf.Enum) return enumValue(resolvedType);
  if (field.type === 'bytes' && /traceId$/i.test(field.name)) return idOf(16);
  if (field.type === 'bytes' && /spanId$/i.test(field.name)) return idOf(8);
  return scalars[field.type];
}

const same = <T>(arbitrary: fc.Arbitrary<T>) => arbitrary.map((value): Spelled => ({ json: value, plain: value }));

function integer(min: bigint, max: bigint): fc.Arbitrary<Spelled> {
  return fc
    .oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n, 1n, 1_795_209_557_766_503_437n))
    .chain((value) => {
      const clamped = value > max ? max : value;
      const text = clamped.toString();
      const spellings: unknown[] = [text];
      if (Number.isSafeInteger(Number(clamped))) spellings.push(Number(clamped));
      return fc.constantFrom(...spellings).map((json) => ({ json, plain: text }));
    });
}

const int64 = integer(-(2n ** 63n), 2n ** 63n - 1n);
const uint64 = integer(0n, 2n ** 64n - 1n);
const uint32 = same(fc.integer({ min: 0, max: 0xffffffff }));
const scalars: Record<string, fc.Arbitrary<Spelled>> = {
  string: same(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 30, maxLength: 300 }))),
  bool: same(fc.boolean()),
  double: fc.double().map((plain) => ({ json: Number.isFinite(plain) ? plain : String(plain), plain })),
  bytes: fc
    .uint8Array({ maxLength: 200 })
    .map((bytes) => ({ json: Buffer.from(bytes).toString('base64'), plain: Buffer.from(bytes) })),
  int64,
  sfixed64: int64,
  uint64,
  fixed64: uint64,
  uint32,
  fixed32: uint32,
  sint32: same(fc.integer()),
};

function enumValue({ values }: protobuf.Enum): fc.Arbitrary<Spelled> {
  return fc
    .constantFrom(...Object.entries(values))
    .chain(([name, plain]) => fc.constantFrom<unknown>(name, plain, String(plain)).map((json) => ({ json, plain })));
}

function idOf(bytes: number): fc.Arbitrary<Spelled> {
  const value = fc.uint8Array({ minLength: bytes, maxLength: bytes });
  return fc.tuple(value, fc.boolean()).map(([id, upper]) => {
    const hex = Buffer.from(id).toString('hex');
    return { json: upper ? hex.toUpperCase() : hex, plain: Buffer.from(id) };
  });
}
