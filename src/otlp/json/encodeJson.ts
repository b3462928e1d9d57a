import { assertNever } from '../../base/assertNever';
import { errorMessage } from '../../base/log';
import { ANY_VALUE, SPAN, type EnumSchema, type Field, type MessageSchema, type ScalarType } from '../schema';
import { ProtoWriter } from '../protoWriter';
import { MAX_VALUE_DEPTH } from '../wire/validate';
import { base64Id } from './ids';
import { Int64, mayBeRounded, quoteLongIntegers } from './int64';
import { encodePlainJson } from './plainJson';

/** Stands for what lies deeper in an attribute value than is read. */
export const CUT_MARKER = `(nested deeper than ${MAX_VALUE_DEPTH} levels: cut off)`;
/** One request's warnings are for a person to read. */
const MAX_WARNINGS = 5;

/** An OTLP/JSON request as protobuf. */
export interface Encoded {
  readonly bytes: Uint8Array;
  /** Spans left out because their ids cannot be read. */
  readonly rejected: number;
  /** What was wrong and yet taken, in words. */
  readonly warnings: readonly string[];
}
export interface NotEncoded {
  /** What is wrong with the request, and where. */
  readonly fault: string;
}

/**
 * Turns the text of an OTLP/JSON request into protobuf bytes. Unknown members are ignored; ids may be hex of any case or base64,
 * enums numbers or names, 64-bit integers strings or numbers, of which no digit is lost.
 */
