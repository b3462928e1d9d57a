// Everything that needs the compiler, behind one dynamic import: the server answers before this is loaded.
import type { Log } from '../base/log';
import { rules } from '../lint/index';
import { lintAgain, lintFile, lintSource, type LintRequest, type LintResult } from '../lint/lintSource';
import { ParsedFile } from '../lint/parsedFile';
import type { OfferedRefactoring, Selection } from '../lint/refactorings/refactoring';
import { offersAt } from '../lint/refactorings/offers';
import { MAX_TEXT } from '../lint/prefilter';
import { ProgramTypes } from '../lint/types/programTypes';
import type { ts } from '../lint/ts';
import type { AnalysisSettings } from '../protocol/analysis';
import { knownRules, ProjectConfigurations, withProject } from './projectConfiguration';
import { SiteIndexer } from './sites/siteIndexer';
import { Workspace, type OpenFiles } from './workspace';

export interface EngineLimits {
  /** Bytes of heap beyond which types are dropped and made anew: better slow once than restarted by the lack of memory. */
  readonly maxHeap: number;
}

const LIMITS: EngineLimits = { maxHeap: 900 * 1024 * 1024 };

/** As many as wait for their types while a workspace is scanned, and some that are open. */
const MAX_PARSED = 120;

/** Asking for the heap's size takes longer than linting a line. */
const HEAP_CHECK_EVERY = 16;

interface AskedFile {
  readonly file: ParsedFile;
  /** What the pass without types wanted to know of them. */
  readonly asked: readonly ts.Expression[];
  /** What that pass left, and what it was to look for. */
  readonly pass?: LintResult['pass'];
  readonly request?: LintRequest;
}

export class Engine {
  /** Behind the same dynamic import as all that parses. */
  readonly SiteIndexer = SiteIndexer;
  readonly rules = rules;
  readonly workspace: Workspace;
  private readonly types: ProgramTypes;
  /** Parsed for the syntax alone, and about to be looked at with types. */
  private readonly parsed = new Map<string, AskedFile>();
  private readonly configurations: ProjectConfigurations;
  private typedPasses = 0;

  constructor(
    private readonly openFiles: OpenFiles,
    private readonly log: Log,
    private readonly limits = LIMITS,
  ) {
    this.workspace = new Workspace(openFiles);
    this.types = new ProgramTypes(this.workspace.typesOf, this.workspace.sourceOf);
    this.configurations = new ProjectConfigurations(knownRules(rules), (fault) => log.warn(fault));
  }

  /** What holds for a file: the project's own configuration under what was set by hand. */
  settingsFor(path: string, settings: AnalysisSettings): AnalysisSettings {
    const project = this.configurations.for(path);
    const merged = withProject(settings, project);
    return project?.ignores(path.replaceAll('\\', '/')) ? { ...merged, enabled: false } : merged;
  }

  /** By syntax alone: about a millisecond. */
  lint(path: string, text: string, settings: AnalysisSettings): LintResult {
    const request = this.request(path, text, settings);
    const result = lintSource(rules, request);
    const { file, asked = [], pass } = result;
    if (result.wantsTypes && file) this.keep({ file, asked, pass, request });
    return result;
  }

  /** With types: some ten milliseconds, half a second the first time. */
  lintTyped(path: string, text: string, settings: AnalysisSettings): LintResult {
    if (++this.typedPasses % HEAP_CHECK_EVERY === 0 && process.memoryUsage().heapUsed > this.limits.maxHeap)
      this.types.forget();
    const { file, asked, pass, request } = this.parse(path, text);
    const types = this.types.open(file, asked);
    const now = this.request(path, text, settings);
    return pass && request && isSame(request, now)
      ? lintAgain(rules, pass, types)
      : lintFile(rules, file, { ...now, types });
  }

  /** What can be made of selected code. Types are asked only where something can. */
  refactorings(path: string, text: string, settings: AnalysisSettings, selection: Selection): OfferedRefactoring[] {
    if (text.length > MAX_TEXT) return [];
    const file = new ParsedFile(path, text, this.workspace.link);
    const request = this.request(path, text, settings);
    if (offersAt(file, request, selection).length === 0 && !selection.asked) return [];
    return offersAt(file, { ...request, types: this.types.open(file) }, selection);
  }

  /** Files that {@link lintTyped} will be asked for next: faster than one by one. */
  prepareTypes(files: readonly { readonly path: string; readonly text: string }[]): void {
    this.types.prepare(
      files.map(({ path, text }) => {
        const { file, asked } = this.parse(path, text);
        return { file, asked };
      }),
    );
  }

  /** The parse of the pass before, when the text is the same. */
  private parse(path: string, text: string): AskedFile {
    const known = this.parsed.get(path);
    if (known?.file.text === text) return known;
    const made = { file: new ParsedFile(path, text, this.workspace.link), asked: [] };
    this.keep(made);
    return made;
  }

  private keep(parsed: AskedFile): void {
    const { path } = parsed.file;
    this.parsed.delete(path);
    this.parsed.set(path, parsed);
    if (this.parsed.size > MAX_PARSED) this.parsed.delete(this.parsed.keys().next().value!);
  }

  /** A file's text is another now; what was derived from the one before is dropped. */
  changed(path: string): void {
    this.types.changed(path);
  }

  /** Another with nothing in its memory, for work whose traces shall go when it is done. */
  fresh(): Engine {
    return new Engine(this.openFiles, this.log);
  }

  forget(): void {
    this.workspace.forget();
    this.types.forget();
    this.parsed.clear();
    this.configurations.forget();
  }

  private request(path: string, text: string, settings: AnalysisSettings): LintRequest {
    return {
      path,
      text,
      options: { wrappers: settings.wrappers },
      project: this.workspace.projectOf(path),
      modules: this.workspace.link,
      skip: rulesOff(settings),
      reportUnused: true,
      ...(settings.evidence && { sites: true }),
      log: this.log,
    };
  }
}

/** The settings may have changed since the first look at the same text. */
function isSame(before: LintRequest, now: LintRequest): boolean {
  const said = ({ options, skip, sites }: LintRequest) => JSON.stringify([options.wrappers, [...(skip ?? [])], sites]);
  return before.project === now.project && said(before) === said(now);
}

function rulesOff(settings: AnalysisSettings): ReadonlySet<string> {
  return new Set(Object.entries(settings.rules).flatMap(([rule, level]) => (level === 'off' ? [rule] : [])));
}
