import { readdirSync, readFileSync } from 'node:fs';
import { baseName } from '../../base/paths';
import type { FileSpanSites } from '../../protocol/spanSites';
import type { LanguageReader } from './reader';

type Project = Required<Pick<FileSpanSites, 'project' | 'services'>>;

/** What a program is told to call itself: `service.name`, `OTEL_SERVICE_NAME`, `ServiceName("cart")`. */
const SERVICE_NAME =
  /(?:service\.name|SERVICE_NAME|[sS]erviceName(?:Key)?)["']?\s*(?:[:=,]|\.String|\()+\s*(?:[sS]erviceName:\s*)?["']([\w][\w.-]*)["']/g;

/** Which project a file is of, and what that may call itself. */
export class Projects {
  private readonly byFolder = new Map<string, Project | undefined>();
  private readonly said = new Map<string, Set<string>>();

  constructor(
    private readonly reader: LanguageReader,
    /** Folders of the workspace, as `pathKey` writes them. */
    private readonly roots: readonly string[],
  ) {}

  /** Notes what a file of the language says of its service; true when that was not known. */
  learn(path: string, text: string): boolean {
    const project = this.of(path)?.project;
    if (project === undefined) return false;
    const names = this.said.get(project) ?? new Set();
    this.said.set(project, names);
    const before = names.size;
    for (const [, name] of text.matchAll(SERVICE_NAME)) if (!name.startsWith('service.')) names.add(name);
    return names.size > before;
  }

  /** Of the nearest folder above the file that has a manifest; undefined when none has. */
  of(path: string): Project | undefined {
    const found = this.nearest(folderOf(path));
    if (!found) return undefined;
    return {
      project: found.project,
      services: [...new Set([...(this.said.get(found.project) ?? []), ...found.services])],
    };
  }

  private nearest(folder: string): Project | undefined {
    if (this.byFolder.has(folder)) return this.byFolder.get(folder);
    const own = this.read(folder);
    const isTop = this.roots.includes(folder) || folder === folderOf(folder);
    const found = own ?? (isTop ? undefined : this.nearest(folderOf(folder)));
    this.byFolder.set(folder, found);
    return found;
  }

  private read(folder: string): Project | undefined {
    const manifests = namesIn(folder).filter((name) => this.reader.manifests.test(name));
    if (manifests.length === 0) return undefined;
    const names = manifests.flatMap((name) => this.reader.projectName(name, textOf(`${folder}/${name}`)) ?? []);
    return { project: folder, services: [...new Set([...names, baseName(folder)])] };
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder || '/');
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
