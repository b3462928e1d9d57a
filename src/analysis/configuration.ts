import type { AnalysisConfiguration, AnalysisSettings, RuleLevel } from '../protocol/analysis';
import { RULE_LEVELS } from '../protocol/analysis';

const DEFAULTS: AnalysisSettings = { enabled: true, rules: {}, wrappers: [] };

/** The settings of each file, from what the client sent. Values of a wrong shape count as not set. */
export class Configuration {
  private all = DEFAULTS;
  private folders: { uri: string; settings: AnalysisSettings }[] = [];

  set(sent: unknown): void {
    const configuration = (sent ?? {}) as Partial<AnalysisConfiguration>;
    this.all = readSettings(configuration.all);
    this.folders = (Array.isArray(configuration.folders) ? configuration.folders : [])
      .filter((folder) => typeof folder?.uri === 'string')
      .map(({ uri, settings }) => ({ uri: uri.endsWith('/') ? uri : `${uri}/`, settings: readSettings(settings) }))
      .sort((a, b) => b.uri.length - a.uri.length);
  }

  /** Some folder wants all of its files looked at. */
  get wantsWorkspace(): boolean {
    return [this.all, ...this.folders.map(({ settings }) => settings)].some(
      ({ enabled, workspace }) => enabled && workspace === true,
    );
  }

  for(uri: string): AnalysisSettings {
    return this.folders.find((folder) => uri.startsWith(folder.uri))?.settings ?? this.all;
  }
}

function readSettings(sent: Partial<AnalysisSettings> | undefined): AnalysisSettings {
  const rules: Record<string, RuleLevel> = {};
  for (const [rule, level] of Object.entries(sent?.rules ?? {})) if (RULE_LEVELS.includes(level)) rules[rule] = level;
  const wrappers = Array.isArray(sent?.wrappers) ? sent.wrappers.filter((name) => typeof name === 'string') : [];
  return {
    enabled: sent?.enabled ?? DEFAULTS.enabled,
    rules,
    wrappers,
    evidence: sent?.evidence === true,
    workspace: sent?.workspace === true,
  };
}
