import { readFileSync } from 'node:fs';
import { errorMessage, type Log } from '../../base/log';
import { pathKey } from '../../base/paths';
import { ParsedFile } from '../../lint/parsedFile';
import type { ModuleLinker } from '../../lint/model';
import { MAX_TEXT } from '../../lint/prefilter';
import { isForeignFile, isTestFile } from '../../lint/testFiles';
import type { FileSpanSites, SpanSitesChange } from '../../protocol/spanSites';
import { relativeTo } from '../paths';
import { sourceFiles } from '../sourceFiles';
import { type FileSites, mayHaveSites, sitesIn } from './fileSites';
import { MountedRoutes } from './mountedRoutes';
import { Applications } from './reactRouter/applications';
import { mayBeRouterFile, RouterPages } from './reactRouter/pages';
import { ServiceHints } from './serviceHints';

/** Files that are looked at; a workspace with more is told so in the log. */
const MAX_FILES = 30_000;
/** Milliseconds of work before others have their turn. */
const SLICE_MS = 10;
const STARTS_SPANS = /startSpan|startActiveSpan/;

export interface SiteIndexerParts {
  readonly roots: () => readonly string[];
  readonly wrappers: (path: string) => readonly string[];
  readonly link: ModuleLinker;
  /** Resolves when nobody waits for anything more urgent. */
  readonly turn: () => Promise<unknown>;
  readonly send: (change: SpanSitesChange) => void;
  readonly log: Log;
}

/** Finds the span sites of a workspace's JavaScript and TypeScript by syntax alone, file by file, and keeps them up to date. */
export class SiteIndexer {
  private readonly files = new Map<string, FileSites>();
  private readonly told = new Map<string, string>();
  private readonly hints = new ServiceHints();
  private readonly applications = new Applications();
  private mentions: RegExp | undefined;
  private queue: Promise<void> = Promise.resolve();
  private started = false;
  private disposed = false;

  constructor(private readonly parts: SiteIndexerParts) {}

  /** Reads everything and sends all of it. */
  start(): Promise<void> {
    this.started = true;
    return this.enqueue(async () => {
      this.files.clear();
      this.told.clear();
      this.hints.forget();
      this.applications.forget();
      const paths = this.list();
      await this.learnWrappers(paths);
      await this.read(paths);
      this.tell(true);
    });
  }

  /** Files were written, made or deleted. Nothing happens before {@link start}. */
  changed(paths: readonly string[]): Promise<void> {
    if (!this.started) return Promise.resolve();
    return this.enqueue(async () => {
      if (paths.some((path) => path.endsWith('package.json'))) this.hints.forget();
      this.applications.forget();
      await this.read(paths.filter((path) => !this.isLeftOut(path)));
      this.tell(false);
    });
  }

  dispose(): void {
    this.disposed = true;
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => {
      this.parts.log.warn(`Span sites could not be read: ${errorMessage(error)}`);
    });
    return this.queue;
  }

  private list(): string[] {
    const paths: string[] = [];
    for (const root of this.parts.roots())
      for (const path of sourceFiles(root)) {
        if (this.isLeftOut(path)) continue;
        if (paths.length >= MAX_FILES) {
          this.parts.log.warn(`Span sites are looked for in the first ${MAX_FILES} files alone`);
          return paths;
        }
        paths.push(path);
      }
    return paths;
  }

  private isLeftOut(path: string): boolean {
    const relative = relativeTo(this.parts.roots(), path);
    return isForeignFile(relative) || isTestFile(relative);
  }

  /** Whoever imports a module that starts spans may be given a wrapper by it. */
  private async learnWrappers(paths: readonly string[]): Promise<void> {
    const modules = new Set<string>();
    await this.inTurns(paths, (path, text) => {
      this.hints.read(path, text);
      if (STARTS_SPANS.test(text)) modules.add(moduleName(path));
    });
    const names = [...modules].map((name) => name.replace(/[^\w]/g, '\\$&'));
    this.mentions =
      names.length > 0 ? new RegExp(`['"\`][^'"\`\\n]*\\b(?:${names.join('|')})(?:\\.[cm]?[jt]sx?)?['"\`]`) : undefined;
  }

  private async read(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.files.delete(path);
    await this.inTurns(paths, (path, text) => this.readFile(path, text));
  }

  private readFile(path: string, text: string): void {
    const wrappers = this.parts.wrappers(path);
    this.hints.read(path, text);
    const folder = this.applications.of(path);
    if (
      !mayHaveSites(path, text, this.mentions) &&
      !(folder !== undefined && mayBeRouterFile(text)) &&
      !wrappers.some((wrapper) => text.includes(wrapper.split('.').at(-1)!))
    )
      return;
    const application =
      folder === undefined ? undefined : { folder, isConfig: this.applications.isConfig(path, folder) };
    const found = sitesIn(new ParsedFile(path, text, this.parts.link), wrappers, application);
    const { routes, mounts, globalPrefix } = found.routes;
    const isOfUse = globalPrefix || found.router || found.sites.length + routes.length + mounts.length > 0;
    if (isOfUse) this.files.set(path, found);
  }

  /** A file that is too large, gone or unreadable has no sites. */
  private async inTurns(paths: readonly string[], work: (path: string, text: string) => void): Promise<void> {
    let since = performance.now();
    for (const path of paths) {
      if (this.disposed) return;
      try {
        const text = readFileSync(path, 'utf8');
        if (text.length <= MAX_TEXT) work(path, text);
      } catch (error) {
        this.parts.log.debug(`No span sites of ${path}: ${errorMessage(error)}`);
      }
      if (performance.now() - since < SLICE_MS) continue;
      await this.parts.turn();
      since = performance.now();
    }
  }

  /** Sends the files that are not as they were told last. */
  private tell(isComplete: boolean): void {
    if (this.disposed) return;
    const mounted = new MountedRoutes(new Map([...this.files].map(([path, { routes }]) => [path, routes])));
    const pages = new RouterPages(
      new Map([...this.files].flatMap(([path, { router }]) => (router ? [[path, router]] : []))),
    );
    const files: FileSpanSites[] = [];
    for (const path of new Set([...this.files.keys(), ...this.told.keys()].sort())) {
      const now = this.sitesOf(path, mounted, pages);
      const text = JSON.stringify(now);
      if (this.told.get(path) === text) continue;
      if (now.sites.length > 0) this.told.set(path, text);
      else if (!this.told.delete(path)) continue;
      files.push(now);
    }
    if (files.length > 0 || isComplete) this.parts.send({ files, ...(isComplete && { complete: ['javascript'] }) });
  }

  private sitesOf(path: string, mounted: MountedRoutes, pages: RouterPages): FileSpanSites {
    const project = this.hints.projectOf(path);
    const sites = [...(this.files.get(path)?.sites ?? []), ...mounted.sitesOf(path), ...pages.sitesOf(path)];
    return {
      path: pathKey(path),
      language: 'javascript',
      ...(project && { project: pathKey(project.folder), services: project.services }),
      sites: sites.sort((a, b) => a.line - b.line || a.column - b.column),
    };
  }
}

/** What imports call it: the file's name, or its folder's for an index. */
function moduleName(path: string): string {
  const [file, folder] = path.split(/[\\/]/).reverse();
  const name = file.replace(/\.[cm]?[jt]sx?$/, '');
  return name === 'index' && folder ? folder : name;
}
