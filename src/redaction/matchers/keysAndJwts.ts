import {
  ALNUM,
  BASE64_SIGNS,
  BASE64URL,
  CLASS,
  classesIn,
  code,
  DIGIT,
  DOT,
  endOfRun,
  endOfToken,
  LOWER,
  startOfRun,
  startsWith,
  textOf,
  UPPER,
  utf8,
} from '../bytes';
import { secret } from '../rules';
import { type Matcher, pairOf, type TextScan } from '../scan';
import { rememberedEnd } from './valueEnds';

const [DOT_BYTE, QUOTE, SPACE] = [code('.'), code('"'), code(' ')];

/** `eyJ` is how `{"` begins in base64. */
const JWT_START = utf8('eyJ');
const LEAST_HEADER = 10;
const LEAST_PAYLOAD = 4;

const jwt: Matcher & { readonly rule: ReturnType<typeof secret> } = {
  rule: secret('JSON Web Token'),
  pairs: [pairOf(code('y'), code('J'))],
  match(text: TextScan, at: number): number {
    const start = at - JWT_START.length + 1;
    if (start < text.from || !startsWith(text.bytes, start, text.end, JWT_START)) return at;
    const header = rememberedEnd(text, start, 'jwt', (byte) => (CLASS[byte] & BASE64URL) === 0);
    if (header - start < LEAST_HEADER || text.bytes[header] !== DOT_BYTE || header >= text.end) return at;
    const payload = endOfToken(text.bytes, header + 1, text.end, BASE64URL);
    if (payload - header - 1 < LEAST_PAYLOAD) return at;
    let end = endOfToken(text.bytes, payload, text.end, BASE64URL | DOT);
    while (text.bytes[end - 1] === DOT_BYTE) end--;
    return text.add(start, end, this.rule);
  },
};

const BEGIN = utf8('-----BEGIN ');
const DASHES = utf8('-----');
const LONGEST_LABEL = 64;

/** From its first line to its last, or to the end of a text that was cut off. */
const pem: Matcher & { readonly rule: ReturnType<typeof secret> } = {
  rule: secret('private key'),
  pairs: [pairOf(code('N'), code(' '))],
  match(text: TextScan, at: number): number {
    const start = at - BEGIN.length + 1;
    if (start < text.from || !startsWith(text.bytes, start, text.end, BEGIN)) return at;
    const label = textOf(text.bytes, at + 1, Math.min(text.end, at + 1 + LONGEST_LABEL));
    if (!/^[A-Z0-9 ]*PRIVATE KEY/.test(label)) return at;
    return text.add(start, endOfPem(text, at + 1), this.rule);
  },
};

function endOfPem({ bytes, end }: TextScan, at: number): number {
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at);
  const last = rest.indexOf('-----END ');
  if (last < 0) return end;
  const close = rest.indexOf(DASHES, last + DASHES.length);
  return close < 0 ? end : at + close + DASHES.length;
}

const EARER = utf8('earer');
const ASIC = utf8('asic');
const TOKEN68 = BASE64URL | DOT | BASE64_SIGNS;
/** Beyond this, what follows `Bearer` is one whatever it is made of. */
const LONG = 32;

/** What follows the name of its scheme: `Bearer abc123`, `Basic dXNlcjpwYXNz`. */
const schemes: Matcher & { readonly rule: ReturnType<typeof secret> } = {
  rule: secret('credentials'),
  pairs: ['Be', 'be', 'BE', 'Ba', 'ba', 'BA'].map((pair) => pairOf(pair.charCodeAt(0), pair.charCodeAt(1))),
  match(text: TextScan, at: number): number {
    const { bytes, end } = text;
    const bearer = isWord(bytes, at, end, EARER);
    if (!bearer && !isWord(bytes, at, end, ASIC)) return at;
    if (!text.beginsAt(at - 1)) return at;
    let start = at + (bearer ? EARER : ASIC).length;
    const gap = start;
    while (start < end && (bytes[start] === SPACE || bytes[start] === code('+'))) start++;
    if (start === gap && startsWith(bytes, start, end, PERCENT_20)) start += 3;
    if (start === gap) return at;
    const to = endOfToken(bytes, start, end, TOKEN68);
    const isSecret = bearer ? isBearer(bytes, start, to) : isBasic(bytes, start, to);
    return isSecret ? text.add(start, to, this.rule) : at;
  },
};
const PERCENT_20 = utf8('%20');