export function encodeJsonText(schema: MessageSchema, body: Uint8Array): Encoded | NotEncoded {
  const plain = encodePlainJson(schema, body);
  if (plain) return { bytes: plain, rejected: 0, warnings: [] };
  const text = textOf(body);
  try {
    const encoder = new JsonEncoder(schema);
    const encoded = encoder.encode(JSON.parse(text));
    if (!encoder.metRoundedNumber) return encoded;
    return encodeJson(schema, JSON.parse(quoteLongIntegers(text)));
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** The same for a request that is parsed already. */
export function encodeJson(schema: MessageSchema, request: unknown): Encoded | NotEncoded {
  try {
    return new JsonEncoder(schema).encode(request);
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

function textOf(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function faultOf(error: unknown): string {
  if (error instanceof Fault) return error.describe();
  if (error instanceof SyntaxError) return `The body is not JSON: ${errorMessage(error)}`;
  throw error;
}

/** A value that does not fit its field; collects the way to it while it is thrown upwards. */
class Fault extends Error {
  private readonly way: string[] = [];

  /** `leavesOutMessage`: the list element around it is left out and the rest is kept. */
  constructor(
    private readonly what: string,
    readonly leavesOutMessage = false,
  ) {
    super(what);
  }

  at(step: string): this {
    this.way.unshift(step);
    return this;
  }

  describe(): string {
    return `${this.way.join('').replace(/^\./, '') || 'The request'} ${this.what}`;
  }
}

const writer = new ProtoWriter();
const VALUE_MEMBERS: ReadonlyMap<string, Field> = new Map(
  ANY_VALUE.fields.flatMap((field) => [field.name, field.protoName].map((name) => [name, field])),
);
const int64 = new Int64();
type JsonObject = Readonly<Record<string, unknown>>;

class JsonEncoder {
  metRoundedNumber = false;
  private rejected = 0;
  private readonly warnings: string[] = [];
  /** Some senders write the .proto's own names into JSON. */
  private protoNames = false;

  constructor(private readonly schema: MessageSchema) {}

  encode(request: unknown): Encoded {
    const object = asObject(request);
    const [root] = this.schema.fields;
    if (root && object[root.name] === undefined && object[root.protoName] !== undefined) {
      this.protoNames = true;
      this.warn(`Members are named as in "${root.protoName}"; OTLP/JSON names them as in "${root.name}"`);
    }
    writer.reset();
    this.fields(this.schema, object, 0);
    return { bytes: writer.finish(), rejected: this.rejected, warnings: this.warnings };
  }

  private fields(schema: MessageSchema, object: JsonObject, depth: number): void {
    for (const field of schema.fields) {
      const value = this.member(object, field);
      if (value === undefined || value === null) continue;
      if (field.repeated) this.list(field, value, depth);
      else this.guarded(field, value, depth);
    }
  }

  private member(object: JsonObject, field: Field): unknown {
    const value = object[this.protoNames ? field.protoName : field.name];
    return value === undefined && field.formerName !== undefined ? object[field.formerName] : value;
  }

  private guarded(field: Field, value: unknown, depth: number): void {
    try {
      this.value(field, value, depth);
    } catch (error) {
      throw error instanceof Fault ? error.at(`.${field.name}`) : error;
    }
  }

  private list(field: Field, value: unknown, depth: number): void {
    if (!Array.isArray(value)) throw new Fault(`must be an array, but is ${describe(value)}`).at(`.${field.name}`);
    for (let index = 0; index < value.length; index++) {
      const start = writer.length;
      try {
        this.value(field, value[index] ?? emptyOf(field), depth);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        error.at(`.${field.name}[${index}]`);
        if (!error.leavesOutMessage) throw error;
        writer.truncate(start);
        this.leaveOut(field, error);
      }
    }
  }

  private leaveOut(field: Field, fault: Fault): void {
    if (field.type === SPAN) this.rejected++;
    this.warn(`${fault.describe()}; left out`);
  }

  private value(field: Field, value: unknown, depth: number): void {
    const { type } = field;
    if (typeof type === 'string') this.scalar(field, type, value);
    else if (type.kind === 'enum') this.enumeration(field, type, value);
    else this.message(field, type, value, depth);
  }

  private message(field: Field, schema: MessageSchema, value: unknown, depth: number): void {
    const object = asObject(value);
    const start = writer.beginMessage(field.number);
    if (schema === ANY_VALUE) this.anyValue(object, depth);
    else this.fields(schema, object, depth);
    writer.endMessage(start);
  }

  /** By far the most frequent message, with one member of seven. */
  private anyValue(object: JsonObject, depth: number): void {
    if (depth >= MAX_VALUE_DEPTH) return this.cut();
    for (const name in object) {
      const field = VALUE_MEMBERS.get(name);
      const value = object[name];
      if (field && value !== null) this.guarded(field, value, depth + 1);
    }
  }

  private cut(): void {
    writer.string(1, CUT_MARKER);
    this.warn(`An attribute value is nested deeper than ${MAX_VALUE_DEPTH} levels; the rest is cut off`);
  }

  private enumeration(field: Field, schema: EnumSchema, value: unknown): void {
    let number = value;
    if (typeof value === 'string') {
      number = /^\d+$/.test(value) ? Number(value) : schema.values.indexOf(value);
      if (number === -1) {
        this.warn(`"${clip(value)}" is none of ${schema.values[0]} … ${schema.values.at(-1)}; taken as the first`);
        number = 0;
      }
    }
    this.int32(field, number);
  }

  private int32(field: Field, value: unknown): void {
    const number = asNumber(value);
    if (number !== 0 || field.presence) writer.int32(field.number, number | 0);
  }

  private scalar(field: Field, type: ScalarType, value: unknown): void {
    const { number, presence } = field;
    switch (type) {
      case 'string': {
        if (typeof value !== 'string') throw new Fault(`must be a string, but is ${describe(value)}`);
        if (value !== '' || presence || field.repeated) writer.string(number, value);
        return;
      }
      case 'bool':
        return this.bool(field, value);
      case 'double': {
        const double = asNumber(value);
        if (!Object.is(double, 0) || presence || field.repeated) writer.double(number, double);
        return;
      }
      case 'int64':
      case 'uint64':
      case 'fixed64':
      case 'sfixed64':
        return this.integer64(field, type, value);
      case 'int32':
        return this.int32(field, value);
      case 'sint32': {
        const signed = asNumber(value) | 0;
        if (signed !== 0) writer.sint32(number, signed);
        return;
      }
      case 'uint32': {
        const unsigned = asUint32(value);
        if (unsigned !== 0) writer.uint32(number, unsigned);
        return;
      }
      case 'fixed32': {
        const unsigned = asUint32(value);
        if (unsigned !== 0) writer.fixed32(number, unsigned);
        return;
      }
      case 'bytes':
        return this.bytes(field, value);
      case 'traceId':
      case 'spanId':
        return this.id(field, type, value);
      default:
        assertNever(type, 'field type');
    }
  }

  private bool(field: Field, value: unknown): void {
    if (value !== true && value !== false && value !== 'true' && value !== 'false')
      throw new Fault(`must be true or false, but is ${describe(value)}`);
    const truth = value === true || value === 'true';
    if (truth || field.presence) writer.bool(field.number, truth);
  }

  private integer64(field: Field, type: 'int64' | 'uint64' | 'fixed64' | 'sfixed64', value: unknown): void {
    const signed = type === 'int64' || type === 'sfixed64';
    const loss = typeof value === 'string' || typeof value === 'number' ? int64.read(value, signed) : undefined;
    if (loss === undefined) throw new Fault(`must be a whole number, but is ${describe(value)}`);
    if (loss !== 'none') this.lost(field, value, loss === 'fraction' ? 'has a fraction, which is cut off' : loss);
    if ((int64.low | int64.high) === 0 && !field.presence && !field.repeated) return;
    if (type === 'int64' || type === 'uint64') writer.varint64(field.number, int64.low, int64.high);
    else writer.fixed64(field.number, int64.low, int64.high);
  }

  private lost(field: Field, value: unknown, how: string): void {
    if (mayBeRounded(value)) this.metRoundedNumber = true;
    if (how === 'precision') return;
    const what = how === 'range' ? 'does not fit 64 bits; the nearest value that does is taken' : how;
    this.warn(`${field.name} ${describe(value)} ${what}`);
  }

  private bytes(field: Field, value: unknown): void {
    if (typeof value !== 'string') throw new Fault(`must be a base64 string, but is ${describe(value)}`);
    if (value !== '' || field.presence) writer.bytes(field.number, Buffer.from(value, 'base64'));
  }

  private id(field: Field, type: 'traceId' | 'spanId', value: unknown): void {
    if (value === '') return;
    if (typeof value === 'string') {
      if (writer.hex(field.number, value)) return;
      const bytes = this.base64(field, type, value);
      if (bytes) return writer.bytes(field.number, bytes);
    }
    const digits = type === 'traceId' ? 32 : 16;
    const fault = new Fault(`must be ${digits} hex digits, but is ${describe(value)}`, field.required);
    if (field.required) throw fault;
    this.warn(fault.at(field.name).describe());
  }

  private base64(field: Field, type: 'traceId' | 'spanId', value: string): Uint8Array | undefined {
    const bytes = base64Id(value, type);
    if (bytes) this.warn(`${field.name} "${value}" is base64; OTLP/JSON writes ids as hex digits`);
    return bytes;
  }

  private warn(message: string): void {
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push(message);
  }
}

function asObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Fault(`must be an object, but is ${describe(value)}`);
  return value as JsonObject;
}

/** `null` inside a list stands for an element with nothing in it. */
function emptyOf(field: Field): unknown {
  return typeof field.type === 'string' ? '' : {};
}

function asNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    if (value === 'NaN') return NaN;
    const number = value.trim() === '' ? NaN : Number(value);
    if (!Number.isNaN(number)) return number;
  }
  throw new Fault(`must be a number, but is ${describe(value)}`);
}

function asUint32(value: unknown): number {
  const number = asNumber(value);
  return number <= 0 || Number.isNaN(number) ? 0 : Math.min(Math.floor(number), 0xffffffff);
}

/** A value of the wrong kind as a message shows it. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `"${clip(value)}"`;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
