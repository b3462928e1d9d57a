// How far the linter can be trusted: its findings in real repositories beside the table in test/fixtures/lint-judged.
//   SPANLINE_JUDGED=<folder with <owner>__<name>/ in it> npm run bench -- judged
//   SPANLINE_JUDGED_FETCH=1 as well: what is missing there is fetched with git, at the commit that was judged. Only what is there counts.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Engine } from '../../src/analysis/engine';
import { scan } from '../../src/analysis/scan';
import { silentLog } from '../../src/base/log';
import { ALSO_HERE } from '../../src/lint/repeated';
import { run as runProgram } from '../vscode/harness/shell';
import { tryFixes, type FixCount } from './support/judgedFixes';
import { compare, share, type Comparison, type PlacedFinding } from './support/judgedFindings';
import { folderOf, readTable, SETS, type FirstContact, type JudgedRepository } from './support/judgedTable';

const SETTINGS = { enabled: true, rules: {}, wrappers: [] };

export async function run(): Promise<Record<string, number>> {
  const root = process.env['SPANLINE_JUDGED'];
  if (root === undefined)
    throw new Error('SPANLINE_JUDGED names no folder of checked-out repositories; set it to one, <owner>__<name> each');
  const figures: Record<string, number> = {};
  const table = await readTable();
  for (const set of SETS) {
    const compared: Comparison[] = [];
    const fixes: FixCount[] = [];
    const repositories = table.filter((each) => each.set === set);
    for (const repository of repositories) {
      const folder = join(root, folderOf(repository));
      if (!existsSync(folder) && process.env['SPANLINE_JUDGED_FETCH'] === '1') await fetchAt(repository, folder);
      if (!existsSync(folder)) {
        console.log(`${repository.repository} is not in ${root}; SPANLINE_JUDGED_FETCH=1 fetches it`);
        continue;
      }
      const findings = findingsIn(folder, fixes);
      const comparison = compare(findings, repository.judged);
      compared.push(comparison);
      printDifferences(repository.repository, comparison);
    }
    const name = set.replaceAll('-', '_');
    Object.assign(figures, figuresOf(name, compared), firstContactOf(name, repositories), {
      [`${name}_fixes`]: fixes.reduce((sum, { tried }) => sum + tried, 0),
      [`${name}_fixes_at_fault`]: fixes.reduce((sum, { faults }) => sum + faults.length, 0),
    });
    for (const { path, rule, title, what } of fixes.flatMap(({ faults }) => faults))
      console.log(`fix       ${relative(root, path)} ${rule}: "${title}" ${what}`);
  }
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(46)} ${value}`);
  return figures;
}

/** Of the whole table, whether or not the repositories are there. */
function firstContactOf(name: string, repositories: readonly JudgedRepository[]): Record<string, number> {
  const contacts = repositories.flatMap(({ firstContact }) => firstContact ?? []);
  if (contacts.length === 0) return {};
  const sum = (part: keyof FirstContact) => contacts.reduce((total, each) => total + each[part], 0);
  return {
    [`${name}_first_contact_warnings`]: sum('warnings'),
    [`${name}_first_contact_warning_precision`]: share(sum('rightWarnings'), sum('warnings')),
    [`${name}_first_contact_findings`]: sum('findings'),
    [`${name}_first_contact_precision`]: share(sum('right'), sum('findings')),
    [`${name}_first_contact_recall`]: share(sum('right'), sum('right') + sum('missed')),
  };
}

async function fetchAt({ repository, commit }: JudgedRepository, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const git = (...args: string[]) => runProgram('git', ['-C', folder, ...args]);
  await git('init', '-q');
  await git('fetch', '-q', '--depth', '1', `https://github.com/${repository}.git`, commit);
  await git('checkout', '-q', 'FETCH_HEAD');
}

const SURENESS = ['possible', 'likely', 'certain'];

/** One for each line and rule: the surest. */
function findingsIn(folder: string, fixes: FixCount[]): PlacedFinding[] {
  const engine = new Engine({ open: () => undefined }, silentLog);
  const fixer = new Engine({ open: () => undefined }, silentLog);
  const found = new Map<string, PlacedFinding>();
  for (const scanned of scan(engine, folder, { settings: SETTINGS })) {
    const { path, findings } = scanned;
    fixes.push(tryFixes(fixer, scanned));
    const file = relative(folder, path).replaceAll('\\', '/');
    const text = readFileSync(path, 'utf8');
    const places = findings.flatMap((finding) => [
      finding,
      ...(finding.related ?? [])
        .filter(({ message }) => message === ALSO_HERE)
        .map(({ start }) => ({ ...finding, start })),
    ]);
    for (const { rule, start, confidence } of places) {
      const line = text.slice(0, start).split('\n').length;
      const place = `${file}:${line} ${rule}`;
      const known = found.get(place);
      if (!known || SURENESS.indexOf(confidence) > SURENESS.indexOf(known.confidence))
        found.set(place, { file, line, rule, confidence });
    }
  }
  return [...found.values()];
}

function printDifferences(repository: string, { unjudged, missed, wrong }: Comparison): void {
  const line = (what: string, { file, line: at, rule }: { file: string; line: number; rule: string }) =>
    console.log(`${what.padEnd(9)} ${repository}/${file}:${at} ${rule}`);
  for (const each of unjudged) line('unjudged', each);
  for (const each of missed) line('missed', each);
  for (const each of wrong) line(each.confidence === 'certain' ? 'WRONG' : 'wrong', each);
}

/** Found by more than a look into a table of names, of which there are many in one file. */
function isHard({ rule }: { rule: string }): boolean {
  return rule !== 'deprecated-semconv' && rule !== 'missing-service-name';
}

function figuresOf(set: string, compared: readonly Comparison[]): Record<string, number> {
  const count = (part: (comparison: Comparison) => number) => compared.reduce((sum, each) => sum + part(each), 0);
  const warnings = (findings: readonly PlacedFinding[]) =>
    findings.filter(({ confidence }) => confidence === 'certain').length;
  const right = count((each) => each.right.length);
  const wrong = count((each) => each.wrong.length);
  const rightWarnings = count((each) => warnings(each.right));
  const wrongWarnings = count((each) => warnings(each.wrong));
  const missed = count((each) => each.missed.length);
  const found = count((each) => each.found.length);
  const hardFound = count((each) => each.found.filter(isHard).length);
  const hardMissed = count((each) => each.missed.filter(isHard).length);
  return {
    [`${set}_repositories`]: compared.length,
    [`${set}_warnings`]: rightWarnings + wrongWarnings,
    [`${set}_warning_precision`]: share(rightWarnings, rightWarnings + wrongWarnings),
    [`${set}_findings`]: right + wrong,
    [`${set}_precision`]: share(right, right + wrong),
    [`${set}_recall`]: share(found, found + missed),
    [`${set}_recall_without_tables`]: share(hardFound, hardFound + hardMissed),
    [`${set}_missed`]: missed,
    [`${set}_unjudged`]: count((each) => each.unjudged.length),
  };
}
