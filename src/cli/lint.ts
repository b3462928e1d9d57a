import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { safeEdits } from '../analysis/codeActions';
import { Engine } from '../analysis/engine';
import { scan, type ScannedFile } from '../analysis/scan';
import { logTo } from '../base/log';
import { applyEdits } from '../lint/fixes/edits';
import { rules } from '../lint/index';
import { RULE_LEVELS, type AnalysisSettings, type RuleLevel } from '../protocol/analysis';
import { FORMATS, type Format, type Level, type Reported } from './lintFormats';

export const LINT_USAGE = `spanline lint [options] [path …]

  --format <text|json|sarif>   how findings are written (text)
  --level <level>              the least level that is shown and fails the run: error, warning, information, hint (warning)
  --rule <id>=<level>          level of one rule, or off; may be given several times
  --wrapper <name>             a function of yours that starts spans; may be given several times
  --tests                      look at test files, too
  --fix                        apply the fixes that are safe
  --rules                      list the rules

Ends with 0 when nothing was found, 1 when something was, 2 when it could not run.
`;

interface Output {
  write(text: string): unknown;
}

/** Runs `spanline lint` and gives the exit code. */
export function lintCommand(args: readonly string[], out: Output, err: Output): number {
  const options = readOptions(args);
  if ('fault' in options) {
    err.write(`${options.fault}\n\n${LINT_USAGE}`);
    return 2;
  }
  if (options.list) {
    for (const { id, title } of rules) out.write(`${id.padEnd(30)} ${title}\n`);
    return 0;
  }
  const log = logTo((level, message) => level === 'error' && err.write(`${message}\n`));
  const engine = new Engine({ open: () => undefined }, log);
  const reported: Reported[] = [];
  for (const root of options.paths)
    for (const file of scan(engine, root, { settings: options.settings, tests: options.tests })) {
      if (options.fix) fixSafely(engine, file);
      reported.push(...reportOf(options.fix ? again(engine, file, options.settings) : file, options));
    }
  reported.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || a.column - b.column));
  out.write(FORMATS[options.format](reported));
  return reported.length > 0 ? 1 : 0;
}

interface Options {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly level: Level;
  readonly settings: AnalysisSettings;
  readonly tests: boolean;
  readonly fix: boolean;
  readonly list: boolean;
}

const LEVELS: readonly Level[] = ['error', 'warning', 'information', 'hint'];

function readOptions(args: readonly string[]): Options | { readonly fault: string } {
  const { values, positionals } = parsed(args);
  if (typeof values === 'string') return { fault: values };
  const format = values.format ?? 'text';
  if (!(format in FORMATS))
    return { fault: `There is no format "${format}"; it is one of ${Object.keys(FORMATS).join(', ')}` };
  const level = (values.level ?? 'warning') as Level;
  if (!LEVELS.includes(level)) return { fault: `There is no level "${level}"; it is one of ${LEVELS.join(', ')}` };
  const levels = ruleLevels(values.rule ?? []);
  if (typeof levels === 'string') return { fault: levels };
  const paths = (positionals.length > 0 ? positionals : ['.']).map((path) => resolve(path));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) return { fault: `There is no file or folder ${missing}` };
  return {
    paths,
    format: format as Format,
    level,
    settings: { enabled: true, rules: levels, wrappers: values.wrapper ?? [] },
    tests: values.tests ?? false,
    fix: values.fix ?? false,
    list: values.rules ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        level: { type: 'string' },
        rule: { type: 'string', multiple: true },
        wrapper: { type: 'string', multiple: true },
        tests: { type: 'boolean' },
        fix: { type: 'boolean' },
        rules: { type: 'boolean' },
      },
    });
  } catch (error) {
    return { values: (error as Error).message, positionals: [] };
  }
}

function ruleLevels(given: readonly string[]): Record<string, RuleLevel> | string {
  const levels: Record<string, RuleLevel> = {};
  for (const each of given) {
    const [id, level] = each.split('=');
    if (id === undefined || !rules.get(id)) return `There is no rule "${id}"; --rules lists them`;
    if (!RULE_LEVELS.includes(level as RuleLevel))
      return `"${each}" sets no level; write ${id}=<${RULE_LEVELS.join('|')}>`;
    levels[id] = level as RuleLevel;
  }
  return levels;
}

function fixSafely(engine: Engine, file: ScannedFile): void {
  const edits = safeEdits(file.findings);
  if (edits.length === 0) return;
  writeFileSync(file.path, applyEdits(file.text, edits));
  engine.changed(file.path);
}

function again(engine: Engine, file: ScannedFile, settings: AnalysisSettings): ScannedFile {
  const text = readFileSync(file.path, 'utf8');
  return text === file.text
    ? file
    : { path: file.path, text, findings: engine.lintTyped(file.path, text, settings).findings };
}

const BY_CONFIDENCE = { certain: 'warning', likely: 'information', possible: 'hint' } as const;

function reportOf(file: ScannedFile, options: Options): Reported[] {
  const starts = lineStarts(file.text);
  return file.findings.flatMap((finding) => {
    const set = options.settings.rules[finding.rule] ?? 'default';
    const level: Level = set === 'default' || set === 'off' ? BY_CONFIDENCE[finding.confidence] : set;
    if (LEVELS.indexOf(level) > LEVELS.indexOf(options.level)) return [];
    const line = lineOf(starts, finding.start);
    const place = {
      path: relative(process.cwd(), file.path).replaceAll('\\', '/'),
      line: line + 1,
      column: finding.start - starts[line] + 1,
    };
    return [{ ...place, level, rule: finding.rule, confidence: finding.confidence, message: finding.message }];
  });
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
