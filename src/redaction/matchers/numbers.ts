import { ALNUM, CLASS, code, DIGIT, DOT, UNDERSCORE, UPPER } from '../bytes';
import { personal } from '../rules';
import { type Matcher, pairOf, type TextScan } from '../scan';

const CARD = personal('card number');
const IBAN = personal('IBAN');
const NATIONAL_ID = personal('national id');
const [SPACE, DASH, DOT_BYTE, ZERO] = [...' -.0'].map(code);
/** More groups than any number here has: what is longer is a table. */
const MOST_GROUPS = 8;

/** Groups of digits with one separator between them. */
class DigitGroups {
  count = 0;
  readonly starts = new Int32Array(MOST_GROUPS);
  readonly lengths = new Int32Array(MOST_GROUPS);
  /** Before the group; 0 before the first. */
  readonly separators = new Uint8Array(MOST_GROUPS);
  end = 0;

  read(bytes: Uint8Array, at: number, end: number): void {
    let pos = at;
    this.count = 0;
    let separator = 0;
    for (;;) {
      const start = pos;
      while (pos < end && bytes[pos] >= ZERO && bytes[pos] <= ZERO + 9) pos++;
      if (this.count < MOST_GROUPS) {
        this.starts[this.count] = start;
        this.lengths[this.count] = pos - start;
        this.separators[this.count++] = separator;
      }
      this.end = pos;
      separator = bytes[pos];
      const isSeparator = separator === SPACE || separator === DASH || separator === DOT_BYTE;
      if (!isSeparator || pos + 1 >= end || (CLASS[bytes[pos + 1]] & DIGIT) === 0 || this.count === MOST_GROUPS) return;
      pos++;
    }
  }

  /** Groups of these lengths from `first` on, with the same separator between them. */
  has(first: number, lengths: readonly number[], separators: readonly number[]): boolean {
    if (first + lengths.length > this.count) return false;
    for (let i = 0; i < lengths.length; i++) {
      if (this.lengths[first + i] !== lengths[i]) return false;
      if (i > 0 && this.separators[first + i] !== separators[Math.min(i - 1, separators.length - 1)]) return false;
    }
    return true;
  }

  endOf(group: number): number {
    return this.starts[group] + this.lengths[group];
  }
}

const groups = new DigitGroups();
const CARD_GROUPS = [
  [4, 4, 4, 4],
  [4, 4, 4, 4, 3],
  [4, 6, 5],
  [4, 6, 4],
];
const LEAST_DIGITS = 11;

/** Card numbers and the national ids whose check digits leave no doubt. */
const digits: Matcher = {
  pairs: digitStarts(),
  match(text: TextScan, at: number): number {
    const { bytes, end } = text;
    groups.read(bytes, at, end);
    if (groups.end - at < LEAST_DIGITS) return at;
    if (groups.end < end && (CLASS[bytes[groups.end]] & (ALNUM | UNDERSCORE)) !== 0) return at;
    for (let group = 0; group < groups.count; group++) {
      const length = cardAt(bytes, group) || nationalIdAt(bytes, group);
      if (length === 0) continue;
      const rule = length > 0 ? CARD : NATIONAL_ID;
      const last = group + Math.abs(length) - 1;
      return text.add(groups.starts[group], groups.endOf(last), rule);
    }
    return groups.end;
  },
};

/** Number of groups that are a card's number; 0 for none. */
function cardAt(bytes: Uint8Array, group: number): number {
  const length = groups.lengths[group];
  // The digits behind a decimal point are none.
  if (length >= 13 && length <= 19)
    return groups.separators[group] !== DOT_BYTE && !isDecimal(group) && isCard(bytes, group, 1) ? 1 : 0;
  for (const lengths of CARD_GROUPS)
    for (const separator of [SPACE, DASH])
      if (groups.has(group, lengths, [separator]) && isCard(bytes, group, lengths.length)) return lengths.length;
  return 0;
}

function isDecimal(group: number): boolean {
  return group + 1 < groups.count && groups.separators[group + 1] === DOT_BYTE;
}

