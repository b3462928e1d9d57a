import {
  ALNUM,
  BASE64URL,
  CLASS,
  classesIn,
  code,
  DIGIT,
  endOfRun,
  LOWER,
  NAME,
  PEM_START,
  startOfRun,
  startsWith,
  textOf,
  UPPER,
} from '../bytes';
import { isMark } from '../marks';
import { type Matcher, pairOf, pairsEndingWith, type TextScan } from '../scan';
import type { KeyVerdict } from '../secretKeys';
import type { VerdictCache } from '../verdictCache';
import { endOfBare, endOfLine, endOfQuoted } from './valueEnds';
import { isPlaceholder } from './placeholders';

const [SPACE, EQUALS, COLON, SLASH, BACKSLASH, PERCENT] = [...' =:/\\%'].map(code);
const [QUOTE, APOSTROPHE, QUESTION, AND, GREATER, DASH, BRACKET] = [...`"'?&>-[`].map(code);
const LONGEST_NAME = 64;
const MOST_SPACES = 2;
/** A value that a name in running text announces is looked at as far as this. */
const LOOK = 256;
/** Of a value this much is read. */
const LONGEST_JUDGED = 2048;

export interface NameVerdicts {
  readonly keys: VerdictCache;
  readonly parameters: VerdictCache;
}

/** What stands between a name and its value. */
interface Announced {
  readonly verdict: KeyVerdict;
  readonly valueAt: number;
  /** The name stands in quotes: a member of JSON. */
  readonly isMember: boolean;
  /** `password: x`, `password = x` as against `password=x`: ordinary sentences look so, too. */
  readonly isLoose: boolean;
}

/** Values that the name before them makes secret: `password=x`, `"token": "x"`, `?sig=x`, `Cookie: x`, `--api-key x`. */
export function assignmentMatchers(verdicts: NameVerdicts): Matcher[] {
  return [
    {
      pairs: [...pairsEndingWith(EQUALS), ...pairsEndingWith(COLON)],
      match: (text, at) => matchValue(text, at, announcedBy(text, at, at + 1, verdicts)),
    },
    {
      // "=" as URLs inside of URLs write it
      pairs: [pairOf(PERCENT, code('3'))],
      match(text, at) {
        const last = text.bytes[at + 1] | 0x20;
        if (at + 1 >= text.end || last !== code('d')) return at;
        return matchValue(text, at, announcedBy(text, at - 1, at + 2, verdicts));
      },
    },
    { pairs: [pairOf(DASH, DASH)], match: (text, at) => matchOption(text, at, verdicts) },
  ];
}

/** The name before `signAt`; undefined where it is no secret's. */
function announcedBy(
  text: TextScan,
  signAt: number,
  behind: number,
  { keys, parameters }: NameVerdicts,
): Announced | undefined {
  const { bytes, from } = text;
  const byte = bytes[behind];
  if (bytes[signAt] === COLON && (byte === SLASH || byte === COLON)) return undefined;
  let end = startOfSpaces(bytes, signAt, from);
  const spaced = end !== signAt;
  const isMember = end > from && (bytes[end - 1] === QUOTE || bytes[end - 1] === APOSTROPHE);
  if (isMember) end--;
  while (end > from && bytes[end - 1] === BACKSLASH) end--;
  const start = startOfRun(bytes, end, Math.max(from, end - LONGEST_NAME), NAME);
  if (end - start < 2) return undefined;
  const before = start > from ? bytes[start - 1] : SPACE;
  // The user of a URL.
  if (before === SLASH && bytes[start - 2] === SLASH) return undefined;
  const verdict = (before === QUESTION || before === AND ? parameters : keys).of(bytes, start, end);
  if (verdict === undefined) return undefined;
  if (verdict.kind === 'personal' && !isMember) return undefined;
  const isLoose = !isMember && (spaced || bytes[signAt] === COLON);
  return { verdict, valueAt: startOfValue(text, behind), isMember, isLoose };
}

function startOfSpaces(bytes: Uint8Array, at: number, from: number): number {
  let pos = at;
  while (pos > from && at - pos < MOST_SPACES && bytes[pos - 1] === SPACE) pos--;
  return pos;
}

/** Behind `=`, `==`, `=>` and spaces. */
function startOfValue({ bytes, end }: TextScan, behind: number): number {
  let pos = behind;
  while (pos < end && (bytes[pos] === EQUALS || bytes[pos] === GREATER)) pos++;
  for (let spaces = 0; pos < end && spaces < MOST_SPACES && bytes[pos] === SPACE; spaces++) pos++;
  return pos;
}

function matchValue(text: TextScan, at: number, announced: Announced | undefined): number {
  if (announced === undefined || announced.valueAt >= text.end) return at;
  const { bytes, end } = text;
  const { valueAt, verdict } = announced;
  if (bytes[valueAt] === BRACKET && announced.isMember) return matchList(text, at, announced);
  let quote = valueAt;
  while (quote < end && bytes[quote] === BACKSLASH) quote++;
  if (quote < end && (bytes[quote] === QUOTE || bytes[quote] === APOSTROPHE))
    return addQuoted(text, at, quote, quote - valueAt, verdict);
  if (verdict.wholeLine && announced.isLoose) return addLine(text, at, announced);
  return addBare(text, at, announced);
}

/** The value in quotes; `quote`: where the first of them is, `level`: backslashes before it. */
function addQuoted(text: TextScan, at: number, quote: number, level: number, verdict: KeyVerdict): number {
  const close = endOfQuoted(text, quote, level);
  return isSecret(text, quote + 1, close, verdict) ? text.add(quote + 1, close, verdict) : at;
}

