import { isUtf8 } from 'node:buffer';
import { assertNever } from '../../base/assertNever';
import type { MessageSchema } from '../schema';
import { MAX_VALUE_DEPTH } from '../wire/validate';
import { Int64 } from './int64';
import { PlainOutput } from './plainOutput';
import { plainMessage, Shape, type PlainField, type PlainMessage } from './plainSchema';

/*
 * OTLP/JSON to protobuf without a string or an object in between, about twice as fast as by way of JSON.parse. It takes what exporters
 * write and leaves everything else to encodeJson.ts, which knows what is wrong or how it is meant: unknown and repeated members, names
 * of enums, base64, integers with exponents, ids that are none, surrogates in escapes, text that is no JSON.
 */

/** The request as protobuf, or undefined where it holds anything out of the ordinary. */
export function encodePlainJson(schema: MessageSchema, body: Uint8Array): Uint8Array | undefined {
  return isUtf8(body) ? encoder.encode(plainMessage(schema), body) : undefined;
}

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const DIGIT_0 = 48;
const DIGIT_9 = 57;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const LETTER_E = 101;
const LETTER_N = 110;
const LETTER_U = 117;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** A number's digits beyond these are split off, so that both parts are exact in doubles. */
const LOWER_DIGITS = 9;
const MOST_DIGITS = 19;
/** Of the digits in front of the last nine: what is below is below 2^63 for certain. */
const LEAST_UNSURE = 9e9;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const NO_HEX = 0xff;
const HEX = new Uint8Array(256).fill(NO_HEX);
for (let digit = 0; digit < 16; digit++)
  for (const text of [digit.toString(16), digit.toString(16).toUpperCase()]) HEX[text.charCodeAt(0)] = digit;

/** What the letter behind a backslash stands for; 0 for those that are looked at further. */
const ESCAPED = new Uint8Array(256);
const [LETTERS, MEANT] = ['"\\/bfnrt', '"\\/\b\f\n\r\t'];
for (let i = 0; i < LETTERS.length; i++) ESCAPED[LETTERS.charCodeAt(i)] = MEANT.charCodeAt(i);

const NOTHING = Buffer.alloc(0);
const [NULL, TRUE, FALSE] = ['null', 'true', 'false'].map((text) => Buffer.from(text));

/** Reads front to back. Each step answers false where it meets something out of the ordinary, and then all is given up. */
class PlainEncoder {
  private source: Uint8Array = NOTHING;
  private at = 0;
  private end = 0;
  private depth = 0;
  private readonly out = new PlainOutput();
  /** The integer that was read last. */
  private readonly number = new Int64();

  encode(message: PlainMessage, body: Uint8Array): Uint8Array | undefined {
    this.source = body;
    this.end = body.length;
    this.at = this.depth = 0;
    this.out.begin(body.length);
    const isPlain = this.message(message) && this.next() === -1;
    const encoded = isPlain ? this.out.written() : undefined;
    this.out.end();
    this.source = NOTHING;
    return encoded;
  }

  private message({ fields, isValue }: PlainMessage): boolean {
    if (this.next() !== OPEN_OBJECT) return false;
    if (isValue && ++this.depth > MAX_VALUE_DEPTH) return false;
    this.at++;
    let seen = 0;
    let expected = 0;
    let byte = this.next();
    while (byte !== CLOSE_OBJECT) {
      const field = byte === QUOTE ? this.fieldAt(fields, expected) : undefined;
      if (!field || seen & (1 << field.index) || this.next() !== COLON) return false;
      this.at++;
      seen |= 1 << field.index;
      expected = field.index + 1;
      if (!this.member(field)) return false;
      byte = this.next();
      if (byte === CLOSE_OBJECT) break;
      this.at++;
      if (byte !== COMMA || (byte = this.next()) !== QUOTE) return false;
    }
    this.at++;
    if (isValue) this.depth--;
    return true;
  }

  /** The field whose name begins here. Members come in the order of the schema as a rule: the next one is tried first. */
  private fieldAt(fields: readonly PlainField[], expected: number): PlainField | undefined {
    const { source } = this;
    const start = this.at + 1;
    for (let tried = 0; tried < fields.length; tried++) {
      const field = fields[(expected + tried) % fields.length];
      const { key } = field;
      let same = 0;
      while (same < key.length && source[start + same] === key[same]) same++;
      if (same < key.length) continue;
      this.at = start + same;
      return field;
    }
    return undefined;
  }

