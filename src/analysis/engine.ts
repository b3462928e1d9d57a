// Everything that needs the compiler, behind one dynamic import: the server answers before this is loaded.
import type { Log } from '../base/log';
import { rules } from '../lint/index';
import { lintSource, type LintResult } from '../lint/lintSource';
import type { AnalysisSettings } from '../protocol/analysis';
import { Workspace, type OpenFiles } from './workspace';

export class Engine {
  readonly workspace: Workspace;

  constructor(
    openFiles: OpenFiles,
    private readonly log: Log,
  ) {
    this.workspace = new Workspace(openFiles);
  }

  lint(path: string, text: string, settings: AnalysisSettings): LintResult {
    return lintSource(rules, {
      path,
      text,
      options: { wrappers: settings.wrappers },
      project: this.workspace.projectOf(path),
      modules: this.workspace.link,
      skip: rulesOff(settings),
      log: this.log,
    });
  }
}

function rulesOff(settings: AnalysisSettings): ReadonlySet<string> {
  return new Set(Object.entries(settings.rules).flatMap(([rule, level]) => (level === 'off' ? [rule] : [])));
}
