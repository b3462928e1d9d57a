import { ProtoWriter } from '../protoWriter';
import {
  ANY_VALUE,
  type Field,
  KEY_VALUE,
  LOGS_REQUEST,
  type MessageSchema,
  METRICS_REQUEST,
  RESOURCE,
  SCOPE,
  SPAN,
  TRACE_REQUEST,
} from '../schema';
import { type Shape, SHAPES, validate } from './validate';
import { WireReader } from './wireReader';

const LENGTH = 2;
/** What senders of 2021 had in place of the second field, with the same content. */
const FORMER = 1000;
const FORMER_NOW = 2;

/** Messages that are taken apart elsewhere, values of any depth among them. */
const CLOSED = new Set<Field['type']>([KEY_VALUE, ANY_VALUE, SPAN]);
/** Of which a broken one makes the whole request one, even where another one counts. */
const CHECKED = new Map<MessageSchema, Shape>([
  [RESOURCE, SHAPES.resource],
  [SCOPE, SHAPES.scope],
]);
const WIRE_TYPES: Readonly<Partial<Record<string, number>>> = { double: 1, fixed64: 1, sfixed64: 1, fixed32: 5 };
const WITH_LENGTH = new Set<unknown>(['string', 'bytes', 'traceId', 'spanId']);

const SCHEMAS = { traces: TRACE_REQUEST, logs: LOGS_REQUEST, metrics: METRICS_REQUEST };

type Range = readonly [start: number, end: number];
/** A field by its tag, which names the number and the wire type. */
type Fields = ReadonlyMap<number, Field>;
const fieldsOf = new Map<MessageSchema, Fields>();

/**
 * The request with nothing in it but what OTLP 1.x has a place for, and with the last resource where a sender wrote several, which is
 * the one that counts; undefined where that is as it came, or where it is broken. What else there is is read by nobody here, and so has
 * nobody looked for secrets in it. Insides of spans and of values are left as they are.
 */
export function onlyKnown(request: Uint8Array, signal: keyof typeof SCHEMAS): Uint8Array | undefined {
  return new Sieve(request).sifted(SCHEMAS[signal]);
}

class Sieve {
  private readonly reader = new WireReader();
  private readonly out = new ProtoWriter();
  private isOdd = false;
  private isBroken = false;

  constructor(private readonly request: Uint8Array) {
    this.reader.open(request);
  }

  sifted(schema: MessageSchema): Uint8Array | undefined {
    this.check(this.request.length, tagsOf(schema));
    if (!this.isOdd || this.reader.fault !== undefined) return undefined;
    this.reader.open(this.request);
    this.copy(this.request.length, tagsOf(schema));
    return this.isBroken ? undefined : this.out.finish();
  }

  /** As deep as the schema, never as deep as a sender nests. */
  private check(end: number, fields: Fields): void {
    const { reader } = this;
    let single = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      const field = fields.get(tag);
      const message = field && openMessage(field);
      if (!message) {
        this.isOdd ||= !field;
        reader.skip(tag, end);
        continue;
      }
      const length = reader.length(end);
      if (!field.repeated) {
        const bit = 1 << (field.number & 31);
        this.isOdd ||= (single & bit) !== 0;
        single |= bit;
      }
      this.check(reader.pos + length, tagsOf(message));
    }
  }

  private copy(end: number, fields: Fields): void {
    const { reader, out, request } = this;
    /** Messages of which the last counts. */
    const singles = new Map<Field, Range>();
    while (reader.pos < end) {
      const start = reader.pos;
      const tag = reader.tag(end);
      const field = fields.get(tag);
      const message = field && openMessage(field);
      if (!message) {
        reader.skip(tag, end);
        if (field) out.append(request, start, reader.pos);
        continue;
      }
      const length = reader.length(end);
      const content = [reader.pos, reader.pos + length] as const;
      if (field.repeated) this.copyMessage(tag >>> 3, message, content);
      else {
        this.checkSuperseded(message, singles.get(field));
        singles.set(field, content);
      }
      reader.seek(content[1]);
    }
    for (const [field, content] of singles) this.copyMessage(field.number, openMessage(field)!, content);
  }

  private checkSuperseded(schema: MessageSchema, content: Range | undefined): void {
    const shape = CHECKED.get(schema);
    if (!shape || !content) return;
    this.reader.seek(content[0]);
    validate(this.reader, content[1], shape);
    this.isBroken ||= this.reader.fault !== undefined;
  }

  private copyMessage(number: number, schema: MessageSchema, [start, end]: Range): void {
    const message = this.out.beginMessage(number);
    this.reader.seek(start);
    this.copy(end, tagsOf(schema));
    this.out.endMessage(message);
  }
}

/** The field's message where that is looked into. */
function openMessage({ type }: Field): MessageSchema | undefined {
  return typeof type === 'object' && type.kind === 'message' && !CLOSED.has(type) ? type : undefined;
}

function tagsOf(schema: MessageSchema): Fields {
  let tags = fieldsOf.get(schema);
  if (!tags) {
    tags = new Map(schema.fields.flatMap((field) => tagsOfField(field).map((tag) => [tag, field] as const)));
    fieldsOf.set(schema, tags);
  }
  return tags;
}

function tagsOfField({ number, type, repeated, formerName }: Field): number[] {
  const wireType = wireTypeOf(type);
  const tags = [(number << 3) | wireType];
  // Numbers of which there are several come in one packet or each by itself.
  if (repeated && wireType !== LENGTH) tags.push((number << 3) | LENGTH);
  if (formerName?.startsWith('instrumentationLibrary') && number === FORMER_NOW) tags.push((FORMER << 3) | LENGTH);
  return tags;
}

function wireTypeOf(type: Field['type']): number {
  if (typeof type === 'object') return type.kind === 'message' ? LENGTH : 0;
  return WITH_LENGTH.has(type) ? LENGTH : (WIRE_TYPES[type] ?? 0);
}
