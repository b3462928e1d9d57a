import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { knownRules, readConfiguration, withProject } from '../analysis/projectConfiguration';
import { filesOf, unitsOf } from '../analysis/scan';
import type { ReportedFile, UnitReport } from '../analysis/threads/messages';
import type { Finding, RuleMeta, TextRange } from '../lint/rule';
import { type Baseline, baselineOf, beyond, fingerprint, readBaseline } from './baseline';
import { type Beside, FORMATS, type Level, type Place, type Reported } from './lintFormats';
import { LEVELS, type LintOptions, readOptions, unknownRule } from './lintOptions';
import type { Scanner } from './scanners';
import { LINT_USAGE } from './usage';

interface Output {
  write(text: string): unknown;
}

interface Found {
  readonly all: readonly Reported[];
  readonly suppressed: Beside['suppressed'];
  readonly below: number;
}

/** Runs `spanline lint` and gives the exit code. Who looks at the files hangs on how many there are. */
export async function lintCommand(
  args: readonly string[],
  out: Output,
  err: Output,
  scannerFor: (files: number, threads: number | undefined) => Scanner,
): Promise<number> {
  const options = readOptions(args);
  if ('fault' in options) return misused(options.fault, err);
  if (options.help) {
    out.write(LINT_USAGE);
    return 0;
  }
  const paths = options.list ? [] : options.paths.flatMap((root) => [...filesOf(root, options)]);
  const scanner = scannerFor(paths.length, options.threads);
  const rules = await scanner.rules();
  if (options.list) {
    for (const { id, title } of rules) out.write(`${id.padEnd(30)} ${title}\n`);
    return 0;
  }
  const unknown = unknownRule(options, rules);
  if (unknown !== undefined) return misused(unknown, err);
  return check({ options, paths, scanner, rules }, out, err);
}

function misused(fault: string, err: Output): number {
  err.write(`${fault}\n\n${LINT_USAGE}`);
  return 2;
}

interface Check {
  readonly options: LintOptions;
  readonly paths: readonly string[];
  readonly scanner: Scanner;
  readonly rules: readonly RuleMeta[];
}

async function check(asked: Check, out: Output, err: Output): Promise<number> {
  const { options, rules } = asked;
  const faults: string[] = [];
  const baseline = baselineFor(options, faults);
  const { all, suppressed, below } = await findings(asked, faults, err);
  if (faults.length > 0) {
    err.write(`${faults.join('\n')}\n`);
    return 2;
  }
  if (options.writeBaseline !== undefined) {
    writeFileSync(options.writeBaseline, baselineOf(all));
    err.write(`${options.writeBaseline} lists ${all.length} ${all.length === 1 ? 'finding' : 'findings'}\n`);
    return 0;
  }
  const reported = baseline ? beyond(baseline, all) : all;
  out.write(FORMATS[options.format](reported, { rules, suppressed, below, baseline: baseline !== undefined }));
  return exitCode(reported, options);
}

function baselineFor({ baseline: path }: LintOptions, faults: string[]): Baseline | undefined {
  if (path === undefined) return undefined;
  const baseline = readBaseline(readFileSync(path, 'utf8'));
  if (!baseline) faults.push(`${path} is no baseline; make one with --write-baseline ${path}`);
  return baseline;
}

function exitCode(reported: readonly Reported[], { maxWarnings }: LintOptions): number {
  if (maxWarnings === undefined) return reported.length > 0 ? 1 : 0;
  const count = (level: Level) => reported.filter((each) => each.level === level).length;
  return count('error') > 0 || count('warning') > maxWarnings ? 1 : 0;
}

const NOTHING: Found = { all: [], suppressed: [], below: 0 };

