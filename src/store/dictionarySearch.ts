import { attributeText } from '../model/attributeText';
import type { AnyValue } from '../model/attributes';
import { decodeKeyValue } from '../otlp/wire/attributes';
import { ANY_STRING, KEY_VALUE_KEY, KEY_VALUE_VALUE } from '../otlp/wire/fields';
import { WireReader } from '../otlp/wire/wireReader';
import type { ByteDictionary } from './byteInterner';

/** Which entries of a dictionary match, 1 each; undefined when none does. */
export type Hits = Uint8Array | undefined;

/**
 * A search for part of a text in any case, made for bytes: it finds every spelling of the needle in UTF-8 that is read as Latin-1.
 */
export function textPattern(needle: string): RegExp {
  const characters = [...needle].map((character) => {
    const cases = new Set([character, character.toLowerCase(), character.toUpperCase()]);
    const spellings = [...cases].map(escapedBytes);
    // A class where one will do: the expression is several times as quick as with alternatives.
    return spellings.every(({ length }) => length === ONE_BYTE)
      ? `[${spellings.join('')}]`
      : `(?:${spellings.join('|')})`;
  });
  return new RegExp(characters.join(''), 'g');
}

const ONE_BYTE = '\\x00'.length;

function escapedBytes(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/**
 * Entries whose bytes match. `isText` decides whether a match lies in text rather than in the numbers between texts; an entry is not
 * looked at again once it matches.
 */
export function searchTexts(
  dictionary: ByteDictionary,
  pattern: RegExp,
  isText: (entry: number, from: number, to: number) => boolean = () => true,
): Hits {
  const { bytes, starts, count } = dictionary;
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, starts[count]).toString('latin1');
  let hits: Hits;
  pattern.lastIndex = 0;
  for (let match; (match = pattern.exec(haystack)) !== null;) {
    const from = match.index;
    const entry = entryAt(dictionary, from);
    const to = from + match[0].length;
    if (to <= starts[entry + 1] && isText(entry, from, to)) {
      hits ??= new Uint8Array(count);
      hits[entry] = 1;
      pattern.lastIndex = starts[entry + 1];
    } else pattern.lastIndex = from + 1;
  }
  return hits;
}

/** The entry that a byte belongs to. */
function entryAt({ starts, count }: ByteDictionary, position: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

const NUMERIC = /^[-+.0-9e]+$/i;

/** KeyValues with the needle in their key or value. Numbers are compared as they are written. */
export function searchKeyValues(dictionary: ByteDictionary, needle: string, pattern: RegExp): Hits {
  const reader = new WireReader();
  reader.open(dictionary.bytes);
  const lowered = needle.toLowerCase();
  const contains = (entry: number) => {
    reader.seek(dictionary.starts[entry]);
    const { key, value } = decodeKeyValue(reader, dictionary.starts[entry + 1]);
    return key.toLowerCase().includes(lowered) || attributeText(value).toLowerCase().includes(lowered);
  };
  const hits = searchTexts(dictionary, pattern, (entry, from, to) => isInText(dictionary, entry, from, to, contains));
  return NUMERIC.test(needle) ? withNumbers(dictionary, hits, contains) : hits;
}

/** Quick for a match within the key or a plain string; whatever else there may be is decoded. */
function isInText(
  { bytes, starts }: ByteDictionary,
  entry: number,
  from: number,
  to: number,
  contains: (entry: number) => boolean,
): boolean {
  const start = starts[entry];
  const keyEnd = start + 2 + bytes[start + 1];
  if (bytes[start] === KEY_VALUE_KEY && bytes[start + 1] < 0x80 && from >= start + 2 && to <= keyEnd) return true;
  return contains(entry);
}

function withNumbers(dictionary: ByteDictionary, hits: Hits, contains: (entry: number) => boolean): Hits {
  let all = hits;
  for (let entry = 0; entry < dictionary.count; entry++) {
    if (all?.[entry] === 1 || !contains(entry)) continue;
    all ??= new Uint8Array(dictionary.count);
    all[entry] = 1;
  }
  return all;
}

interface Wanted {
  readonly text: string;
  readonly bytes: number;
}

/** KeyValues with this key and, where given, this value as {@link attributeText} writes it, or one that `fits`. */
export function findKeyValues(
  dictionary: ByteDictionary,
  key: string,
  value: string | undefined,
  fits?: (value: AnyValue) => boolean,
): Hits {
  const { bytes, starts, count } = dictionary;
  const wanted = Buffer.from(key);
  const wantedValue = value === undefined ? undefined : { text: value, bytes: Buffer.byteLength(value) };
  const reader = new WireReader();
  reader.open(bytes);
  let hits: Hits;
  for (let entry = 0; entry < count; entry++) {
    if (!hasKey(bytes, starts[entry], starts[entry + 1], wanted)) continue;
    if (wantedValue && !hasValue(reader, starts[entry], starts[entry + 1], wanted.length, wantedValue)) continue;
    if (fits && !fits(valueAt(reader, starts[entry], starts[entry + 1]))) continue;
    hits ??= new Uint8Array(count);
    hits[entry] = 1;
  }
  return hits;
}

/** Most values are strings, and most of those have another length: that is seen without decoding. */
function hasValue(reader: WireReader, start: number, end: number, keyLength: number, value: Wanted): boolean {
  const { bytes } = reader;
  const tag = start + 2 + keyLength;
  const isShortString =
    bytes[tag] === KEY_VALUE_VALUE && bytes[tag + 1] === end - tag - 2 && bytes[tag + 2] === ANY_STRING;
  if (isShortString && bytes[tag + 3] < 0x80 && bytes[tag + 3] !== value.bytes) return false;
  return attributeText(valueAt(reader, start, end)) === value.text;
}

function valueAt(reader: WireReader, start: number, end: number): AnyValue {
  reader.seek(start);
  return decodeKeyValue(reader, end).value;
}

/** Keys of 128 bytes and more have a longer length before them; conventions know none. */
function hasKey(bytes: Uint8Array, start: number, end: number, key: Buffer): boolean {
  if (bytes[start] !== KEY_VALUE_KEY || bytes[start + 1] !== key.length || start + 2 + key.length > end) return false;
  for (let i = 0; i < key.length; i++) if (bytes[start + 2 + i] !== key[i]) return false;
  return true;
}