  /** A member that is `null` is none. */
  private member(field: PlainField): boolean {
    const byte = this.next();
    if (byte === LETTER_N) return this.literal(NULL);
    if (!field.repeated) return this.value(field);
    if (byte !== OPEN_LIST) return false;
    this.at++;
    if (this.next() === CLOSE_LIST) {
      this.at++;
      return true;
    }
    while (this.value(field)) {
      const separator = this.next();
      this.at++;
      if (separator === CLOSE_LIST) return true;
      if (separator !== COMMA) return false;
    }
    return false;
  }

  private value(field: PlainField): boolean {
    switch (field.shape) {
      case Shape.message:
        return this.nested(field);
      case Shape.string:
        return this.string(field);
      case Shape.id:
        return this.id(field);
      case Shape.bool:
        return this.bool(field);
      case Shape.double:
        return this.double(field);
      case Shape.signed64:
        return this.integer(true) && this.varint64(field);
      case Shape.varint64:
        return this.integer(false) && this.varint64(field);
      case Shape.fixed64:
        return this.integer(false) && this.fixed64(field);
      case Shape.varint32:
        return this.small() && this.varint32(field);
      case Shape.fixed32:
        return this.small() && this.fixed32(field);
      case Shape.unusual:
        return false;
      default:
        return assertNever(field.shape, 'shape of a field');
    }
  }

  private nested({ tag, message }: PlainField): boolean {
    const { out } = this;
    out.tag(tag);
    const start = out.leaveLength();
    if (!this.message(message!)) return false;
    out.setLength(start);
    return true;
  }

  private string({ tag, always }: PlainField): boolean {
    if (this.next() !== QUOTE) return false;
    const { out } = this;
    const before = out.to;
    out.tag(tag);
    const start = out.leaveLength();
    if (!this.copyText()) return false;
    if (out.to === start && !always) out.to = before;
    else out.setLength(start);
    return true;
  }

  /** From the opening quote to behind the closing one. */
  private copyText(): boolean {
    const { source, end } = this;
    const { bytes } = this.out;
    let { to } = this.out;
    for (let at = this.at + 1; at < end; at++) {
      const byte = source[at];
      if (byte === QUOTE) {
        this.at = at + 1;
        this.out.to = to;
        return true;
      }
      if (byte < SPACE) return false;
      if (byte !== BACKSLASH) bytes[to++] = byte;
      else if (source[++at] === LETTER_U) {
        const unit = this.hexUnit(at + 1);
        if (unit < 0) return false;
        to = writeUnit(bytes, to, unit);
        at += 4;
      } else {
        const meant = ESCAPED[source[at] ?? 0];
        if (meant === 0) return false;
        bytes[to++] = meant;
      }
    }
    return false;
  }

  /** The character of four hex digits; -1 where they are none, or half a character. */
  private hexUnit(at: number): number {
    if (at + 4 > this.end) return -1;
    const [a, b, c, d] = this.source.subarray(at, at + 4);
    if ((HEX[a] | HEX[b] | HEX[c] | HEX[d]) > 0xf) return -1;
    const unit = (HEX[a] << 12) | (HEX[b] << 8) | (HEX[c] << 4) | HEX[d];
    return unit >= 0xd800 && unit < 0xe000 ? -1 : unit;
  }

  private id({ tag }: PlainField): boolean {
    const { source, end, out } = this;
    if (this.next() !== QUOTE) return false;
    let at = this.at + 1;
    if (source[at] !== QUOTE) {
      out.tag(tag);
      const start = out.leaveLength();
      for (; at + 1 < end && source[at] !== QUOTE; at += 2) {
        const [upper, lower] = [HEX[source[at]], HEX[source[at + 1]]];
        if ((upper | lower) > 0xf) return false;
        out.byte((upper << 4) | lower);
      }
      if (source[at] !== QUOTE) return false;
      out.setLength(start);
    }
    this.at = at + 1;
    return true;
  }

