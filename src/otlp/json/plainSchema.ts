import { ANY_VALUE, type Field, type MessageSchema } from '../schema';

/** How a field's value is read and written. */
export const enum Shape {
  message,
  string,
  id,
  bool,
  double,
  signed64,
  fixed64,
  varint64,
  varint32,
  fixed32,
  /** Left to the long way. */
  unusual,
}

export interface PlainField {
  /** The name's bytes, with the quote behind them. */
  readonly key: Uint8Array;
  /** Field number and wire type. */
  readonly tag: number;
  readonly shape: Shape;
  readonly repeated: boolean;
  /** Written when it holds its type's default, too. */
  readonly always: boolean;
  readonly index: number;
  readonly message: PlainMessage | undefined;
}

export interface PlainMessage {
  readonly fields: PlainField[];
  readonly isValue: boolean;
}

const shapes: Readonly<Record<Extract<Field['type'], string>, Shape>> = {
  string: Shape.string,
  traceId: Shape.id,
  spanId: Shape.id,
  bool: Shape.bool,
  double: Shape.double,
  int64: Shape.signed64,
  uint64: Shape.varint64,
  fixed64: Shape.fixed64,
  sfixed64: Shape.unusual,
  int32: Shape.varint32,
  uint32: Shape.varint32,
  fixed32: Shape.fixed32,
  sint32: Shape.unusual,
  bytes: Shape.unusual,
};

const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];
const WIRE_TYPES: Readonly<Record<Shape, number>> = {
  [Shape.message]: LENGTH,
  [Shape.string]: LENGTH,
  [Shape.id]: LENGTH,
  [Shape.bool]: VARINT,
  [Shape.double]: FIXED64,
  [Shape.signed64]: VARINT,
  [Shape.fixed64]: FIXED64,
  [Shape.varint64]: VARINT,
  [Shape.varint32]: VARINT,
  [Shape.fixed32]: FIXED32,
  [Shape.unusual]: VARINT,
};

const messages = new Map<MessageSchema, PlainMessage>();

/** OTLP's table as the short way needs it. */
export function plainMessage(schema: MessageSchema): PlainMessage {
  const known = messages.get(schema);
  if (known) return known;
  const message: PlainMessage = { fields: [], isValue: schema === ANY_VALUE };
  messages.set(schema, message);
  message.fields.push(...schema.fields.map(plainField));
  return message;
}

function plainField({ name, number, type, repeated, presence }: Field, index: number): PlainField {
  const nested = typeof type === 'object' && type.kind === 'message' ? plainMessage(type) : undefined;
  const shape = nested ? Shape.message : typeof type === 'string' ? shapes[type] : Shape.varint32;
  return {
    key: Buffer.from(`${name}"`),
    tag: (number << 3) | WIRE_TYPES[shape],
    shape,
    repeated,
    always: presence || repeated,
    index,
    message: nested,
  };
}
