import { ProtoWriter } from '../otlp/protoWriter';
import * as field from '../otlp/wire/fields';
import { MAX_VALUE_DEPTH, MAY_BE_TOO_DEEP, validateKeyValue } from '../otlp/wire/validate';
import { type WireBytes, WireReader } from '../otlp/wire/wireReader';
import { Part } from './part';

/** A KeyValue or text of more bytes than this is cut … */
export const LARGEST_VALUE = 64 * 1024;
/** … to about this, so that what is kept, with its marks, is not cut once more when it comes again. */
const KEPT_OF_VALUE = 48 * 1024;
const KEPT_OF_KEY = 1024;

/** Field numbers. */
const KEY = 1;
const VALUE = 2;
const STRING = 1;
const ARRAY = 5;
const BYTES = 7;
const ENTRY = 1;

const NUMBERS = new Intl.NumberFormat('en');

/** What stands where something was left out. */
export function leftOut(count: number, what: string): string {
  return `… ${NUMBERS.format(count)} more ${what}`;
}

/** Cuts values that are too long or too deep, and says at the place how much is missing. */
export class ValueCutter {
  private readonly reader = new WireReader();
  /** A fresh one each time: what is written here may hold secrets that are masked only afterwards. */
  private out = new ProtoWriter(0);
  private hasCut = false;
  /** Of {@link out}, in bytes; what is only too deep is not shortened. */
  private limit = Infinity;

  /** The part as it is kept; undefined where there is nothing to cut, or bytes that are no such part. */
  part(source: WireBytes, start: number, length: number, part: Part): Uint8Array | undefined {
    return part === Part.text ? this.text(source, start, length) : this.message(source, start, length, part);
  }

  private message(source: WireBytes, start: number, length: number, part: Part): Uint8Array | undefined {
    const { reader } = this;
    const isPlain = part === Part.keyValue && !this.mayBeTooDeep(source, start, length);
    if (length <= LARGEST_VALUE && isPlain) return undefined;
    reader.share(source);
    reader.seek(start);
    this.out = new ProtoWriter(length <= LARGEST_VALUE ? length : LARGEST_VALUE);
    this.hasCut = false;
    this.limit = length > LARGEST_VALUE ? KEPT_OF_VALUE : Infinity;
    if (part === Part.anyValue) this.value(start + length, 0);
    else this.pair(start + length, 0);
    const cut = this.hasCut && reader.fault === undefined ? this.out.finish() : undefined;
    reader.close();
    this.out = new ProtoWriter(0);
    return cut;
  }

  private mayBeTooDeep(source: WireBytes, start: number, length: number): boolean {
    const { reader } = this;
    reader.share(source);
    reader.seek(start);
    const openMessages = validateKeyValue(reader, start + length);
    reader.close();
    return openMessages > MAY_BE_TOO_DEEP;
  }

  private text(source: WireBytes, start: number, length: number): Uint8Array | undefined {
    if (length <= LARGEST_VALUE) return undefined;
    return Buffer.from(this.clipped(source.bytes, start, length, KEPT_OF_VALUE));
  }

  private get room(): number {
    return Math.max(0, this.limit - this.out.length);
  }

