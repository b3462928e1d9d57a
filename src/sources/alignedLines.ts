import { inBoth, longestAscending, singlePlaces, type Pair } from '../base/ascending';

/** Shorter lines, such as `});`, are everywhere. */
const TELLING_CHARACTERS = 8;
/** Of what the compiler writes anew: `api_1.trace` for `trace`, no types. So many characters in front stay as they are. */
const KEPT_START = 6;
/** A gap of more lines is not searched for rewritten ones. */
const LARGEST_GAP = 400;

/**
 * The line of a source by the line of code that was compiled from it, both from 0; -1 where nothing tells. Compilers without bundling
 * keep statements in their order and most of their text: lines that stand once in both are the same, and between two of those a line
 * is told by what is left of it.
 */
export function alignedLines(generated: readonly string[], source: readonly string[]): Int32Array {
  const [from, to] = [generated.map(plain), source.map(plain)];
  const aligned = new Int32Array(from.length).fill(-1);
  const anchors = longestAscending(inBoth(telling(from), singlePlaces(to)));
  for (const [line, other] of anchors) aligned[line] = other;
  let [line, other] = [-1, -1];
  for (const [nextLine, nextOther] of [...anchors, [from.length, to.length] as const]) {
    fillGap(from, to, aligned, [line + 1, nextLine], [other + 1, nextOther]);
    [line, other] = [nextLine, nextOther];
  }
  return aligned;
}

/** Without what compilers and formatters change: spaces, semicolons, kind of quotes. */
function plain(line: string): string {
  return line.replace(/[\s;]/g, '').replaceAll('"', "'");
}

function telling(lines: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...singlePlaces(lines)].filter(([text]) => text.length >= TELLING_CHARACTERS));
}

/** Lines of a gap, by their text in order, then by what is left of it: only where one line alone can be meant. */
function fillGap(
  from: readonly string[],
  to: readonly string[],
  aligned: Int32Array,
  [start, end]: Pair,
  [first, last]: Pair,
): void {
  if (end - start > LARGEST_GAP || last - first > LARGEST_GAP) return;
  let next = first;
  for (let line = start; line < end; line++) {
    if (from[line].length < TELLING_CHARACTERS) continue;
    const fitting: number[] = [];
    for (let other = next; other < last; other++) if (isRewritten(from[line], to[other])) fitting.push(other);
    if (fitting.length !== 1) continue;
    aligned[line] = fitting[0];
    next = fitting[0] + 1;
  }
}

/** One is the other with parts left out, and they begin alike. */
function isRewritten(one: string, other: string): boolean {
  if (one === other) return true;
  if (one.slice(0, KEPT_START) !== other.slice(0, KEPT_START)) return false;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length * 2 < long.length) return false;
  let at = 0;
  for (let i = 0; i < long.length && at < short.length; i++) if (long[i] === short[at]) at++;
  return at === short.length;
}
