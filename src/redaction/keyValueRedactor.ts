import type { RedactionMatch } from '../model/redaction';
import type { RedactionSettings } from '../protocol/engine';
import * as field from '../otlp/wire/fields';
import { type WireBytes, WireReader } from '../otlp/wire/wireReader';
import { CLASS, code, endOfRun, NAME, textOf, utf8 } from './bytes';
import { lengthPrefixed, type Splice, splice } from './messages';
import type { Redactor } from './redactor';
import { secret } from './rules';
import type { Scanner } from './scan';
import type { KeyVerdict } from './secretKeys';
import { TextRedactor } from './textRedactor';
import type { VerdictCache } from './verdictCache';

const LEFT_OUT = new Uint8Array(0);
/** What is left of a KeyValue in which nothing was known. */
const NO_KEY = Uint8Array.of(field.KEY_VALUE_KEY, 0);
/** Of a field of an AnyValue that is none of those that a value may be in. */
const UNREAD = new Uint8Array(0);
/** Levels of lists and maps that are looked into; nobody reads what lies deeper. */
const MOST_LEVELS = 96;
const TOO_DEEP = secret('value nested too deep to be looked at');
const DASH = code('-');

/** Where a value stands: the verdict that holds for it and the keys that lead to it. */
interface Place {
  readonly verdict: KeyVerdict | undefined;
  readonly path: string;
  readonly level: number;
}

let generations = 0;

export class KeyValueRedactor implements Redactor {
  readonly generation = ++generations;
  private readonly reader = new WireReader();
  private readonly texts: TextRedactor;

  constructor(
    settings: RedactionSettings,
    private readonly keys: VerdictCache,
    scanner: Scanner,
  ) {
    this.texts = new TextRedactor(settings, scanner);
  }

  get lastMatch(): RedactionMatch | undefined {
    return this.texts.match;
  }

  redactText({ bytes }: WireBytes, start: number, length: number): Uint8Array | undefined {
    this.texts.begin();
    return this.texts.redact(bytes, start, start + length, undefined);
  }

  redactAnyValue(source: WireBytes, start: number, length: number): Uint8Array | undefined {
    this.texts.begin();
    this.reader.share(source);
    const place = { verdict: undefined, path: '', level: 0 };
    const redacted = this.value(start, start + length, place);
    this.reader.close();
    return redacted;
  }

  redactKeyValue(source: WireBytes, start: number, length: number): Uint8Array | undefined {
    this.texts.begin();
    const { bytes } = source;
    const end = start + length;
    const keyLength = bytes[start + 1];
    const value = start + 2 + keyLength;
    // What most are: a key, and a text, number or truth value, all of it shorter than 128 bytes.
    if (
      value + 4 <= end &&
      bytes[start] === field.KEY_VALUE_KEY &&
      keyLength < 0x80 &&
      bytes[value] === field.KEY_VALUE_VALUE &&
      bytes[value + 1] === end - value - 2 &&
      bytes[value + 1] < 0x80
    ) {
      const tag = bytes[value + 2];
      if (tag === field.ANY_BOOL && isOneByte(bytes, value)) return undefined;
      if (tag === field.ANY_STRING && bytes[value + 3] === end - value - 4) {
        const verdict = this.keys.of(bytes, start + 2, value);
        this.texts.setKey(bytes, start + 2, value);
        const text = this.texts.redact(bytes, value + 4, end, verdict);
        return text === undefined ? undefined : keyValueOf(bytes, start, value, text);
      }
      if (isNumberAlone(bytes, value, end) && !this.keys.of(bytes, start + 2, value)?.numeric) return undefined;
    }
    this.reader.share(source);
    const redacted = this.keyValue(start, end, { verdict: undefined, path: '', level: 0 });
    this.reader.close();
    return redacted;
  }

