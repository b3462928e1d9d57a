import type { Confidence, Fix, RelatedPlace, RuleFinding, TextEdit } from './rule';

const SURENESS: readonly Confidence[] = ['possible', 'likely', 'certain'];
/** What is said of the places that are told with the first. */
export const ALSO_HERE = 'and here';
/** Other places that are listed; the message counts the rest. */
const MOST_PLACES = 20;

/** Findings of one rule that say the same of one file are told as one, at the first of them, with the others beside it. */
export function foldRepeated(findings: readonly RuleFinding[]): RuleFinding[] {
  const groups = new Map<string, RuleFinding[]>();
  for (const finding of findings) {
    if (finding.once === undefined) continue;
    const group = groups.get(finding.once);
    if (group) group.push(finding);
    else groups.set(finding.once, [finding]);
  }
  return findings.flatMap((finding) => {
    const group = finding.once === undefined ? undefined : groups.get(finding.once);
    if (!group || group.length === 1) return [finding];
    return group[0] === finding ? [together(group)] : [];
  });
}

function together(group: readonly RuleFinding[]): RuleFinding {
  const [first, ...others] = group;
  const surest = group.reduce((a, b) => (SURENESS.indexOf(b.confidence) > SURENESS.indexOf(a.confidence) ? b : a));
  const related = others
    .slice(0, MOST_PLACES)
    .map(({ start, end }): RelatedPlace => ({ start, end, message: ALSO_HERE }));
  return {
    ...surest,
    start: first.start,
    end: first.end,
    message: `${surest.message} The same holds for ${others.length === 1 ? 'one other place' : `${others.length} other places`} of this file.`,
    related: [...(first.related ?? []), ...related],
    fixes: () => surest.fixes().flatMap((fix) => fixOfAll(fix, group)),
    provisional: group.some(({ provisional }) => provisional),
  };
}

/** One fix for all places, where each of them has it; otherwise none, since it would leave the fault. */
function fixOfAll(fix: Fix, group: readonly RuleFinding[]): Fix[] {
  const fixes = group.map(({ fixes: own }) => own().find(({ title }) => title === fix.title));
  if (!fixes.every((each) => each !== undefined) || areNested(fixes)) return [];
  const edits = distinct(fixes.flatMap((each) => each.edits));
  if (edits.some(({ start }, index) => index > 0 && start < edits[index - 1].end)) return [];
  return [{ title: `${fix.title} in ${group.length} places`, edits, safe: fixes.every(({ safe }) => safe) }];
}

/** Two of them insert different texts at one place, as blocks do that end together: the order would be a guess. */
function areNested(fixes: readonly Fix[]): boolean {
  const inserted = new Map<number, { readonly fix: Fix; readonly text: string }>();
  for (const fix of fixes)
    for (const { start, end, text } of fix.edits) {
      if (start !== end) continue;
      const known = inserted.get(start);
      if (known && known.fix !== fix && known.text !== text) return true;
      inserted.set(start, { fix, text });
    }
  return false;
}

/** In source order; imports that several fixes need are added once. */
function distinct(edits: readonly TextEdit[]): TextEdit[] {
  const byText = new Map(edits.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit]));
  return [...byText.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
