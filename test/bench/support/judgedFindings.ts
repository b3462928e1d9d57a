import type { Confidence } from '../../../src/lint/rule';
import type { Judgement } from './judgedTable';

/** A finding as it is compared with the table. */
export interface PlacedFinding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly confidence: Confidence;
}

export interface Comparison {
  readonly right: readonly PlacedFinding[];
  /** Real mistakes that are found, be it as a hint. */
  readonly found: readonly Judgement[];
  readonly wrong: readonly PlacedFinding[];
  /** Nobody has looked at these. */
  readonly unjudged: readonly PlacedFinding[];
  /** Real mistakes that are not found, be it any more or as yet. */
  readonly missed: readonly Judgement[];
}

/** Puts findings beside what was judged. A hint is a find where there is one, and claims too little to be wrong or unjudged. */
export function compare(all: readonly PlacedFinding[], judged: readonly Judgement[]): Comparison {
  const findings = all.filter(({ confidence }) => confidence !== 'possible');
  const byPlace = new Map(judged.map((each) => [placeOf(each), each]));
  const verdictOf = (finding: PlacedFinding) => byPlace.get(placeOf(finding))?.verdict;
  const found = new Set(all.map(placeOf));
  return {
    right: findings.filter((each) => verdictOf(each) === 'true' || verdictOf(each) === 'expected'),
    wrong: findings.filter((each) => verdictOf(each) === 'false'),
    unjudged: findings.filter((each) => verdictOf(each) === undefined),
    found: judged.filter((each) => each.verdict !== 'false' && found.has(placeOf(each))),
    missed: judged.filter((each) => each.verdict !== 'false' && !found.has(placeOf(each))),
  };
}

export function placeOf({ file, line, rule }: { file: string; line: number; rule: string }): string {
  return `${file}:${line} ${rule}`;
}

/** `part / whole`, 1 for a whole of nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Number((part / whole).toFixed(3));
}
