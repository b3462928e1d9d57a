import { isFileOf, type PackageFile } from '../../stage0/packageFile';
import type { CallSites } from '../callSites';
import type { RawStack } from '../callStack';
import { activeContext, requestSpanIn, spanIn } from '../programContext';
import type { AnyFunction } from '../sdkTypes';
import { SERVER_FRAMEWORKS, type RouteSites } from './routeSites';

export const HONO_PACKAGE = 'hono';
/** In its build for CommonJS and in that for ES modules. */
const ROUTER_FILES = ['dist/cjs/router/smart-router/router.js', 'dist/router/smart-router/router.js'];
/** Besides Hono's own, packages whose functions register routes on the user's line. */
const FRAMEWORK = new Set([...SERVER_FRAMEWORKS, '@hono/zod-openapi', 'chanfana', 'hono-openapi']);
/** Middleware, too, is registered for it. */
const ALL_METHODS = 'ALL';

interface Route {
  readonly method: unknown;
  /** From the root. */
  readonly path: unknown;
}
interface RouterClass {
  readonly prototype?: { add?: AnyFunction };
}

/** Nothing puts Hono's routes on spans: the handler that answers a request tells of itself, and of its path to whoever names spans. */
export class HonoRoutes {
  /** A router that is mounted on another hands its handlers on, from the line that mounts it. */
  private readonly registered = new WeakMap<AnyFunction, RawStack>();

  constructor(
    private readonly routes: RouteSites,
    private readonly callSites: CallSites,
  ) {}

  watch(file: PackageFile, exports: unknown): void {
    if (!ROUTER_FILES.some((path) => isFileOf(file, HONO_PACKAGE, path))) return;
    const prototype = (exports as { SmartRouter?: RouterClass }).SmartRouter?.prototype;
    const original = prototype?.add;
    if (!prototype || typeof original !== 'function') return;
    this.routes.sees('@hono/node-server');
    const told = (route: Route, target: unknown) => this.told(route, target, add);
    function add(this: unknown, method: unknown, path: unknown, target: unknown): unknown {
      return original!.call(this, method, path, told({ method, path }, target));
    }
    prototype.add = add;
  }

  /** What the router is to keep: the handler, which tells, and what Hono knows of it. */
  private told({ method, path }: Route, target: unknown, below: AnyFunction): unknown {
    if (method === ALL_METHODS || !Array.isArray(target) || typeof target[0] !== 'function') return target;
    const [handler, ...rest] = target as [AnyFunction, ...unknown[]];
    const stack = this.registered.get(handler) ?? this.callSites.takeStack(below);
    this.registered.set(handler, stack);
    const { routes } = this;
    function handle(this: unknown, ...args: unknown[]): unknown {
      const context = activeContext();
      routes.answers(requestSpanIn(context) ?? spanIn(context), { stack, framework: FRAMEWORK });
      if (typeof path === 'string') routes.onRoute?.(path);
      return handler.apply(this, args);
    }
    return [handle, ...rest];
  }
}