async function findings(asked: Check, faults: string[], err: Output): Promise<Found> {
  const { options, paths, scanner } = asked;
  const settings = settingsOf(asked, faults);
  if (faults.length > 0) return NOTHING;
  const units = unitsOf(paths, settings);
  const told = new Set<string>();
  const scan = async (fix: boolean) => {
    const reports = await scanner.scan(units, { fix });
    tell(reports, told, faults, err);
    return reports;
  };
  let reports = await scan(options.fix);
  if (faults.length > 0) return NOTHING;
  // What is left is what a look at all files finds now: a fix in one may show in another.
  if (writeFixed(reports)) reports = await scan(false);
  return found(reports, options);
}

/** Threads hear of a fault each for itself. */
function tell(reports: readonly UnitReport[], told: Set<string>, faults: string[], err: Output): void {
  for (const { level, message } of reports.flatMap(({ notes }) => notes)) {
    if (told.has(message)) continue;
    told.add(message);
    if (level === 'error') err.write(`${message}\n`);
    else if (level === 'warn') faults.push(message);
  }
}

/** True when some file is another now. */
function writeFixed(reports: readonly UnitReport[]): boolean {
  const fixed = reports.flatMap(({ files }) => files).filter((file) => file.fixed !== undefined);
  for (const { path, fixed: text } of fixed) writeFileSync(path, text!);
  return fixed.length > 0;
}

function found(reports: readonly UnitReport[], options: LintOptions): Found {
  const all: Reported[] = [];
  const suppressed: Beside['suppressed'][number][] = [];
  let below = 0;
  for (const file of reports.flatMap(({ files }) => files)) {
    const report = reporter(file, options);
    const shown = file.findings.flatMap((finding) => report(finding) ?? []);
    below += file.findings.length - shown.length;
    all.push(...shown);
    for (const held of options.suppressed ? file.suppressed : []) {
      const finding = report(held);
      if (finding) suppressed.push({ finding, reason: held.reason });
    }
  }
  return { all: all.sort(inOrder), suppressed: suppressed.sort((a, b) => inOrder(a.finding, b.finding)), below };
}

function inOrder(a: Reported, b: Reported): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column;
}

/** A configuration that is named holds for all files, under the options and over what lies beside each file. */
function settingsOf({ options: { config, settings }, rules }: Check, faults: string[]): LintOptions['settings'] {
  if (config === undefined) return settings;
  const named = readConfiguration(config, knownRules(rules));
  faults.push(...named.faults);
  return withProject(settings, named);
}

const BY_CONFIDENCE = { certain: 'warning', likely: 'information', possible: 'hint' } as const;

/** Writes down findings of a file; undefined for those below the level that is asked for. */
function reporter(file: ReportedFile, options: LintOptions) {
  const starts = lineStarts(file.text);
  const path = relative(process.cwd(), file.path).replaceAll('\\', '/');
  const placeOf = ({ start, end }: TextRange): Place => {
    const [line, endLine] = [lineOf(starts, start), lineOf(starts, end)];
    return {
      line: line + 1,
      column: start - starts[line] + 1,
      endLine: endLine + 1,
      endColumn: end - starts[endLine] + 1,
    };
  };
  return (finding: Omit<Finding, 'fixes'> & { readonly rule: string }): Reported | undefined => {
    const { rule, confidence, message, related = [] } = finding;
    const set = file.settings.rules[rule] ?? 'default';
    const level: Level = set === 'default' || set === 'off' ? BY_CONFIDENCE[confidence] : set;
    if (LEVELS.indexOf(level) > LEVELS.indexOf(options.level)) return undefined;
    const place = placeOf(finding);
    const lineText = file.text.slice(starts[place.line - 1], starts[place.line] ?? file.text.length);
    return {
      path,
      ...place,
      level,
      rule,
      confidence,
      message,
      fingerprint: fingerprint({ path, rule }, lineText),
      ...(related.length > 0 && { related: related.map((each) => ({ ...placeOf(each), message: each.message })) }),
    };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  const after = starts.findIndex((start) => start > offset);
  return (after < 0 ? starts.length : after) - 1;
}