  /** The KeyValue in `[start, end)`, below `parent`. Of keys that are there twice the last counts, as for every reader. */
  private keyValue(start: number, end: number, parent: Place): Uint8Array | undefined {
    const { reader } = this;
    let [keyStart, keyEnd] = [start, start];
    const values: [from: number, start: number, end: number][] = [];
    /** Fields that protobuf readers of today pass over, with who knows what in them. */
    const unread: Splice[] = [];
    reader.seek(start);
    while (reader.pos < end) {
      const from = reader.pos;
      const tag = reader.tag(end);
      if (tag === field.KEY_VALUE_KEY || tag === field.KEY_VALUE_VALUE) {
        const length = reader.length(end);
        if (tag === field.KEY_VALUE_KEY) [keyStart, keyEnd] = [reader.pos, reader.pos + length];
        else values.push([from, reader.pos, reader.pos + length]);
        reader.pos += length;
      } else {
        reader.skip(tag, end);
        unread.push({ start: from, end: reader.pos, bytes: LEFT_OUT });
      }
    }
    if (reader.fault !== undefined) return undefined;
    const { bytes } = reader;
    const path = [parent.path, textOf(bytes, keyStart, keyEnd)].filter((part) => part !== '').join('.');
    const verdict = this.keys.of(bytes, keyStart, keyEnd) ?? parent.verdict;
    const splices = unread;
    for (const [from, valueStart, valueEnd] of values) {
      const value = this.value(valueStart, valueEnd, { verdict, path, level: parent.level });
      if (value === undefined) continue;
      if (value === LEFT_OUT) return LEFT_OUT;
      splices.push({ start: from, end: valueEnd, bytes: lengthPrefixed(field.KEY_VALUE_VALUE, value) });
    }
    splices.sort((a, b) => a.start - b.start);
    const kept = splice(bytes, start, end, splices);
    return kept?.length === 0 ? NO_KEY : kept;
  }

  /** The AnyValue in `[start, end)`; empty for one that is to be left out. */
  private value(start: number, end: number, place: Place): Uint8Array | undefined {
    const { reader, texts } = this;
    texts.setPath(place.path);
    if (place.level > MOST_LEVELS) {
      const mark = texts.whole(reader.bytes, start, end, TOO_DEEP);
      return mark === undefined ? undefined : textValue(mark);
    }
    const splices: Splice[] = [];
    for (let pos = start; pos < end; pos = reader.pos) {
      reader.seek(pos);
      const tag = reader.tag(end);
      const from = reader.pos;
      reader.skip(tag, end);
      if (reader.fault !== undefined) return undefined;
      const next = reader.pos;
      const redacted = this.field(tag, from, next, place);
      reader.seek(next);
      if (redacted === UNREAD) splices.push({ start: pos, end: next, bytes: LEFT_OUT });
      if (redacted === undefined || redacted === UNREAD) continue;
      if (redacted.length === 0) return LEFT_OUT;
      splices.push({ start: pos, end: next, bytes: redacted });
    }
    return splice(reader.bytes, start, end, splices);
  }

  /** The field of an AnyValue whose content, with the length before it, is `[from, end)`; gives the field that takes its place. */
  private field(tag: number, from: number, end: number, place: Place): Uint8Array | undefined {
    const { reader, texts } = this;
    switch (tag) {
      case field.ANY_STRING:
      case field.ANY_BYTES: {
        const text = texts.redact(reader.bytes, this.content(from, end), end, place.verdict);
        return text === undefined || text.length === 0 ? text : lengthPrefixed(tag, text);
      }
      case field.ANY_INT:
      case field.ANY_DOUBLE:
        return place.verdict?.numeric ? this.number(tag, from, end, place.verdict) : undefined;
      case field.ANY_BOOL:
        return undefined;
      case field.ANY_ARRAY:
      case field.ANY_KVLIST: {
        const list = this.list(tag, this.content(from, end), end, place);
        return list === undefined ? undefined : lengthPrefixed(tag, list);
      }
      default:
        return UNREAD;
    }
  }

