import {
  BASE64URL,
  ALNUM,
  CLASS,
  classesIn,
  code,
  DASH,
  DIGIT,
  DOT,
  endOfToken,
  LOWER,
  startsWith,
  UNDERSCORE,
  UPPER,
  utf8,
} from '../bytes';
import { type Rule, secret } from '../rules';
import { type Matcher, pairOf, type TextScan } from '../scan';
import { TOKEN_SHAPES, type TokenShape } from './tokenShapes';

/** Tokens by their first characters. */
export function tokenMatchers(): Matcher[] {
  return TOKEN_SHAPES.map((shape) => new TokenMatcher(shape));
}

class TokenMatcher implements Matcher {
  readonly pairs: readonly number[];
  private readonly prefix: Uint8Array;
  /** Of the pair's second byte in the prefix. */
  private readonly offset: number;
  private readonly rule: Rule;
  /** A prefix with a sign in it is told apart wherever it stands. */
  private readonly anywhere: boolean;

  constructor(private readonly shape: TokenShape) {
    this.prefix = utf8(shape.prefix);
    this.offset = rarestPair(this.prefix);
    this.pairs = [pairOf(this.prefix[this.offset - 1], this.prefix[this.offset])];
    this.rule = secret(shape.pattern);
    this.anywhere = this.prefix.length >= 4 && (classesIn(this.prefix, 0, this.prefix.length) & ~ALNUM) !== 0;
  }

  match(text: TextScan, at: number): number {
    const { shape, prefix } = this;
    const start = at - this.offset;
    if (start < text.from || !startsWith(text.bytes, start, text.end, prefix)) return at;
    if (!this.anywhere && !text.beginsAt(start)) return at;
    const from = start + prefix.length;
    let end = endOfToken(text.bytes, from, text.end, shape.classes);
    end = withoutStops(text.bytes, from, end);
    if (end - from < shape.least || end - from > (shape.most ?? Infinity) || (shape.most && !text.endsAt(end)))
      return at;
    if (shape.mixed && !isMixed(classesIn(text.bytes, from, end))) return at;
    // Whatever is glued to it: the next token, perhaps.
    if (!shape.most)
      end = withoutStops(text.bytes, from, endOfToken(text.bytes, from, text.end, shape.classes | BASE64URL | DOT));
    return text.add(shape.keepsPrefix ? from : start, end, this.rule);
  }
}

/** The stop of a sentence is none of the token's. */
function withoutStops(bytes: Uint8Array, from: number, end: number): number {
  let to = end;
  while (to > from && (CLASS[bytes[to - 1]] & DOT) !== 0) to--;
  return to;
}

function isMixed(classes: number): boolean {
  return (classes & DIGIT) !== 0 && (classes & (UPPER | LOWER)) !== 0;
}

/** Where the pair of the prefix that is least often seen in ordinary text has its second byte. */
function rarestPair(prefix: Uint8Array): number {
  let best = 1;
  for (let i = 2; i < prefix.length; i++) if (rarity(prefix, i) > rarity(prefix, best)) best = i;
  return best;
}

function rarity(prefix: Uint8Array, at: number): number {
  return rarityOf(prefix[at - 1]) * rarityOf(prefix[at]);
}

/** How seldom it is in names, sentences, ids and paths. */
function rarityOf(byte: number): number {
  const bits = CLASS[byte];
  if ((bits & DIGIT) !== 0 || COMMON.has(byte)) return 1;
  if (RARE.has(byte)) return 5;
  if ((bits & (LOWER | DASH)) !== 0) return 2;
  return (bits & UNDERSCORE) !== 0 ? 4 : 3;
}
const COMMON: ReadonlySet<number> = new Set([...'etaisonr'].map(code));
const RARE: ReadonlySet<number> = new Set([...'xzqj'].map(code));
