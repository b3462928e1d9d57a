import type { AnyFunction } from '../sdkTypes';
import { ANY_METHOD, type RouteSites } from './routeSites';

/** Express up to 4 has its router inside, later ones in a package. */
const FRAMEWORK = new Set(['express', 'router']);
const ROUTE_FILE = /[\\/]node_modules[\\/](express[\\/]lib[\\/]router|router[\\/]lib)[\\/]route\.js$/;

const METHODS = ['get', 'head', 'post', 'put', 'delete', 'patch', 'options', 'query', 'all'];

interface RouteClass {
  readonly prototype: Record<string, AnyFunction | undefined>;
}

/** `app.get`, `router.get` and `app.route(path).get` all end in the methods of `Route`. */
export function watchExpress(filename: string, exports: unknown, routes: RouteSites): void {
  if (!ROUTE_FILE.test(filename)) return;
  const { prototype } = exports as RouteClass;
  for (const method of METHODS) wrap(prototype, method, routes);
}

function wrap(prototype: RouteClass['prototype'], name: string, routes: RouteSites): void {
  const original = prototype[name];
  if (typeof original !== 'function') return;
  const method = name === 'all' ? ANY_METHOD : name;
  prototype[name] = function registered(this: unknown, ...args: unknown[]): unknown {
    const { path } = this as { path?: unknown };
    if (typeof path === 'string') routes.register([method], path, FRAMEWORK, registered);
    return original.apply(this, args);
  };
}