  private number(tag: number, from: number, end: number, verdict: KeyVerdict): Uint8Array | undefined {
    const { reader, texts } = this;
    reader.seek(from);
    const digits = utf8(String(tag === field.ANY_INT ? this.int(end) : reader.double(end)));
    const mark = verdict.accepts(textOf(digits, 0, digits.length))
      ? texts.whole(digits, 0, digits.length, verdict)
      : undefined;
    return mark === undefined || mark.length === 0 ? mark : lengthPrefixed(field.ANY_STRING, mark);
  }

  private int(end: number): bigint {
    const low = this.reader.varint(end);
    return (BigInt(this.reader.high) << 32n) | BigInt(low);
  }

  private list(tag: number, start: number, end: number, place: Place): Uint8Array | undefined {
    const { reader } = this;
    const splices: Splice[] = [];
    const level = place.level + 1;
    let option: KeyVerdict | undefined;
    for (let pos = start; pos < end; pos = reader.pos) {
      reader.seek(pos);
      const entryTag = reader.tag(end);
      const from = reader.pos;
      reader.skip(entryTag, end);
      if (reader.fault !== undefined) return undefined;
      const next = reader.pos;
      if (entryTag === field.LIST_VALUE) {
        const entryStart = this.content(from, next);
        const below = { verdict: option ?? place.verdict, path: place.path, level };
        const entry =
          tag === field.ANY_ARRAY ? this.value(entryStart, next, below) : this.keyValue(entryStart, next, below);
        option = tag === field.ANY_ARRAY ? this.optionIn(entryStart, next) : undefined;
        if (entry !== undefined)
          splices.push({
            start: pos,
            end: next,
            bytes: entry === LEFT_OUT ? entry : lengthPrefixed(field.LIST_VALUE, entry),
          });
      } else splices.push({ start: pos, end: next, bytes: LEFT_OUT });
      reader.seek(next);
    }
    return splice(reader.bytes, start, end, splices);
  }

  /** Of arguments of a command: `--password` says what comes next. */
  private optionIn(start: number, end: number): KeyVerdict | undefined {
    const { bytes } = this.reader;
    if (end - start < 5 || bytes[start] !== field.ANY_STRING || bytes[start + 2] !== DASH) return undefined;
    const name = bytes[start + 3] === DASH ? start + 4 : start + 3;
    if (endOfRun(bytes, name, end, NAME) < end || (CLASS[bytes[name]] & NAME) === 0) return undefined;
    const verdict = this.keys.of(bytes, name, end);
    return verdict?.kind === 'secret' ? verdict : undefined;
  }

  /** Behind the length that stands at `from`. */
  private content(from: number, end: number): number {
    this.reader.seek(from);
    this.reader.length(end);
    return this.reader.pos;
  }
}

/** The AnyValue whose field begins at `value` is a truth value and nothing else. */
function isOneByte(bytes: Uint8Array, value: number): boolean {
  return bytes[value + 1] === 2 && bytes[value + 3] < 0x80;
}

/** The same of a number. */
function isNumberAlone(bytes: Uint8Array, value: number, end: number): boolean {
  const tag = bytes[value + 2];
  if (tag !== field.ANY_INT) return tag === field.ANY_DOUBLE && bytes[value + 1] === 9;
  let last = value + 3;
  while (last < end - 1 && bytes[last] >= 0x80) last++;
  return last === end - 1 && bytes[last] < 0x80;
}

function textValue(text: Uint8Array): Uint8Array {
  return text.length === 0 ? LEFT_OUT : lengthPrefixed(field.ANY_STRING, text);
}

/** The KeyValue whose key field is `bytes[start, value)`, with a text. */
function keyValueOf(bytes: Uint8Array, start: number, value: number, text: Uint8Array): Uint8Array {
  if (text.length === 0) return LEFT_OUT;
  const rest = lengthPrefixed(field.KEY_VALUE_VALUE, lengthPrefixed(field.ANY_STRING, text));
  return Buffer.concat([bytes.subarray(start, value), rest]);
}
