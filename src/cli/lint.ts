import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { safeEdits } from '../analysis/codeActions';
import { Engine } from '../analysis/engine';
import { readConfiguration, withProject } from '../analysis/projectConfiguration';
import { scan, type ScannedFile } from '../analysis/scan';
import { logTo } from '../base/log';
import { applyEdits } from '../lint/fixes/edits';
import { rules } from '../lint/index';
import type { Finding, TextRange } from '../lint/rule';
import type { AnalysisSettings } from '../protocol/analysis';
import { baselineOf, beyond, fingerprint, readBaseline } from './baseline';
import { type Beside, FORMATS, type Level, type Place, type Reported } from './lintFormats';
import { LEVELS, readOptions, type LintOptions } from './lintOptions';
import { LINT_USAGE } from './usage';

interface Output {
  write(text: string): unknown;
}

interface Found {
  readonly all: readonly Reported[];
  readonly suppressed: Beside['suppressed'];
}

/** Runs `spanline lint` and gives the exit code. */
export function lintCommand(args: readonly string[], out: Output, err: Output): number {
  const options = readOptions(args);
  if ('fault' in options) {
    err.write(`${options.fault}\n\n${LINT_USAGE}`);
    return 2;
  }
  if (options.help) {
    out.write(LINT_USAGE);
    return 0;
  }
  if (options.list) {
    for (const { id, title } of rules) out.write(`${id.padEnd(30)} ${title}\n`);
    return 0;
  }
  const faults: string[] = [];
  const { all, suppressed } = findings(options, faults, err);
  const baseline = options.baseline === undefined ? undefined : readBaseline(readFileSync(options.baseline, 'utf8'));
  if (options.baseline !== undefined && !baseline)
    faults.push(`${options.baseline} is no baseline; make one with --write-baseline ${options.baseline}`);
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
  out.write(FORMATS[options.format](reported, { suppressed, baseline: baseline !== undefined }));
  return exitCode(reported, options);
}

function exitCode(reported: readonly Reported[], { maxWarnings }: LintOptions): number {
  if (maxWarnings === undefined) return reported.length > 0 ? 1 : 0;
  const count = (level: Level) => reported.filter((each) => each.level === level).length;
  return count('error') > 0 || count('warning') > maxWarnings ? 1 : 0;
}

function findings(options: LintOptions, faults: string[], err: Output): Found {
  const settings = settingsOf(options, faults);
  const log = logTo((level, message) => {
    if (level === 'error') err.write(`${message}\n`);
    else if (level === 'warn') faults.push(message);
  });
  const engine = new Engine({ open: () => undefined }, log);
  const reported: Reported[] = [];
  const suppressed: Beside['suppressed'][number][] = [];
  for (const root of options.paths)
    for (const file of scan(engine, root, { settings, tests: options.tests })) {
      if (options.fix) fixSafely(engine, file);
      const now = options.fix ? again(engine, file) : file;
      const report = reporter(now, options);
      reported.push(...now.findings.flatMap((finding) => report(finding) ?? []));
      for (const held of options.suppressed ? now.suppressed : []) {
        const finding = report(held);
        if (finding) suppressed.push({ finding, reason: held.reason });
      }
    }
  return {
    all: reported.sort(inOrder),
    suppressed: suppressed.sort((a, b) => inOrder(a.finding, b.finding)),
  };
}

function inOrder(a: Reported, b: Reported): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column;
}

/** A configuration that is named holds for all files, under the options and over what lies beside each file. */
function settingsOf({ config, settings }: LintOptions, faults: string[]): AnalysisSettings {
  if (config === undefined) return settings;
  const named = readConfiguration(config);
  faults.push(...named.faults);
  return withProject(settings, named);
}

function fixSafely(engine: Engine, file: ScannedFile): void {
  const edits = safeEdits(file.findings);
  if (edits.length === 0) return;
  writeFileSync(file.path, applyEdits(file.text, edits));
  engine.changed(file.path);
}

function again(engine: Engine, file: ScannedFile): ScannedFile {
  const text = readFileSync(file.path, 'utf8');
  if (text === file.text) return file;
  const { findings: left, suppressed } = engine.lintTyped(file.path, text, file.settings);
  return { ...file, text, findings: left, suppressed };
}

const BY_CONFIDENCE = { certain: 'warning', likely: 'information', possible: 'hint' } as const;

/** Writes down findings of a file; undefined for those below the level that is asked for. */
function reporter(file: ScannedFile, options: LintOptions) {
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
  return (finding: Finding & { readonly rule: string }): Reported | undefined => {
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
