import { isAbsolutePath, pathKey } from '../base/paths';

/** Says that what a program calls `from` is `to` on this machine. */
export interface PathMapping {
  /** A folder or file as programs name it: of either flavour, or relative, or a Go module. */
  readonly from: string;
  /** A folder or file here. */
  readonly to: string;
  /** Only of programs of this service, where several are called alike: each of them lives in `/app`. */
  readonly service?: string;
  /** Who says so, for the reason: `the setting "spanline.pathMappings"`. */
  readonly said: string;
}

/** The path that a mapping makes of another one; undefined when it is not about it. Both as {@link pathKey} writes them. */
export function applyMapping({ from, to }: Pick<PathMapping, 'from' | 'to'>, path: string): string | undefined {
  const start = withoutSlash(pathKey(from));
  const caseless = /^[a-z]:\//.test(start) || start.startsWith('//');
  const [whole, wanted] = caseless ? [path.toLowerCase(), start.toLowerCase()] : [path, start];
  if (!whole.startsWith(wanted)) return undefined;
  const rest = path.slice(start.length);
  if (rest !== '' && !rest.startsWith('/')) return undefined;
  return withoutSlash(pathKey(to)) + rest;
}

/**
 * The mapping that makes `path` out of a folder that the user says it lies in: `/app/src/a.js` in `/home/me/shop` maps `/app` to it
 * when the folder holds `src/a.js`, and `/app/src` when it holds `a.js`. Undefined when the folder holds neither.
 * `exists`: whether there is a file of that path.
 */
export function mappingInto(
  folder: string,
  path: string,
  exists: (path: string) => boolean,
): { from: string; to: string } | undefined {
  const to = withoutSlash(pathKey(folder));
  const parts = path.split('/');
  for (let from = isAbsolutePath(path) ? 1 : 0; from < parts.length; from++) {
    const rest = parts.slice(from).join('/');
    if (exists(`${to}/${rest}`)) return { from: parts.slice(0, from).join('/') || '/', to };
  }
  return undefined;
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
