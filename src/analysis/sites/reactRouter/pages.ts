import { join, relative } from 'node:path';
import type { FileModel } from '../../../lint/model';
import { joinedRoute } from '../../../protocol/fileRoutes';
import type { SpanSite } from '../../../protocol/spanSites';
import { exported, type Place } from '../exportedPlaces';
import { flatRoute } from './flatRoutes';
import { routeConfigOf, type PageRoute, type RouteConfig } from './routeConfig';

const ACTION_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];
const EXPORTS = /\bexport\b[^;]*?\b(?:loader|action|default)\b/;

/** What a file of an application of React Router's has to do with its routes. */
export interface RouterFile {
  /** The application's folder. */
  readonly application: string;
  /** What its functions answer, whatever route it is of. */
  readonly answers: readonly (Place & { readonly methods: readonly string[] })[];
  /** What it lists. */
  readonly config?: RouteConfig;
}

export function mayBeRouterFile(text: string): boolean {
  return EXPORTS.test(text);
}

export function routerFile(file: FileModel, application: string, isConfig: boolean): RouterFile | undefined {
  const config = isConfig ? routeConfigOf(file) : undefined;
  if (config) return { application, answers: [], config };
  const loaders = exported(file, 'loader', 'loader');
  // A page that loads nothing is still rendered.
  const asked = loaders.length > 0 ? loaders : exported(file, 'default');
  const answers = [
    ...asked.map((place) => ({ ...place, methods: ['GET'] })),
    ...exported(file, 'action', 'action').map((place) => ({ ...place, methods: ACTION_METHODS })),
  ];
  return answers.length > 0 ? { application, answers } : undefined;
}

/** Which of the files answer which requests, across an application. */
export class RouterPages {
  private readonly names = new Map<string, string[]>();

  constructor(private readonly files: ReadonlyMap<string, RouterFile>) {
    const byApplication = new Map<string, string[]>();
    for (const [path, { application }] of files)
      byApplication.set(application, [...(byApplication.get(application) ?? []), path]);
    for (const [application, paths] of byApplication) this.read(application, paths);
  }

  sitesOf(path: string): SpanSite[] {
    const answers = this.files.get(path)?.answers ?? [];
    return (this.names.get(path) ?? []).flatMap((name) =>
      answers.flatMap(({ methods, ...place }) =>
        methods.map((method) => ({ ...place, kind: 'route' as const, name: [`${method} ${name}`] })),
      ),
    );
  }

  private read(application: string, paths: readonly string[]): void {
    const configs = paths.flatMap((path) => this.files.get(path)!.config ?? []);
    const folders = configs.length > 0 ? configs.flatMap(({ flatFolders }) => flatFolders) : ['routes'];
    const pages: PageRoute[] = [
      ...configs.flatMap((config) => config.pages).map((page) => ({ ...page, file: join(application, page.file) })),
      ...folders.flatMap((folder) => flatPages(join(application, folder), paths)),
    ];
    const indexed = new Set(pages.filter(({ isIndex }) => isIndex).map(({ name }) => name));
    for (const { name, file, isIndex } of pages) {
      if (!isIndex && indexed.has(name)) continue;
      this.names.set(file, [...(this.names.get(file) ?? []), joinedRoute(name)]);
    }
  }
}

function flatPages(folder: string, paths: readonly string[]): PageRoute[] {
  return paths.flatMap((file) => {
    const path = relative(folder, file).replaceAll('\\', '/');
    const route = path.startsWith('../') ? undefined : flatRoute(path);
    return route ? [{ ...route, file }] : [];
  });
}
