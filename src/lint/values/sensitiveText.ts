import type { SensitiveGroup } from './sensitiveNames';

export interface TextShape {
  readonly id: string;
  readonly what: string;
  readonly evidence: string;
}

/** Parts are as long as RFC 5321 lets them be: without an end, a long word takes the square of its length. */
const EMAIL = /[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24})/;
/** RFC 2606 and RFC 6761 names, and mailboxes that belong to nobody. */
const EXAMPLE_DOMAIN = /(^|\.)(example|test|invalid|localhost|local|acme|foo|bar|domain)(\.[a-z]+)*$/i;
const NOBODY = /^(no-?reply|do-?not-?reply|postmaster|support|info|admin|hello|contact|test|user|git|npm)@/i;

const CARD = /(?:^|[^\d.])((?:\d[ -]?){13,19})(?![\d.])/;
const SSN = /(?:^|\D)(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?!\d)/;
const IBAN = /(?:^|[^A-Z0-9])([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?)(?![A-Z0-9])/;

interface Secret {
  readonly id: string;
  readonly what: string;
  readonly pattern: RegExp;
  /** Least Shannon entropy in bits a character of the match; keeps placeholders out. */
  readonly entropy: number;
}

const SECRETS: readonly Secret[] = [
  { id: 'aws', what: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/, entropy: 3 },
  { id: 'github', what: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})/, entropy: 3 },
  { id: 'jwt', what: 'a JSON Web Token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*/, entropy: 3.5 },
  { id: 'pem', what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, entropy: 0 },
  { id: 'slack', what: 'a Slack token', pattern: /\bxox[abprs]-[\w-]{20,}/, entropy: 3 },
  { id: 'stripe', what: 'a Stripe key', pattern: /\b[rs]k_(?:live|prod)_[A-Za-z0-9]{20,}/, entropy: 3 },
  { id: 'google', what: 'a Google API key', pattern: /\bAIza[\w-]{35}\b/, entropy: 3 },
  { id: 'npm', what: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/, entropy: 3 },
  { id: 'bearer', what: 'a bearer token', pattern: /\bBearer\s+[\w-]{20,}(?:\.[\w-]+)*/, entropy: 3.3 },
];

/** What a fixed text in the program is by its shape alone. */
export function shapeOfText(text: string, group: SensitiveGroup): TextShape | undefined {
  return group === 'secret' ? secretShape(text) : personalShape(text);
}

const ALGORITHM = /^(sha|md|argon|pbkdf|bcrypt|scrypt|oauth|hs|rs|es|aes|v\d)/i;

/** Of a text that goes by the name of a password: letters and digits in one word, which placeholders and names of states are not. */
export function looksLikePassword(text: string): boolean {
  return /^\S{6,64}$/.test(text) && /[a-z]/i.test(text) && /\d/.test(text) && !ALGORITHM.test(text);
}

function secretShape(text: string): TextShape | undefined {
  for (const { id, what, pattern, entropy } of SECRETS) {
    const match = pattern.exec(text)?.[0];
    if (match !== undefined && entropyOf(match) >= entropy)
      return { id, what, evidence: `text that starts with "${match.slice(0, 6)}"` };
  }
  return undefined;
}

function personalShape(text: string): TextShape | undefined {
  const email = text.includes('@') ? EMAIL.exec(text) : null;
  if (email && !EXAMPLE_DOMAIN.test(email[1]) && !NOBODY.test(email[0]))
    return { id: 'email', what: 'an e-mail address', evidence: `"${email[0]}"` };
  const card = CARD.exec(text)?.[1]?.replace(/\D/g, '');
  if (card && passesLuhn(card))
    return { id: 'card', what: 'a card number', evidence: `digits that end in ${card.slice(-4)}` };
  if (SSN.test(text)) return { id: 'government', what: 'a social security number', evidence: 'digits as 000-00-0000' };
  const iban = IBAN.exec(text)?.[1]?.replace(/ /g, '');
  if (iban && isIban(iban))
    return { id: 'bank', what: 'a bank account', evidence: `an IBAN that starts with "${iban.slice(0, 4)}"` };
  return undefined;
}

/** Bits a character, by the frequencies of the text's own characters. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** ISO/IEC 7812-1, annex B; a run of one digit passes the sum and is no card. */
export function passesLuhn(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the rearranged text as a number leaves 1 when divided by 97. */
export function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 34) return false;
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
