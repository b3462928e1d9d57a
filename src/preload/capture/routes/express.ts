import { isFileOf, type PackageFile } from '../../stage0/packageFile';
import type { CallSites } from '../callSites';
import { activeContext, requestSpanIn } from '../programContext';
import type { AnyFunction } from '../sdkTypes';
import { ANY_METHOD, type Registration, type RouteSites } from './routeSites';

/** Express up to 4 has its router inside, later ones in a package. */
export const EXPRESS_PACKAGES = ['express', 'router'];
const FRAMEWORK = new Set(EXPRESS_PACKAGES);

const METHODS = ['get', 'head', 'post', 'put', 'delete', 'patch', 'options', 'query', 'all'];

interface RouteClass {
  readonly prototype: Record<string, AnyFunction | undefined>;
}

interface Route {
  readonly path?: unknown;
  /** One of these for each handler. */
  readonly stack?: readonly object[];
}

/** `app.get`, `router.get` and `app.route(path).get` all end in the methods of `Route`. */
export class ExpressRoutes {
  private readonly handlers = new WeakMap<object, Registration>();

  constructor(
    private readonly routes: RouteSites,
    private readonly callSites: CallSites,
  ) {}

  watch(file: PackageFile, exports: unknown): void {
    if (!isRouterFile(file, 'route.js')) return;
    const { prototype } = exports as RouteClass;
    for (const method of METHODS) this.wrap(prototype, method);
  }

  /** A handler is about to run: of routes that have the same name, the request came to this one. */
  entered(layer: object): void {
    const registration = this.handlers.get(layer);
    if (registration) this.routes.answers(requestSpanIn(activeContext()), registration);
  }

  private wrap(prototype: RouteClass['prototype'], name: string): void {
    const original = prototype[name];
    if (typeof original !== 'function') return;
    const { routes, handlers, callSites } = this;
    const method = name === 'all' ? ANY_METHOD : name;
    prototype[name] = function registered(this: unknown, ...args: unknown[]): unknown {
      const route = this as Route;
      const before = route.stack?.length ?? 0;
      const result = original.apply(this, args);
      const registration = { stack: callSites.takeStack(registered), framework: FRAMEWORK };
      if (typeof route.path === 'string') routes.add([method], route.path, FRAMEWORK, registration.stack);
      for (const layer of route.stack?.slice(before) ?? []) handlers.set(layer, registration);
      return result;
    };
  }
}

/** Whether it is that file of the router, wherever the version of Express has it. */
export function isRouterFile(file: PackageFile, name: 'route.js' | 'layer.js'): boolean {
  return isFileOf(file, 'router', `lib/${name}`) || isFileOf(file, 'express', `lib/router/${name}`);
}
