import type { Log } from '../../base/log';
import { baseName, isAbsolutePath } from '../../base/paths';
import type { MappedPath, PathMapper } from '../../model/mappedPath';
import { applyMapping, type PathMapping } from '../../model/pathMapping';
import type { PathSettings } from '../../protocol/engine';
import { localFiles, type FileAccess } from '../fileAccess';
import { isForeignCode } from './foreignCode';
import { goModuleFile, isGoModulePath } from './goModules';
import { partsOf, suffixMatch, type SuffixMatch } from './suffixMatch';
import { outermostFolders, WorkspaceFiles } from './workspaceFiles';

export interface WorkspacePathsOptions {
  readonly log: Log;
  /** Told when answers may differ from those before. */
  readonly onChange: () => void;
  readonly files?: FileAccess;
  readonly platform?: NodeJS.Platform;
  /** Milliseconds; replaced in tests. */
  readonly now?: () => number;
}

/** A file that was not there may be there after so many milliseconds: somebody switched branches, or saved it. */
const STALE_MS = 30_000;
/** Distinct paths that are remembered; the store tells no more apart. */
const MOST_PATHS = 40_000;

/**
 * Finds the files that programs' paths mean: by what the user said, by what the debug configurations say, else by the ends of the
 * paths. Each distinct path is looked up once; the workspace's files are walked in the background when the first path is not to be
 * found without, and {@link WorkspacePathsOptions.onChange} is told when that says more.
 */
export class WorkspacePaths implements PathMapper {
  generation = 0;
  private workspace: WorkspaceFiles;
  private mappings: readonly PathMapping[] = [];
  private readonly ofRuns = new Map<string, readonly PathMapping[]>();
  private readonly known = new Map<string, MappedPath>();
  /** When the workspace was last walked, in milliseconds of `now`; undefined before. */
  private walkedAt: number | undefined;
  private readonly files: FileAccess;
  private readonly now: () => number;
  private readonly caseless: boolean;

  constructor(
    settings: PathSettings,
    private readonly options: WorkspacePathsOptions,
  ) {
    const { files = localFiles, now = () => performance.now(), platform = process.platform } = options;
    this.files = files;
    this.now = now;
    this.caseless = platform === 'win32' || platform === 'darwin';
    this.mappings = settings.mappings;
    this.workspace = this.workspaceOf(settings.folders);
  }

  configure({ folders, mappings }: PathSettings): void {
    const outermost = outermostFolders(folders);
    const isSame = JSON.stringify([outermost, mappings]) === JSON.stringify([this.workspace.folders, this.mappings]);
    if (isSame) return;
    this.mappings = mappings;
    if (JSON.stringify(outermost) !== JSON.stringify(this.workspace.folders)) {
      this.workspace.dispose();
      this.workspace = this.workspaceOf(folders);
    }
    this.forget();
  }

  /** What the configuration of a run says; it counts after what the user said for all. */
  addRun(run: string, mappings: readonly PathMapping[]): void {
    if (JSON.stringify(this.ofRuns.get(run) ?? []) === JSON.stringify(mappings)) return;
    this.ofRuns.set(run, mappings);
    this.forget();
  }

  map(path: string, service?: string): MappedPath {
    const ofAll = this.knownOr(path, () => this.resolve(path, undefined));
    if (!ofAll.byService || service === undefined) return ofAll;
    return this.knownOr(`${path}\n${service}`, () => this.resolve(path, service));
  }

  dispose(): void {
    this.workspace.dispose();
  }

  private knownOr(key: string, resolve: () => MappedPath): MappedPath {
    let found = this.known.get(key);
    if (found === undefined) {
      if (this.known.size >= MOST_PATHS) this.known.clear();
      this.known.set(key, (found = resolve()));
    }
    return found;
  }

  private workspaceOf(folders: readonly string[]): WorkspaceFiles {
    this.walkedAt = undefined;
    return new WorkspaceFiles(outermostFolders(folders), this.options.log);
  }

  private forget(): void {
    this.generation++;
    this.known.clear();
    this.options.onChange();
  }

  private resolve(path: string, service: string | undefined): MappedPath {
    const byService = this.allMappings().some((mapping) => mapping.service !== undefined && applies(mapping, path));
    const said = this.said(path, service);
    const found = said?.exists ? said.mapped : this.guess(path, service);
    // A mapping that leads nowhere is worth telling where nothing better is known.
    const told = said && !said.exists && found.reason === undefined && found.path === path ? said.mapped : found;
    return byService ? { ...told, byService } : told;
  }

  private guess(path: string, service: string | undefined): MappedPath {
    if (isAbsolutePath(path) && this.exists(path)) return asItIs(this.spelling(path));
    if (this.workspace.folders.length === 0 || isForeignCode(path)) return asItIs(path);
    this.walkIfStale();
    return this.found(path, service);
  }

