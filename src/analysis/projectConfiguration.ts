import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RuleMeta } from '../lint/rule';
import { runTimeRules } from '../lint/runTime/index';
import { RULE_LEVELS, UNUSED_SUPPRESSION, type AnalysisSettings, type RuleLevel } from '../protocol/analysis';
import { globPattern } from './globs';

export const CONFIGURATION_FILE = '.spanlinerc.json';
const MANIFEST_FIELD = 'spanline';

/** What a project's own file says of the linting: `.spanlinerc.json`, or `spanline` in package.json. */
export interface ProjectConfiguration {
  /** The file it stands in. */
  readonly path: string;
  readonly rules: Readonly<Record<string, RuleLevel>>;
  readonly wrappers: readonly string[];
  /** Files that are not looked at, by absolute path with forward slashes. */
  readonly ignores: (path: string) => boolean;
  /** What is wrong with it, each as a sentence; that part counts as not written. */
  readonly faults: readonly string[];
}

/** Ids that a configuration may name. */
export type KnownRules = ReadonlySet<string>;

export function knownRules(rules: Iterable<RuleMeta>): KnownRules {
  return new Set([...[...rules, ...runTimeRules].map(({ id }) => id), UNUSED_SUPPRESSION]);
}

/** Finds the configuration nearest to each file, and keeps it until told that the disk has changed. */
export class ProjectConfigurations {
  private readonly byFolder = new Map<string, ProjectConfiguration | null>();

  /** `onFault` hears of each fault once. */
  constructor(
    private readonly known: KnownRules,
    private readonly onFault: (message: string) => void,
  ) {}

  for(path: string): ProjectConfiguration | undefined {
    return this.inFolder(dirname(path)) ?? undefined;
  }

  forget(): void {
    this.byFolder.clear();
  }

  private inFolder(folder: string): ProjectConfiguration | null {
    const known = this.byFolder.get(folder);
    if (known !== undefined) return known;
    const own = readFolder(folder, this.known);
    for (const fault of own?.faults ?? []) this.onFault(fault);
    const parent = dirname(folder);
    const found = own ?? (parent === folder ? null : this.inFolder(parent));
    this.byFolder.set(folder, found);
    return found;
  }
}

/** The project's file first; what is set nearer to the person, in the editor or on the command line, goes before it. */
export function withProject(settings: AnalysisSettings, project: ProjectConfiguration | undefined): AnalysisSettings {
  if (!project) return settings;
  return {
    ...settings,
    rules: { ...project.rules, ...settings.rules },
    wrappers: [...new Set([...project.wrappers, ...settings.wrappers])],
  };
}

function readFolder(folder: string, known: KnownRules): ProjectConfiguration | undefined {
  const path = join(folder, CONFIGURATION_FILE);
  if (existsSync(path)) return readConfiguration(path, known);
  const manifest = join(folder, 'package.json');
  const json = existsSync(manifest) ? parse(manifest) : undefined;
  const field = isObject(json) ? json[MANIFEST_FIELD] : undefined;
  return field === undefined ? undefined : configurationOf(manifest, field, known);
}

export function readConfiguration(path: string, known: KnownRules): ProjectConfiguration {
  const json = parse(path);
  if (json instanceof Error)
    return configurationOf(path, {}, known, [`${path} is no JSON (${json.message}); nothing of it is used`]);
  return configurationOf(path, json, known);
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return error;
  }
}

const KEYS = ['$schema', 'rules', 'wrappers', 'ignore'];

function configurationOf(path: string, json: unknown, known: KnownRules, faults: string[] = []): ProjectConfiguration {
  const given = isObject(json) ? json : {};
  if (!isObject(json)) faults.push(`${path}: the configuration is no object; write { "rules": { … } }`);
  for (const key of Object.keys(given))
    if (!KEYS.includes(key)) faults.push(`${path}: there is no setting "${key}"; it is one of ${KEYS.join(', ')}`);
  const patterns = texts(path, 'ignore', given['ignore'], faults).map(globPattern);
  const folder = dirname(path).replaceAll('\\', '/');
  return {
    path,
    rules: levels(path, given['rules'], known, faults),
    wrappers: texts(path, 'wrappers', given['wrappers'], faults),
    ignores: (file) =>
      file.startsWith(`${folder}/`) && patterns.some((each) => each.test(file.slice(folder.length + 1))),
    faults,
  };
}

function levels(path: string, given: unknown, known: KnownRules, faults: string[]): Record<string, RuleLevel> {
  const found: Record<string, RuleLevel> = {};
  if (given !== undefined && !isObject(given)) faults.push(`${path}: "rules" is no object; write { "<rule>": "off" }`);
  for (const [rule, level] of Object.entries(isObject(given) ? given : {})) {
    if (!known.has(rule)) faults.push(`${path}: there is no rule "${rule}"`);
    else if (!RULE_LEVELS.includes(level as RuleLevel))
      faults.push(
        `${path}: "${rule}" cannot have the level ${JSON.stringify(level)}; it is one of ${RULE_LEVELS.join(', ')}`,
      );
    else found[rule] = level as RuleLevel;
  }
  return found;
}

function texts(path: string, key: string, given: unknown, faults: string[]): string[] {
  if (given === undefined) return [];
  if (Array.isArray(given) && given.every((each) => typeof each === 'string')) return given;
  faults.push(`${path}: "${key}" is no list of texts`);
  return [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);
}