function isWord(bytes: Uint8Array, at: number, end: number, word: Uint8Array): boolean {
  if (at + word.length > end) return false;
  for (let i = 0; i < word.length; i++) if ((bytes[at + i] | 0x20) !== word[i]) return false;
  return true;
}

function isBearer(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  const classes = classesIn(bytes, start, end);
  if (length >= LONG) return true;
  if (length < 6 || (classes & (LOWER | UPPER)) === 0) return false;
  return (classes & DIGIT) !== 0 || (length >= 16 && (classes & LOWER) !== 0 && (classes & UPPER) !== 0);
}

function isBasic(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 6) return false;
  const decoded = Buffer.from(textOf(bytes, start, end), 'base64').toString('utf8');
  return decoded.includes(':') && !/[\x00-\x1f\ufffd]/.test(decoded);
}

/** Three characters, a digit, `Q~`, and 31 or more. */
const azure: Matcher & { readonly rule: ReturnType<typeof secret> } = {
  rule: secret('Azure client secret'),
  pairs: [pairOf(code('Q'), code('~'))],
  match(text: TextScan, at: number): number {
    const { bytes, end } = text;
    const start = at - 5;
    if (start < text.from || (CLASS[bytes[at - 2]] & DIGIT) === 0 || !text.beginsAt(start)) return at;
    let to = at + 1;
    while (to < end && ((CLASS[bytes[to]] & (BASE64URL | DOT)) !== 0 || bytes[to] === code('~'))) to++;
    const length = to - at - 1;
    return length < 31 ? at : text.add(start, to, this.rule);
  },
};

/** `123456789:AA…`, 35 characters behind the colon. */
const telegram: Matcher & { readonly rule: ReturnType<typeof secret> } = {
  rule: secret('Telegram token'),
  pairs: [pairOf(code(':'), code('A'))],
  match(text: TextScan, at: number): number {
    const { bytes, end } = text;
    const to = endOfRun(bytes, at, end, BASE64URL);
    if (bytes[at + 1] !== code('A') || to - at !== 35) return at;
    const start = startOfRun(bytes, at - 1, Math.max(text.from, at - 11), DIGIT);
    return at - 1 - start < 8 ? at : text.add(start, to, this.rule);
  },
};

const SQL_WORDS =
  /(?:\bpassword|\bpasswd|\bidentified\s+by(?:\s+password)?|\bidentified\s+with\s+\S+\s+(?:by|as))\s*$/i;
const LONGEST_SQL_WORDS = 80;

/** `CREATE USER shop IDENTIFIED BY 'hunter2'`. */
const sql: Matcher & { readonly rule: ReturnType<typeof secret> } = {
  rule: secret('password in SQL'),
  pairs: [pairOf(SPACE, code("'")), pairOf(SPACE, QUOTE)],
  match(text: TextScan, at: number): number {
    const { bytes, end } = text;
    const previous = startOfRun(bytes, at - 1, text.from, ALNUM);
    // BY, AS, PASSWORD: looked at byte by byte, since quotes behind a space are everywhere.
    const last = bytes[at - 2] | 0x20;
    if (previous === at - 1 || (last !== code('y') && last !== code('s') && last !== code('d'))) return at;
    if (!SQL_WORDS.test(textOf(bytes, Math.max(text.from, at - LONGEST_SQL_WORDS), at))) return at;
    const close = bytes.indexOf(bytes[at], at + 1);
    if (close < 0 || close >= end || close === at + 1) return at;
    return text.add(at + 1, close, this.rule);
  },
};

export const SECRET_MATCHERS: readonly Matcher[] = [jwt, pem, schemes, azure, telegram, sql];