  private bool({ tag, always }: PlainField): boolean {
    const truth = this.next() === TRUE[0];
    if (!this.literal(truth ? TRUE : FALSE)) return false;
    if (!truth && !always) return true;
    this.out.tag(tag);
    this.out.byte(truth ? 1 : 0);
    return true;
  }

  private double({ tag, always }: PlainField): boolean {
    this.next();
    const { source, end, out } = this;
    let { at } = this;
    while (at < end && isOfNumber(source[at])) at++;
    const text = String.fromCharCode(...source.subarray(this.at, at));
    if (!NUMBER.test(text)) return false;
    this.at = at;
    const value = Number(text);
    if (Object.is(value, 0) && !always) return true;
    out.makeRoom(end - at);
    out.tag(tag);
    out.double(value);
    return true;
  }

  /** Bare or in quotes, up to 9·10^18 and never rounded. */
  private integer(signed: boolean): boolean {
    const isQuoted = this.next() === QUOTE;
    const { source } = this;
    let at = isQuoted ? this.at + 1 : this.at;
    const isNegative = source[at] === MINUS;
    if (isNegative) at++;
    const start = at;
    while (isDigit(source[at])) at++;
    const count = at - start;
    const isSpelled = count === 1 || (count > 1 && count <= MOST_DIGITS && (isQuoted || source[start] !== DIGIT_0));
    if (!isSpelled || (isNegative && !signed) || (isQuoted && source[at] !== QUOTE)) return false;
    const split = Math.max(start, at - LOWER_DIGITS);
    const upper = decimal(source, start, split);
    if (upper >= LEAST_UNSURE) return false;
    this.number.set(upper, decimal(source, split, at));
    if (isNegative) this.number.negate();
    this.at = isQuoted ? at + 1 : at;
    return true;
  }

  /** A whole number from 0 to 2^31 - 1. */
  private small(): boolean {
    return this.integer(false) && this.number.high === 0 && this.number.low <= 0x7fffffff;
  }

  private varint64({ tag, always }: PlainField): boolean {
    const { low, high } = this.number;
    if ((low | high) === 0 && !always) return true;
    this.out.tag(tag);
    this.out.varint64(low, high);
    return true;
  }

  private fixed64({ tag, always }: PlainField): boolean {
    const { low, high } = this.number;
    if ((low | high) === 0 && !always) return true;
    this.out.makeRoom(this.end - this.at);
    this.out.tag(tag);
    this.out.fixed64(low, high);
    return true;
  }

  private varint32({ tag, always }: PlainField): boolean {
    const { low } = this.number;
    if (low === 0 && !always) return true;
    this.out.tag(tag);
    this.out.varint(low);
    return true;
  }

  private fixed32({ tag, always }: PlainField): boolean {
    const { low } = this.number;
    if (low === 0 && !always) return true;
    this.out.tag(tag);
    this.out.fixed32(low);
    return true;
  }

  private literal(bytes: Uint8Array): boolean {
    for (let i = 0; i < bytes.length; i++) if (this.source[this.at + i] !== bytes[i]) return false;
    this.at += bytes.length;
    return true;
  }

  /** The next byte that is no white space; -1 at the end. */
  private next(): number {
    const { source, end } = this;
    while (this.at < end) {
      const byte = source[this.at];
      if (byte > SPACE) return byte;
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) return byte;
      this.at++;
    }
    return -1;
  }
}

const encoder = new PlainEncoder();

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
}

function isOfNumber(byte: number): boolean {
  return isDigit(byte) || byte === MINUS || byte === PLUS || byte === POINT || (byte | 0x20) === LETTER_E;
}

function decimal(digits: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + digits[i] - DIGIT_0;
  return value;
}

/** UTF-8 of a character below 2^16. */
function writeUnit(out: Uint8Array, to: number, unit: number): number {
  let at = to;
  if (unit < 0x80) out[at++] = unit;
  else {
    if (unit < 0x800) out[at++] = 0xc0 | (unit >> 6);
    else {
      out[at++] = 0xe0 | (unit >> 12);
      out[at++] = 0x80 | ((unit >> 6) & 0x3f);
    }
    out[at++] = 0x80 | (unit & 0x3f);
  }
  return at;
}
