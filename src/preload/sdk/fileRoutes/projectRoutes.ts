import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { isMainThread } from 'worker_threads';
import { FILE_FRAMEWORKS, fileRoute, type FileFramework, type FileRoute } from '../../../protocol/fileRoutes';
import { packageFile } from '../../stage0/packageFile';
import { RouteTable } from './routeTable';

/** Where a project's routes may be, from its folder. */
const FOLDERS: Readonly<Record<FileFramework, readonly string[]>> = {
  sveltekit: ['src/routes'],
  astro: ['src/pages'],
  nitro: ['server/api', 'server/routes'],
};
/** Nitro puts what it builds below its project, with a package.json of its own. */
const OUTPUT = /[\\/]\.output[\\/]server[\\/][^\\/]+$/;
/** By which a browser asks SvelteKit for a page's data alone. */
const DATA = /\/?__data\.json$/;
const MOST_FILES = 5000;

/** The routes of a project whose framework takes them from files, read when the first request comes. */
export class ProjectRoutes {
  private table: RouteTable | undefined;

  private constructor(
    private readonly folder: string,
    private readonly framework: FileFramework,
  ) {}

  /** Undefined where the program is no such project, or hands its requests on to another thread. */
  static find(script: string | undefined, workingFolder: string): ProjectRoutes | undefined {
    const folder = script && OUTPUT.test(script) ? script.replace(OUTPUT, '') : workingFolder;
    const framework = frameworkOf(folder);
    if (!framework) return undefined;
    // In development Nitro's server is a thread, and the process that one asks hands on what comes.
    const isProxy = framework === 'nitro' && isMainThread && script !== undefined && packageFile(script) !== undefined;
    return isProxy ? undefined : new ProjectRoutes(folder, framework);
  }

  /** `url` as the request has it. */
  nameOf(method: string, url: string): string | undefined {
    this.table ??= new RouteTable(this.list());
    const path = pathOf(url);
    return this.table.nameOf(method, this.framework === 'sveltekit' ? path.replace(DATA, '') || '/' : path);
  }

  private list(): FileRoute[] {
    const found: FileRoute[] = [];
    const waiting = [...FOLDERS[this.framework]];
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      for (const entry of entriesOf(join(this.folder, folder))) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) waiting.push(path);
        const route = entry.isFile() ? fileRoute(path, this.framework) : undefined;
        if (route) found.push(route);
        if (found.length >= MOST_FILES) return found;
      }
    }
    return found;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a project need not have all of them
  }
}

function frameworkOf(folder: string): FileFramework | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      object | undefined
    >;
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const name = names.find((each) => Object.prototype.hasOwnProperty.call(FILE_FRAMEWORKS, each));
    return name === undefined ? undefined : FILE_FRAMEWORKS[name];
  } catch {
    return undefined;
  }
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
