import { ALNUM, CLASS, code } from './bytes';
import { isMark } from './marks';
import type { Rule } from './rules';

/** A part of a text that must not be kept, or be shown with a warning only. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly rule: Rule;
  /** Stands bare where JSON wants quotes around what is not a number. */
  readonly bare?: boolean;
}

/** Recognises one kind of thing in a text. */
export interface Matcher {
  /**
   * Two neighbouring bytes that everything it recognises has: the pair at which it is asked, as {@link pairOf} writes it.
   * Before the first byte of a text stands a space.
   */
  readonly pairs: Iterable<number>;
  /**
   * `at`: where the second byte of the pair is. Gives where to go on; not beyond `at`, when there is nothing here that would spare the
   * bytes that follow a look. Findings go into `text`, in the order of their places.
   */
  match(text: TextScan, at: number): number;
}

export function pairOf(first: number, second: number): number {
  return (first << 8) | second;
}

/** All pairs that end with this byte. */
export function pairsEndingWith(second: number): number[] {
  return Array.from({ length: 256 }, (_, first) => pairOf(first, second));
}

const SPACE = code(' ');
const PERCENT = code('%');
const BACKSLASH = code('\\');

/** The bytes that are looked at, what was found in them, and what matchers have noted for themselves. */
export class TextScan {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Nothing before this may be part of a further finding. */
  from = 0;
  /** Where the last `@` stood that was looked at. */
  lastAt = 0;
  /** A quote is not closed behind this place, by the number of backslashes before it. */
  readonly unclosed: (number | undefined)[] = [];
  /** Where values of each kind end that begin between `from` and there. */
  readonly ends = new Map<string, { readonly from: number; readonly end: number }>();
  readonly findings: Finding[] = [];

  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = this.from = this.lastAt = start;
    this.end = end;
    if (this.unclosed.length > 0) this.unclosed.length = 0;
    if (this.ends.size > 0) this.ends.clear();
    if (this.findings.length > 0) this.findings.length = 0;
  }

  /** Gives where to go on. What has been redacted before is left as it is. */
  add(start: number, end: number, rule: Rule, bare = false): number {
    if (isMark(this.bytes, start, end)) return end;
    this.findings.push(bare ? { start, end, rule, bare } : { start, end, rule });
    this.from = end;
    return end;
  }

  /** No letter or digit stands right before `at`, but for those of an escape: `%3A`, `\n`. */
  beginsAt(at: number): boolean {
    const { bytes, from } = this;
    if (at <= from || (CLASS[bytes[at - 1]] & ALNUM) === 0) return true;
    if (at - 2 >= from && bytes[at - 2] === BACKSLASH) return true;
    return at - 3 >= from && bytes[at - 3] === PERCENT;
  }

  endsAt(at: number): boolean {
    return at >= this.end || (CLASS[this.bytes[at]] & ALNUM) === 0;
  }
}

/** Looks for everything that the matchers know, in one pass over the bytes. */
export class Scanner {
  private readonly scan = new TextScan();
  /** By pair of bytes: number of the list in {@link chains}, 0 for none. */
  private readonly pairs = new Uint8Array(1 << 16);
  private readonly chains: Matcher[][] = [[]];

  constructor(matchers: readonly Matcher[]) {
    for (const matcher of matchers) for (const pair of matcher.pairs) this.pairs[pair] = this.chainWith(pair, matcher);
  }

  /** What is in `bytes[start, end)`, by place and without overlaps. Void at the next call. */
  find(bytes: Uint8Array, start: number, end: number): readonly Finding[] {
    const { pairs, scan } = this;
    let isOpen = false;
    let previous = SPACE;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      const chain = pairs[(previous << 8) | byte];
      previous = byte;
      if (chain === 0) continue;
      if (!isOpen) {
        isOpen = true;
        scan.open(bytes, start, end);
      }
      const next = this.match(chain, at);
      if (next <= at) continue;
      previous = next === scan.from ? SPACE : bytes[next - 1];
      at = next - 1;
    }
    return isOpen ? scan.findings : NONE;
  }

  private match(chain: number, at: number): number {
    const { scan } = this;
    for (const matcher of this.chains[chain]) {
      const next = matcher.match(scan, at);
      if (next > at) return next;
    }
    return at;
  }

  /** Few lists are different: most pairs are of one matcher. */
  private chainWith(pair: number, matcher: Matcher): number {
    const wanted = [...this.chains[this.pairs[pair]], matcher];
    const known = this.chains.findIndex(
      (chain) => chain.length === wanted.length && chain.every((each, i) => each === wanted[i]),
    );
    if (known >= 0) return known;
    if (this.chains.length > 0xff) throw new Error('Too many different lists of matchers for one byte');
    return this.chains.push(wanted) - 1;
  }
}

const NONE: readonly Finding[] = [];
