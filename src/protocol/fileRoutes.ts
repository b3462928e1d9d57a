/**
 * Web frameworks whose routes are files: what a file's route is called. The preload calls spans of requests so, and the index of sources
 * finds the file by that name.
 */

export type FileFramework = 'sveltekit' | 'astro' | 'nitro';

export interface FileRoute {
  readonly framework: FileFramework;
  /** As the framework calls it: `/orders/[id]`, in Nitro `/orders/:id`. */
  readonly name: string;
  /** `/orders/[id]`: what is in brackets stands for any text. */
  readonly pattern: string;
  /** The only one that it answers, in upper case; undefined where its exports tell. */
  readonly method?: string;
  /** A function for each method, rather than a page. */
  readonly isEndpoint: boolean;
}

/** By the package that a project depends on. */
export const FILE_FRAMEWORKS: Readonly<Record<string, FileFramework>> = {
  '@sveltejs/kit': 'sveltekit',
  astro: 'astro',
  nuxt: 'nitro',
  nitro: 'nitro',
  nitropack: 'nitro',
};

interface Convention {
  readonly framework: FileFramework;
  /** Finds the folders of the route, and what its file is called. */
  readonly file: RegExp;
  read(folders: string, name: string): Omit<FileRoute, 'framework'> | undefined;
}

const METHOD = /\.(get|head|post|put|patch|delete|options)$/;
/** Builds for development or for production only. */
const STAGE = /\.(?:dev|prod|prerender)$/;

const CONVENTIONS: readonly Convention[] = [
  {
    framework: 'sveltekit',
    file: /^(?:.*\/)?src\/routes(\/(?:.*\/)?)\+(server\.[jt]s|page\.server\.[jt]s|page\.[jt]s|page(?:@[^/]*)?\.svelte)$/,
    read(folders, name) {
      const route = plain(folders);
      // Groups `(shop)` are a part of the name, and none of the path.
      const pattern = plain(folders.replace(/\/\([^/]*\)(?=\/)/g, ''));
      return { name: route, pattern, isEndpoint: name.startsWith('server') };
    },
  },
  {
    framework: 'astro',
    file: /^(?:.*\/)?src\/pages(\/(?:.*\/)?)([^/]+)$/,
    read(folders, file) {
      const page = /^([^_].*)\.(astro|mdx?|html|[cm]?[jt]s)$/.exec(file);
      if (!page || folders.includes('/_')) return undefined;
      const name = plain(folders + (page[1] === 'index' ? '' : page[1]));
      return { name, pattern: name, isEndpoint: /^[cm]?[jt]s$/.test(page[2]) };
    },
  },
  {
    framework: 'nitro',
    file: /^(?:.*\/)?server\/(?:routes(?=\/)|(?=api\/))(\/?(?:.*\/)?)([^/]+)\.[cm]?[jt]sx?$/,
    read(folders, file) {
      const stem = file.replace(STAGE, '');
      const [, method] = METHOD.exec(stem) ?? [];
      const last = stem.replace(METHOD, '');
      const pattern = plain(`/${folders}${last === 'index' ? '' : last}`.replace(/\/+/g, '/'));
      const name = pattern.replace(/\[\.\.\.([^\]]*)\]/g, (_all, rest: string) => (rest ? `**:${rest}` : '**'));
      return {
        name: name.replace(/\[([^\]]+)\]/g, ':$1'),
        pattern,
        isEndpoint: true,
        ...(method && { method: method.toUpperCase() }),
      };
    },
  },
];

/** What the conventions say of a file; `framework` where it is known which ones count. The path is absolute, or begins in the project. */
export function fileRoute(path: string, framework?: FileFramework): FileRoute | undefined {
  const file = path.replaceAll('\\', '/');
  for (const convention of CONVENTIONS) {
    if (framework && framework !== convention.framework) continue;
    const found = convention.file.exec(file);
    const route = found && convention.read(found[1], found[2]);
    if (route) return { framework: convention.framework, ...route };
  }
  return undefined;
}

function plain(folders: string): string {
  return folders.length > 1 ? folders.replace(/\/$/, '') : '/';
}

/** What React Router's and Remix's routes go by: `/orders` and below it `:id` are `/orders/:id`. */
export function joinedRoute(above: string, own = ''): string {
  const parts = [above, own].flatMap((path) => path.split('/')).filter((part) => part !== '');
  return `/${parts.join('/')}`;
}
