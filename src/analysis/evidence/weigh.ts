import { assertNever } from '../../base/assertNever';
import type { ProgramEvidence } from '../../model/lineEvidence';
import { NO_FIXES, type RuleFinding, type TextRange } from '../../lint/rule';
import type { FindingSite, LineRange } from '../../lint/findingSite';
import type { FileSites } from '../../lint/spanSites';
import { UNUSED_SUPPRESSION } from '../../protocol/analysis';
import type { PlacedEvidence } from './placedEvidence';
import { runTimeFindings } from './runTimeFindings';
import { ruleEvidence, setupEvidence } from './table';
import type { Verdict } from './verdict';

/** A finding with what the run time says of it. */
export interface WeighedFinding extends RuleFinding {
  /** Levels by which the editor shows it as graver, or as less grave below zero. */
  readonly shift?: number;
}

export interface WeighedFile {
  readonly text: string;
  readonly findings: readonly RuleFinding[];
  readonly sites?: FileSites;
}

/** Lines above and below that stand for the function around a line. */
const LINES_AROUND = 3;

/** What is known of a file's run time. */
export interface WeighedBy {
  readonly lines: readonly PlacedEvidence[];
  /** Undefined, too, where the file is another since. */
  readonly program?: ProgramEvidence;
}

/** The findings of a file with what the run time adds to them, and those that it alone tells of, in order. */
export function weigh(file: WeighedFile, by: WeighedBy): readonly WeighedFinding[] {
  const { lines, program } = by;
  if (lines.length === 0 && !program) return file.findings;
  const starts = lineStarts(file.text);
  const inSource = weighFindings(file, by, starts);
  const [added, unneeded] = runTimeOnly(file, lines, starts);
  const isNeeded = ({ rule, start }: RuleFinding) => rule !== UNUSED_SUPPRESSION || !unneeded.has(start);
  return [...inSource.filter(isNeeded), ...added].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The findings of a file with what the run time adds to them, without those that it alone tells of. */
export function weighFindings(
  { text, findings }: Pick<WeighedFile, 'text' | 'findings'>,
  { lines, program }: WeighedBy,
  starts: readonly number[] = lineStarts(text),
): readonly WeighedFinding[] {
  if (lines.length === 0 && !program) return findings;
  return findings.map((finding) => {
    const { rule, start, end } = finding;
    const setup = program && setupEvidence.get(rule)?.judge(program, text.slice(start, end));
    const verdict = setup ?? lineVerdict(finding, lines, starts);
    return verdict ? withVerdict(finding, verdict) : finding;
  });
}

function lineVerdict(
  finding: RuleFinding,
  evidence: readonly PlacedEvidence[],
  starts: readonly number[],
): Verdict | undefined {
  const { site } = finding;
  const rule = site && ruleEvidence.get(finding.rule);
  const placed = rule && evidenceAt(evidence, site, linesOf(finding, starts));
  return placed && rule.judge(placed.evidence, site);
}

function withVerdict(finding: RuleFinding, verdict: Verdict): WeighedFinding {
  return { ...finding, message: `${finding.message} ${verdict.text}`, shift: shiftOf(verdict, finding) };
}

/** Of code that is as it was when it ran: the call that makes the span, and the place of the finding. */
function evidenceAt(
  evidence: readonly PlacedEvidence[],
  { lines, head }: FindingSite,
  finding: LineRange,
): PlacedEvidence | undefined {
  for (const line of lines) {
    const placed = evidence.find((each) => each.line === line);
    if (placed) return placed.isUnchanged(head) && placed.isUnchanged(finding) ? placed : undefined;
  }
  return undefined;
}

function shiftOf({ outcome, isThin }: Verdict, { confidence }: RuleFinding): number {
  switch (outcome) {
    case 'proven':
      return isThin && confidence === 'certain' ? 0 : 1;
    case 'seen':
      return 0;
    case 'unseen':
      return -1;
    default:
      return assertNever(outcome, 'outcome');
  }
}

/** Findings of the run time, and where the comments begin that keep others from being reported: they have a use. */
function runTimeOnly(
  file: WeighedFile,
  evidence: readonly PlacedEvidence[],
  starts: readonly number[],
): [RuleFinding[], ReadonlySet<number>] {
  const unneeded = new Set<number>();
  const added = evidence.flatMap((placed) => {
    const { line } = placed;
    const range = rangeAt(file, line, starts);
    if (!placed.isUnchanged(file.sites?.functionAt(range.start) ?? around(line, starts.length))) return [];
    const isInSource = (rules: readonly string[]): boolean =>
      file.findings.some(({ rule, site }) => rules.includes(rule) && site?.lines.includes(line));
    return runTimeFindings(placed.evidence, isInSource).flatMap((finding): RuleFinding[] => {
      const suppression = file.sites?.suppression(finding.rule, range);
      if (suppression) unneeded.add(suppression.start);
      return suppression ? [] : [{ ...finding, ...range, fixes: NO_FIXES, provisional: false }];
    });
  });
  return [added, unneeded];
}

/** The call that makes spans on a line; the line's code where none is known. */
function rangeAt({ text, sites }: WeighedFile, line: number, starts: readonly number[]): TextRange {
  const call =
    sites?.spans.find(({ lines }) => lines[0] === line) ?? sites?.spans.find(({ lines }) => lines.includes(line));
  if (call) return call;
  const start = starts[line - 1];
  const code = text.slice(start, starts[line] ?? text.length);
  const trimmed = code.trim();
  const from = start + code.indexOf(trimmed);
  return { start: from, end: from + trimmed.length };
}

/** Where the text is not parsed. */
function around(line: number, lines: number): LineRange {
  return { from: Math.max(1, line - LINES_AROUND), to: Math.min(lines, line + LINES_AROUND) };
}

function linesOf({ start, end }: TextRange, starts: readonly number[]): LineRange {
  return { from: lineAt(start, starts), to: lineAt(end, starts) };
}

/** 1-based. */
function lineAt(offset: number, starts: readonly number[]): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
