import { inBoth, longestAscending, singlePlaces, type Pair } from '../../base/ascending';

/** Lines of a text, 0-based, without the white space around them: what only moved within its line is the same code. */
export function linesOfText(text: string): string[] {
  return text.split('\n').map((line) => line.trim());
}

/** Which lines of a text are which of another one. All numbers are 0-based. */
export class LineAlignment {
  private readonly after: Int32Array;
  private readonly before: Int32Array;

  constructor(before: readonly string[], after: readonly string[]) {
    this.after = new Int32Array(before.length).fill(-1);
    this.before = new Int32Array(after.length).fill(-1);
    let start = 0;
    while (start < before.length && start < after.length && before[start] === after[start]) this.pair(start, start++);
    let [b, a] = [before.length, after.length];
    while (b > start && a > start && before[b - 1] === after[a - 1]) this.pair(--b, --a);
    for (const [from, to] of anchors(before, after, start, b, a)) this.grow(before, after, from, to);
  }

  /** Where a line of the text before is now; undefined when it is gone or another. */
  now(line: number): number | undefined {
    const found = this.after[line] ?? -1;
    return found < 0 ? undefined : found;
  }

  /** These lines of the text after, both within, stood together in the text before. */
  isUnchanged(from: number, to: number): boolean {
    const first = this.before[from] ?? -1;
    if (first < 0) return false;
    for (let line = from; line <= to; line++) if (this.before[line] !== first + line - from) return false;
    return true;
  }

  private pair(before: number, after: number): void {
    this.after[before] = after;
    this.before[after] = before;
  }

  /** Lines around a pair that are the same on both sides belong together, too. */
  private grow(before: readonly string[], after: readonly string[], from: number, to: number): void {
    this.pair(from, to);
    for (const step of [-1, 1])
      for (let [b, a] = [from + step, to + step]; this.isFree(b, a) && before[b] === after[a]; b += step, a += step)
        this.pair(b, a);
  }

  private isFree(before: number, after: number): boolean {
    return this.after[before] === -1 && this.before[after] === -1;
  }
}

/** Lines that occur once on either side, in an order that holds on both: `a b c` and `b a c` have two of them. */
function anchors(
  before: readonly string[],
  after: readonly string[],
  start: number,
  beforeEnd: number,
  afterEnd: number,
): Pair[] {
  const pairs = inBoth(singlePlaces(before, start, beforeEnd), singlePlaces(after, start, afterEnd));
  return longestAscending(pairs.filter(([line]) => before[line] !== ''));
}
