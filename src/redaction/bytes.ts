/** Classes of bytes, to be combined. */
export const DIGIT = 1;
export const UPPER = 2;
export const LOWER = 4;
export const UNDERSCORE = 8;
export const DASH = 16;
export const DOT = 32;
/** What base64 has beside letters and digits. */
export const BASE64_SIGNS = 64;
/** Digits and a to f of either case. */
export const HEX = 128;
export const ALNUM = DIGIT | UPPER | LOWER;
export const BASE64URL = ALNUM | UNDERSCORE | DASH;
/** What the names of parameters, members and settings are made of. */
export const NAME = BASE64URL | DOT;

/** Class of each byte; 0 for the rest, those beyond ASCII among them. */
export const CLASS = new Uint8Array(256);
for (const [characters, bits] of [
  ['0123456789', DIGIT | HEX],
  ['abcdef', LOWER | HEX],
  ['ghijklmnopqrstuvwxyz', LOWER],
  ['ABCDEF', UPPER | HEX],
  ['GHIJKLMNOPQRSTUVWXYZ', UPPER],
  ['_', UNDERSCORE],
  ['-', DASH],
  ['.', DOT],
  ['+/=', BASE64_SIGNS],
] as const)
  for (const character of characters) CLASS[character.charCodeAt(0)] = bits;

export function code(character: string): number {
  return character.charCodeAt(0);
}

/** Where the run of bytes of these classes that begins at `at` ends. */
export function endOfRun(bytes: Uint8Array, at: number, end: number, classes: number): number {
  let pos = at;
  while (pos < end && (CLASS[bytes[pos]] & classes) !== 0) pos++;
  return pos;
}

export const PEM_START = Buffer.from('-----BEGIN');

/** Like {@link endOfRun}, for a run that is taken for a token: the first line of a key that is glued to it is none of it. */
export function endOfToken(bytes: Uint8Array, at: number, end: number, classes: number): number {
  const to = endOfRun(bytes, at, end, classes);
  const pem = Buffer.from(bytes.buffer, bytes.byteOffset + at, to - at).indexOf(PEM_START);
  return pem < 0 ? to : at + pem;
}

/** Where the run of bytes of these classes that ends at `at` begins. */
export function startOfRun(bytes: Uint8Array, at: number, start: number, classes: number): number {
  let pos = at;
  while (pos > start && (CLASS[bytes[pos - 1]] & classes) !== 0) pos--;
  return pos;
}

/** All classes that occur. */
export function classesIn(bytes: Uint8Array, start: number, end: number): number {
  let classes = 0;
  for (let pos = start; pos < end; pos++) classes |= CLASS[bytes[pos]];
  return classes;
}

export function startsWith(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

const UTF8 = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return UTF8.encode(text);
}

/** Bytes that are no UTF-8 become U+FFFD. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
