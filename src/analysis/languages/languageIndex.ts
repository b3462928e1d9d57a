import { readFile, stat } from 'node:fs/promises';
import { errorMessage, type Log } from '../../base/log';
import { baseName } from '../../base/paths';
import type { FileSpanSites, SpanSitesChange } from '../../protocol/spanSites';
import type { Grammars } from './grammars';
import { Projects } from './projects';
import type { LanguageReader } from './reader';
import { isReached, sourcesBelow } from './sourceWalk';

/** A larger file was written by a program. */
const LARGEST_FILE = 1024 * 1024;
/** Files that are told of at once. */
const FILES_PER_CHANGE = 200;

/** The span sites of one language in the workspace's folders: read once, then kept up to date. */
export class LanguageIndex {
  private readonly told = new Map<string, FileSpanSites>();
  private readonly projects: Projects;
  /** Reads come one after the other, so that of two of a file the later counts. */
  private queue: Promise<void> = Promise.resolve();
  private isDisposed = false;

  constructor(
    private readonly reader: LanguageReader,
    /** As `pathKey` writes them, none inside another. */
    private readonly folders: readonly string[],
    private readonly grammars: Grammars,
    private readonly tell: (change: SpanSitesChange) => void,
    private readonly log: Log,
  ) {
    this.projects = new Projects(reader, folders);
  }

  /** Reads all there is and tells it. */
  readAll(): Promise<void> {
    return this.next(async () => {
      const began = performance.now();
      let files: FileSpanSites[] = [];
      let looked = 0;
      for (const folder of this.folders)
        for await (const path of sourcesBelow(folder, (name) => this.isMine(name))) {
          if (this.isDisposed) return;
          looked++;
          const read = await this.read(path);
          if (read) files.push(read);
          if (files.length >= FILES_PER_CHANGE) {
            this.tell({ files });
            files = [];
          }
        }
      // What a service is called may stand in a file that came later.
      this.tell({ files: [...this.told.values()].map((file) => this.withProject(file)), complete: [this.reader.id] });
      const sites = [...this.told.values()].reduce((sum, file) => sum + file.sites.length, 0);
      this.log.debug(
        `Span sites of ${this.reader.id}: ${sites} in ${this.told.size} of ${looked} files, in ${Math.round(performance.now() - began)} ms`,
      );
    });
  }

  /** Files that were written, made or deleted; those that are none of its own are passed over. */
  changed(paths: readonly string[]): Promise<void> {
    const mine = paths.filter(
      (path) => this.isMine(baseName(path)) && this.folders.some((folder) => isReached(folder, path)),
    );
    if (mine.length === 0) return Promise.resolve();
    return this.next(async () => {
      const files: FileSpanSites[] = [];
      for (const path of mine) {
        const before = this.told.get(path);
        const now = await this.read(path);
        if (now) files.push(now);
        else if (before) files.push({ path, language: this.reader.id, sites: [] });
      }
      if (files.length > 0 && !this.isDisposed) this.tell({ files });
    });
  }

  /** All files with sites are told to have none any more. */
  dispose(): void {
    this.isDisposed = true;
    const files = [...this.told.keys()].map((path) => ({ path, language: this.reader.id, sites: [] }));
    if (files.length > 0) this.tell({ files });
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => {
      this.log.error(`Span sites of ${this.reader.id} could not be read: ${errorMessage(error)}`);
    });
    return this.queue;
  }

  private isMine(name: string): boolean {
    return this.reader.files.test(name) && !this.reader.generated.test(name);
  }

  /** Undefined for a file without sites. */
  private async read(path: string): Promise<FileSpanSites | undefined> {
    this.told.delete(path);
    const text = await textOf(path);
    if (text === undefined) return undefined;
    this.projects.learn(path, text);
    if (!this.reader.hint.test(text)) return undefined;
    try {
      const sites = (await this.grammars.parser(this.reader)).sites(text);
      if (sites.length === 0) return undefined;
      const file = this.withProject({ path, language: this.reader.id, sites });
      this.told.set(path, file);
      return file;
    } catch (error) {
      this.log.warn(`Span sites of ${path} could not be read: ${errorMessage(error)}`);
      return undefined;
    }
  }

  private withProject(file: FileSpanSites): FileSpanSites {
    return { ...file, ...this.projects.of(file.path) };
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).size > LARGEST_FILE ? undefined : await readFile(path, 'utf8');
  } catch {
    return undefined; // deleted since it was listed
  }
}