function matchList(text: TextScan, at: number, { valueAt, verdict }: Announced): number {
  const { bytes, end } = text;
  let next = at;
  let pos = valueAt + 1;
  for (;;) {
    while (pos < end && (bytes[pos] === SPACE || bytes[pos] === code(',') || bytes[pos] === code('\n'))) pos++;
    if (pos >= end || bytes[pos] !== QUOTE) return next;
    const close = endOfQuoted(text, pos, 0);
    if (isSecret(text, pos + 1, close, verdict)) next = text.add(pos + 1, close, verdict);
    pos = close + 1;
  }
}

/** A header in a text: all of its line, but for the name of the scheme. */
function addLine(text: TextScan, at: number, { valueAt, verdict }: Announced): number {
  const { bytes } = text;
  const lineEnd = endOfLine(text, valueAt);
  const start = behindScheme(text, valueAt);
  const isScheme = start > valueAt;
  if (start >= lineEnd || isPlaceholder(bytes, start, lineEnd)) return at;
  if (
    verdict.pattern === 'cookie'
      ? !bytes.subarray(start, lineEnd).includes(EQUALS)
      : !isScheme && !looksSecret(bytes, start, lineEnd)
  )
    return at;
  return text.add(start, lineEnd, verdict);
}

/** Behind `Bearer `, or where the value begins. */
function behindScheme({ bytes, end }: TextScan, valueAt: number): number {
  const word = endOfRun(bytes, valueAt, Math.min(end, valueAt + LONGEST_NAME), BASE64URL);
  return word < end && bytes[word] === SPACE && SCHEMES.test(textOf(bytes, valueAt, word)) ? word + 1 : valueAt;
}
const SCHEMES = /^(basic|bearer|digest|token|apikey|negotiate|ntlm|aws4-hmac-sha256|signature|hawk|hmac|key)$/i;

function addBare(text: TextScan, at: number, announced: Announced): number {
  const { verdict, isMember, isLoose } = announced;
  const valueAt = verdict.wholeLine ? behindScheme(text, announced.valueAt) : announced.valueAt;
  const end = endOfBare(text, valueAt, verdict.wholeLine === true && isMember);
  const { bytes } = text;
  // A key in PEM, which goes on behind its first line.
  if (startsWith(bytes, valueAt, end, PEM_START)) return at;
  if (isLoose && !looksSecret(bytes, valueAt, end)) return at;
  const isNumber = endOfRun(bytes, valueAt, end, DIGIT) === end;
  if (isNumber && (!verdict.numeric || end - valueAt < 3)) return at;
  return isSecret(text, valueAt, end, verdict) ? text.add(valueAt, end, verdict, isMember) : at;
}

function isSecret({ bytes }: TextScan, start: number, end: number, verdict: KeyVerdict): boolean {
  if (isPlaceholder(bytes, start, end)) return false;
  if (isMark(bytes, start, end)) return true;
  const value = textOf(bytes, start, Math.min(end, start + LONGEST_JUDGED));
  return (verdict.kind === 'secret' || HARMLESS.test(value)) && verdict.accepts(value);
}

/** Holds no secret of its own, which what is only warned of would hide. */
const HARMLESS = /^(?!.*\S{20})[^=:/_]{1,64}$/;

/** Not just a word of a sentence, or the name of a column. */
function looksSecret(bytes: Uint8Array, start: number, end: number): boolean {
  const to = Math.min(end, start + LOOK);
  if (to - start < 6) return false;
  const classes = classesIn(bytes, start, to);
  const letters = (classes & (UPPER | LOWER)) !== 0;
  if ((classes & DIGIT) !== 0 && letters) return !isColumn(bytes, start, to);
  if ((classes & DIGIT) !== 0) return true;
  for (let pos = start; pos < to; pos++) if (SIGNS.has(bytes[pos])) return true;
  return to - start >= 16 && (classes & UPPER) !== 0 && (classes & LOWER) !== 0 && classes === (classes & ALNUM);
}
const SIGNS: ReadonlySet<number> = new Set([...'!#$%^&*+~@'].map(code));

/** `u2.token` */
function isColumn(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start < LONGEST_NAME && /^[a-z_]\w{0,20}\.[a-z_]+$/i.test(textOf(bytes, start, end));
}

/** `--password hunter2` as on a command line; `--password=hunter2` has its sign. */
function matchOption(text: TextScan, at: number, { keys }: NameVerdicts): number {
  const { bytes, end, from } = text;
  if (at - 2 >= from && (CLASS[bytes[at - 2]] & NAME) !== 0) return at;
  const nameEnd = endOfRun(bytes, at + 1, Math.min(end, at + LONGEST_NAME), NAME);
  if (nameEnd - at < 3 || nameEnd >= end || bytes[nameEnd] !== SPACE) return at;
  const verdict = keys.of(bytes, at + 1, nameEnd);
  if (verdict?.kind !== 'secret') return at;
  const valueAt = startOfValue(text, nameEnd);
  if (valueAt >= end || bytes[valueAt] === DASH) return at;
  if (bytes[valueAt] === QUOTE || bytes[valueAt] === APOSTROPHE) return addQuoted(text, at, valueAt, 0, verdict);
  const valueEnd = endOfBare(text, valueAt, false);
  return isSecret(text, valueAt, valueEnd, verdict) ? text.add(valueAt, valueEnd, verdict) : at;
}
