import type { Judgement } from './judgedTable';

/** A finding as it is compared with the table. */
export interface PlacedFinding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  /** Shown as a warning. */
  readonly isWarning: boolean;
}

export interface Comparison {
  readonly right: readonly PlacedFinding[];
  readonly wrong: readonly PlacedFinding[];
  /** Nobody has looked at these. */
  readonly unjudged: readonly PlacedFinding[];
  /** Real mistakes that are not found, be it any more or as yet. */
  readonly missed: readonly Judgement[];
}

/** Puts findings beside what was judged. Hints count as found when they are judged, and are otherwise passed over by the caller. */
export function compare(findings: readonly PlacedFinding[], judged: readonly Judgement[]): Comparison {
  const byPlace = new Map(judged.map((each) => [placeOf(each), each]));
  const verdictOf = (finding: PlacedFinding) => byPlace.get(placeOf(finding))?.verdict;
  const found = new Set(findings.map(placeOf));
  return {
    right: findings.filter((each) => verdictOf(each) === 'true' || verdictOf(each) === 'expected'),
    wrong: findings.filter((each) => verdictOf(each) === 'false'),
    unjudged: findings.filter((each) => verdictOf(each) === undefined),
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