/** Minus the number of groups that are a national id; 0 for none. */
function nationalIdAt(bytes: Uint8Array, group: number): number {
  if (groups.has(group, [3, 3, 3, 2], [DOT_BYTE, DOT_BYTE, DASH]) && isCpf(digitsOf(bytes, group, 4))) return -4;
  if (groups.has(group, [2, 2, 2, 3, 2], [DOT_BYTE, DOT_BYTE, DASH, DOT_BYTE]) && isBelgian(digitsOf(bytes, group, 5)))
    return -5;
  if (groups.has(group, [1, 2, 2, 2, 3, 3, 2], [SPACE]) && isFrench(digitsOf(bytes, group, 7))) return -7;
  return 0;
}

function digitsOf(bytes: Uint8Array, first: number, count: number): string {
  let digits = '';
  for (let group = first; group < first + count; group++)
    for (let pos = groups.starts[group]; pos < groups.endOf(group); pos++) digits += String.fromCharCode(bytes[pos]);
  return digits;
}

/** ISO/IEC 7812: the issuer's range, the length it uses, the check digit of Luhn. */
const ISSUERS =
  /^(4\d{15}|4\d{18}|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(0[0-5]|[689]\d)\d{11}|35(2[89]|[3-8]\d)\d{12}|6(011|5\d\d|4[4-9]\d)\d{12}|62\d{14}|62\d{17}|(50|5[6-9]|6[03-9])\d{14})$/;

function isCard(bytes: Uint8Array, group: number, count: number): boolean {
  const number = digitsOf(bytes, group, count);
  return ISSUERS.test(number) && passesLuhn(number);
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < number.length; i++) {
    const digit = Number(number[number.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Brazil: two check digits modulo 11. */
function isCpf(number: string): boolean {
  if (/^(\d)\1*$/.test(number)) return false;
  for (const length of [9, 10]) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += Number(number[i]) * (length + 1 - i);
    if (((sum * 10) % 11) % 10 !== Number(number[length])) return false;
  }
  return true;
}

/** Belgium: 97 minus the rest of the first nine digits, with a 2 before them for those born since 2000. */
function isBelgian(number: string): boolean {
  const check = Number(number.slice(9));
  const first = number.slice(0, 9);
  return [first, `2${first}`].some((digits) => 97 - (Number(digits) % 97) === check);
}

/** France: 97 minus the rest of the first thirteen. */
function isFrench(number: string): boolean {
  return /^[12]/.test(number) && 97 - (Number(number.slice(0, 13)) % 97) === Number(number.slice(13));
}

/** Characters of an IBAN by country, as the register has them. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 ' +
    'LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const iban: Matcher = {
  pairs: Object.keys(IBAN_LENGTHS).map((country) => pairOf(country.charCodeAt(0), country.charCodeAt(1))),
  match(text: TextScan, at: number): number {
    const { bytes, end } = text;
    if (at + 2 >= end || (CLASS[bytes[at + 1]] & CLASS[bytes[at + 2]] & DIGIT) === 0 || !text.beginsAt(at - 1))
      return at;
    const length = IBAN_LENGTHS[String.fromCharCode(bytes[at - 1], bytes[at])];
    let number = '';
    let pos = at - 1;
    for (; pos < end && number.length < length; pos++) {
      if (bytes[pos] === SPACE && number.length % 4 === 0) continue;
      if ((CLASS[bytes[pos]] & (UPPER | DIGIT)) === 0) return at;
      number += String.fromCharCode(bytes[pos]);
    }
    if (number.length < length || !text.endsAt(pos) || !passesMod97(number)) return at;
    return text.add(at - 1, pos, IBAN);
  },
};

/** ISO 7064: the first four characters moved to the end, letters as numbers from 10, must leave 1. */
function passesMod97(number: string): boolean {
  let rest = 0;
  for (const character of number.slice(4) + number.slice(0, 4))
    for (const digit of parseInt(character, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** A digit behind what is neither letter, digit, `_` nor `.`. */
function digitStarts(): number[] {
  const pairs: number[] = [];
  for (let before = 0; before < 256; before++) {
    if ((CLASS[before] & (ALNUM | UNDERSCORE | DOT)) !== 0) continue;
    for (let digit = 0; digit < 10; digit++) pairs.push(pairOf(before, ZERO + digit));
  }
  return pairs;
}

export const NUMBER_MATCHERS: readonly Matcher[] = [digits, iban];
