import { isFileOf, type PackageFile } from '../../stage0/packageFile';
import type { RouteSites } from './routeSites';

export const HAPI_PACKAGE = '@hapi/hapi';
const FRAMEWORK = new Set([HAPI_PACKAGE]);

type RouteClass = new (...args: unknown[]) => { readonly method?: unknown; readonly path?: unknown };

/** Hapi makes an object of each route while it is registered; it knows the prefix of its plugin. Gives the file's exports. */
export function watchHapi(file: PackageFile, exports: unknown, routes: RouteSites): unknown {
  if (!isFileOf(file, HAPI_PACKAGE, 'lib/route.js') || typeof exports !== 'function') return exports;
  function construct(target: RouteClass, args: unknown[], newTarget: new (...args: never[]) => unknown): object {
    const route = Reflect.construct(target, args, newTarget) as InstanceType<RouteClass>;
    const { method, path } = route;
    const known = typeof method === 'string' && typeof path === 'string' && !method.startsWith('_');
    if (known) routes.register([method], path, FRAMEWORK, construct);
    return route;
  }
  return new Proxy(exports as RouteClass, { construct });
}