  /** What the user or a configuration says: the first mapping that leads to a file, else the first that leads anywhere. */
  private said(path: string, service: string | undefined): { mapped: MappedPath; exists: boolean } | undefined {
    let nowhere: { mapped: MappedPath; exists: boolean } | undefined;
    for (const mapping of this.allMappings()) {
      if (mapping.service !== undefined && mapping.service !== service) continue;
      const to = applyMapping(mapping, path);
      if (to === undefined) continue;
      if (this.exists(to))
        return { mapped: { path: to, confidence: 'certain', reason: `${path} by ${mapping.said}` }, exists: true };
      const reason = `by ${mapping.said} it is ${to}, which does not exist`;
      nowhere ??= { mapped: { path, confidence: 'certain', reason }, exists: false };
    }
    return nowhere;
  }

  private allMappings(): readonly PathMapping[] {
    const byLength = (a: PathMapping, b: PathMapping) =>
      b.from.length - a.from.length || Number(b.service !== undefined) - Number(a.service !== undefined);
    return [
      [...this.mappings].sort(byLength),
      ...[...this.ofRuns.values()].map((list) => [...list].sort(byLength)),
    ].flat();
  }

  private found(path: string, service: string | undefined): MappedPath {
    if (path.endsWith('.go')) {
      const file = goModuleFile(path, this.workspace, this.files);
      if (file !== undefined) return { path: file, confidence: 'likely', reason: `${path} by its Go module` };
      if (isGoModulePath(path)) return asItIs(path);
    }
    const match = suffixMatch(path, this.workspace.named(baseName(path)), this.workspace.folders);
    const named = service === undefined ? undefined : namedLike(service, match.files);
    if (match.files.length > 1 && named) {
      const reason = `${path} ends as several files here do, and its folder is called like the service`;
      return { path: named, confidence: 'likely', reason, byService: true };
    }
    return decide(path, match);
  }

  /** Where case does not count, the one that the editor opens the file by. */
  private spelling(path: string): string {
    if (!this.caseless) return path;
    const lower = path.toLowerCase();
    return this.workspace.named(baseName(path)).find((file) => file.toLowerCase() === lower) ?? path;
  }

  private exists(path: string): boolean {
    return this.files.stamp(path) !== undefined;
  }

  private walkIfStale(): void {
    if (this.walkedAt !== undefined && this.now() - this.walkedAt < STALE_MS) return;
    this.walkedAt = this.now();
    const { workspace } = this;
    void workspace.refresh().then(() => {
      if (workspace !== this.workspace) return;
      this.walkedAt = this.now();
      this.reconsider();
    });
  }

  /** What was not found may be there now, and what was may not. */
  private reconsider(): void {
    const before = new Map(this.known);
    this.known.clear();
    let differs = false;
    for (const [key, was] of before) {
      const [path, service] = key.split('\n');
      const is = this.map(path, service);
      differs ||= is.path !== was.path || is.reason !== was.reason || is.byService !== was.byService;
    }
    if (!differs) return;
    this.generation++;
    this.options.onChange();
  }
}

function applies(mapping: PathMapping, path: string): boolean {
  return applyMapping(mapping, path) !== undefined;
}

function asItIs(path: string): MappedPath {
  return { path, confidence: 'certain' };
}

function decide(path: string, { files, shared, rooted }: SuffixMatch): MappedPath {
  if (files.length === 0) return asItIs(path);
  if (files.length === 1) {
    const [file] = files;
    // A file's name alone may agree by accident, unless it is all that there is of the path.
    const isWhole = rooted !== undefined || shared >= partsOf(path).length;
    if (shared > 1 || isWhole)
      return { path: file, confidence: 'likely', reason: `${path} ends like only this file here` };
    return { path: file, confidence: 'possible', reason: `${path} has the name of only this file here` };
  }
  const others = { confidence: 'possible' as const, candidates: files, byService: true };
  if (rooted !== undefined)
    return {
      path: rooted,
      reason: `${path} ends like this file, and like ${countOf(files.length - 1)} here`,
      ...others,
    };
  return { path, reason: `it ends like ${files.length} files here, and nothing tells which is meant`, ...others };
}

function countOf(others: number): string {
  return others === 1 ? 'one other' : `${others} others`;
}

/** The only file with a folder on its way that is called like the service: `payment` or `payment-service` in `src/payment/`. */
function namedLike(service: string, files: readonly string[]): string | undefined {
  const wanted = plainName(service);
  if (wanted === '') return undefined;
  const found = files.filter((file) =>
    partsOf(file)
      .slice(0, -1)
      .some((part) => plainName(part) === wanted),
  );
  return found.length === 1 ? found[0] : undefined;
}

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/(?:service|svc|server|app)$/, '');
}
