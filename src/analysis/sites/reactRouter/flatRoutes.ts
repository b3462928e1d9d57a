import { joinedRoute } from '../../../protocol/fileRoutes';
import type { PageRoute } from './routeConfig';

const EXTENSION = /\.[jt]sx?$/;
/** In a folder that is a route these hold it. */
const OF_FOLDER = /^(.+)\/(?:route|index)$/;
const INDEX = '_index';

/**
 * The route that a file is by its name, where names are routes: `concerts.$city.tsx`, `_auth.login/route.tsx`, `files.$.ts`. `path` is
 * from their folder, with `/`. Undefined where it is none, or only puts something around others.
 */
export function flatRoute(path: string): Omit<PageRoute, 'file'> | undefined {
  if (!EXTENSION.test(path)) return undefined;
  const plain = path.replace(EXTENSION, '');
  const [, folder] = OF_FOLDER.exec(plain) ?? [];
  const id = folder ?? plain;
  // What lies deeper is taken along by its neighbours, and is no route.
  if (id.includes('/') || id === '') return undefined;
  const segments = segmentsOf(id);
  const last = segments[segments.length - 1];
  const isIndex = last === INDEX;
  if (!isIndex && last.startsWith('_')) return undefined;
  const own = (isIndex ? segments.slice(0, -1) : segments).filter((segment) => !segment.startsWith('_'));
  return { name: joinedRoute(own.map(called).join('/')), isIndex };
}

/** A dot divides, but for what is in square brackets, which is text. */
function segmentsOf(id: string): string[] {
  return id.match(/(?:\[[^\]]*\]|[^.[])+/g) ?? [id];
}

/** `$city` is `:city`, `($lang)` is `:lang?`, `$` takes the rest, `concerts_` is not below `concerts`, `sitemap[.]xml` is `sitemap.xml`. */
function called(segment: string): string {
  const isOptional = /^\(.*\)$/.test(segment);
  const bare = (isOptional ? segment.slice(1, -1) : segment).replace(/_$/, '');
  if (bare === '$') return '*';
  const name = bare.replace(/^\$/, ':').replace(/\[([^\]]*)\]/g, '$1');
  return isOptional ? `${name}?` : name;
}
