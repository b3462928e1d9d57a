import { createHash } from 'node:crypto';
import type { Reported } from './lintFormats';

const VERSION = 1;

/** Findings that are known and left alone: how many of each, by a fingerprint that stays when lines are put in above. */
export interface Baseline {
  readonly version: typeof VERSION;
  readonly findings: Readonly<Record<string, number>>;
}

/** Of the rule, the file and the text of the line; the line's number plays no part. */
export function fingerprint(finding: Pick<Reported, 'rule' | 'path'>, lineText: string): string {
  const text = lineText.replace(/\s+/g, ' ').trim();
  return createHash('sha256').update(`${finding.rule}\n${finding.path}\n${text}`).digest('hex').slice(0, 32);
}

export function baselineOf(reported: readonly Reported[]): string {
  const counts = new Map<string, number>();
  for (const each of reported) {
    const key = keyOf(each);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const findings = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version: VERSION, findings } satisfies Baseline, null, 2)}\n`;
}

/** Undefined when the text is no baseline of this version. */
export function readBaseline(text: string): Baseline | undefined {
  try {
    const json = JSON.parse(text) as Partial<Baseline> | null;
    const isBaseline = json?.version === VERSION && typeof json.findings === 'object' && json.findings !== null;
    return isBaseline ? (json as Baseline) : undefined;
  } catch {
    return undefined;
  }
}

/** What the baseline does not list; of several alike, those beyond its count. */
export function beyond(baseline: Baseline, reported: readonly Reported[]): Reported[] {
  const left = new Map(Object.entries(baseline.findings));
  return reported.filter((each) => {
    const count = left.get(keyOf(each)) ?? 0;
    left.set(keyOf(each), count - 1);
    return count <= 0;
  });
}

/** Readable, so that a change of the file can be reviewed. */
function keyOf({ path, rule, fingerprint: print }: Reported): string {
  return `${path} ${rule} ${print}`;
}
