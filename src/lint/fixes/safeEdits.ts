import type { Fix, RuleFinding, TextEdit } from '../rule';

/** Edits of the first safe fix of every finding, without those that would overlap an earlier one. */
export function safeEdits(findings: readonly RuleFinding[]): TextEdit[] {
  const taken: TextEdit[] = [];
  for (const finding of findings) {
    const fix: Fix | undefined = finding.fixes().find((each) => each.safe);
    if (fix && fix.edits.every((edit) => taken.every((other) => !overlaps(edit, other)))) taken.push(...fix.edits);
  }
  return taken;
}

function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.start === b.start && a.end === b.end) return true;
  return a.start < b.end && b.start < a.end;
}
