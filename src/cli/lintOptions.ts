import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RuleMeta } from '../lint/rule';
import { RULE_LEVELS, UNUSED_SUPPRESSION, type AnalysisSettings, type RuleLevel } from '../protocol/analysis';
import { FORMATS, type Format, type Level } from './lintFormats';

export const LEVELS: readonly Level[] = ['error', 'warning', 'information', 'hint'];

export interface LintOptions {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly level: Level;
  readonly maxWarnings: number | undefined;
  readonly settings: AnalysisSettings;
  readonly config: string | undefined;
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly tests: boolean;
  /** SARIF tells of what comments hold back, too. */
  readonly suppressed: boolean;
  readonly fix: boolean;
  /** Undefined: as many as pay for so many files. */
  readonly threads: number | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/** Of rules that are named and are none. */
export function unknownRule({ settings }: LintOptions, rules: readonly RuleMeta[]): string | undefined {
  const known = new Set([...rules.map(({ id }) => id), UNUSED_SUPPRESSION]);
  const unknown = Object.keys(settings.rules).find((id) => !known.has(id));
  return unknown === undefined ? undefined : `There is no rule "${unknown}"; --rules lists them`;
}

interface Fault {
  readonly fault: string;
}

export function readOptions(args: readonly string[]): LintOptions | Fault {
  const { values, positionals } = parsed(args);
  if (typeof values === 'string') return { fault: values };
  const format = values.format ?? 'text';
  if (!(format in FORMATS))
    return { fault: `There is no format "${format}"; it is one of ${Object.keys(FORMATS).join(', ')}` };
  if (values.suppressed && format !== 'sarif')
    return { fault: '--suppressed is told in SARIF alone; add --format sarif' };
  const level = (values.level ?? 'warning') as Level;
  if (!LEVELS.includes(level)) return { fault: `There is no level "${level}"; it is one of ${LEVELS.join(', ')}` };
  const limit = values['max-warnings'];
  if (limit !== undefined && !/^\d+$/.test(limit))
    return { fault: `--max-warnings ${limit} is no number; write --max-warnings 0 to allow none` };
  const { threads } = values;
  if (threads !== undefined && !/^[1-9]\d?$/.test(threads))
    return { fault: `--threads ${threads} is no number of threads; write --threads 1 for one` };
  const levels = ruleLevels(values.rule ?? []);
  if (typeof levels === 'string') return { fault: levels };
  const paths = (positionals.length > 0 ? positionals : ['.']).map((path) => resolve(path));
  const missing = [...paths, ...files(values.config), ...files(values.baseline)].find((path) => !existsSync(path));
  if (missing !== undefined) return { fault: `There is no file or folder ${missing}` };
  return {
    paths,
    format: format as Format,
    level,
    maxWarnings: limit === undefined ? undefined : Number(limit),
    settings: { enabled: true, rules: levels, wrappers: values.wrapper ?? [] },
    config: files(values.config)[0],
    baseline: files(values.baseline)[0],
    writeBaseline: files(values['write-baseline'])[0],
    tests: values.tests ?? false,
    suppressed: values.suppressed ?? false,
    fix: values.fix ?? false,
    threads: threads === undefined ? undefined : Number(threads),
    list: values.rules ?? false,
    help: values.help ?? false,
  };
}

function files(path: string | undefined): string[] {
  return path === undefined ? [] : [resolve(path)];
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        level: { type: 'string' },
        'max-warnings': { type: 'string' },
        rule: { type: 'string', multiple: true },
        wrapper: { type: 'string', multiple: true },
        config: { type: 'string' },
        baseline: { type: 'string' },
        'write-baseline': { type: 'string' },
        tests: { type: 'boolean' },
        suppressed: { type: 'boolean' },
        fix: { type: 'boolean' },
        threads: { type: 'string' },
        rules: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
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
    if (!RULE_LEVELS.includes(level as RuleLevel))
      return `"${each}" sets no level; write ${id}=<${RULE_LEVELS.join('|')}>`;
    levels[id] = level as RuleLevel;
  }
  return levels;
}