  private pair(end: number, depth: number): void {
    const { reader } = this;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === field.KEY_VALUE_KEY) this.string(KEY, end, this.limit === Infinity ? Infinity : KEPT_OF_KEY);
      else if (tag === field.KEY_VALUE_VALUE) this.nested(VALUE, end, (valueEnd) => this.value(valueEnd, depth));
      else reader.skip(tag, end);
    }
  }

  /** Recursive, which {@link MAX_VALUE_DEPTH} bounds. */
  private value(end: number, depth: number): void {
    const { reader, out } = this;
    while (reader.pos < end) {
      const start = reader.pos;
      const tag = reader.tag(end);
      if (tag === field.ANY_STRING) this.string(STRING, end, this.room);
      else if (tag === field.ANY_BYTES) this.bytes(end);
      else if (tag === field.ANY_ARRAY || tag === field.ANY_KVLIST) this.list(tag, end, depth);
      else {
        reader.skip(tag, end);
        if (reader.fault === undefined) out.append(reader.bytes, start, reader.pos);
      }
    }
  }

  private list(tag: number, end: number, depth: number): void {
    const { reader, out } = this;
    if (depth + 1 >= MAX_VALUE_DEPTH) {
      const length = reader.length(end);
      reader.pos += length;
      this.hasCut = true;
      out.string(STRING, `… nested deeper than ${MAX_VALUE_DEPTH} levels (${NUMBERS.format(length)} bytes)`);
      return;
    }
    this.nested(tag >>> 3, end, (listEnd) => this.entries(listEnd, depth, tag === field.ANY_KVLIST));
  }

  private entries(end: number, depth: number, isMap: boolean): void {
    const { reader } = this;
    let [missing, missingBytes] = [0, 0];
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== field.LIST_VALUE) reader.skip(tag, end);
      else if (this.room > 0) {
        this.nested(ENTRY, end, (entryEnd) => {
          if (isMap) this.pair(entryEnd, depth + 1);
          else this.value(entryEnd, depth + 1);
        });
      } else {
        const length = reader.length(end);
        reader.pos += length;
        missing++;
        missingBytes += length;
      }
    }
    if (missing > 0) this.mark(leftOut(missing, `entries (${NUMBERS.format(missingBytes)} bytes)`), isMap);
  }

  /** An entry that says what is missing behind it. */
  private mark(text: string, isMap: boolean): void {
    const { out } = this;
    this.hasCut = true;
    const entry = out.beginMessage(ENTRY);
    if (isMap) {
      out.string(KEY, '…');
      const value = out.beginMessage(VALUE);
      out.string(STRING, text);
      out.endMessage(value);
    } else out.string(STRING, text);
    out.endMessage(entry);
  }

  private string(number: number, end: number, room: number): void {
    const { reader, out } = this;
    const length = reader.length(end);
    const start = reader.pos;
    reader.pos += length;
    if (reader.fault !== undefined) return;
    if (length <= room) out.bytes(number, reader.bytes.subarray(start, start + length));
    else out.string(number, this.clipped(reader.bytes, start, length, room));
  }

  /** Bytes have no place for words, so that what is kept of them stands in a list with the words. */
  private bytes(end: number): void {
    const { reader, out } = this;
    const length = reader.length(end);
    const start = reader.pos;
    reader.pos += length;
    if (reader.fault !== undefined) return;
    const kept = Math.min(length, this.room);
    if (kept === length) return out.bytes(BYTES, reader.bytes.subarray(start, start + length));
    const list = out.beginMessage(ARRAY);
    const entry = out.beginMessage(ENTRY);
    out.bytes(BYTES, reader.bytes.subarray(start, start + kept));
    out.endMessage(entry);
    this.mark(leftOut(length - kept, 'bytes'), false);
    out.endMessage(list);
  }

  private nested(number: number, end: number, write: (end: number) => void): void {
    const { reader, out } = this;
    const length = reader.length(end);
    const start = out.beginMessage(number);
    write(reader.pos + length);
    out.endMessage(start);
  }

  private clipped(bytes: Uint8Array, start: number, length: number, room: number): string {
    this.hasCut = true;
    const kept = wholeCharacters(bytes, start, Math.min(room, length));
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, kept).toString('utf8');
    return `${text}${leftOut(length - kept, 'bytes')}`;
  }
}

/** At most `length`, and not in the middle of a character. */
function wholeCharacters(bytes: Uint8Array, start: number, length: number): number {
  let end = length;
  // A character has at most three bytes that continue it; more of them are no UTF-8.
  while (end > length - 4 && end > 0 && (bytes[start + end] & 0xc0) === 0x80) end--;
  return end;
}
