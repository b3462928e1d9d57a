import { isFileOf, type PackageFile } from '../../stage0/packageFile';
import type { CallSites } from '../callSites';
import { activeContext, requestSpanIn } from '../programContext';
import { replaceMethod, type AnyFunction } from '../sdkTypes';
import type { Entered } from './entered';
import type { Registration, RouteSites } from './routeSites';

const FRAMEWORK = new Set(['@koa/router', 'koa-router', 'koa', 'koa-mount', 'koa-compose']);
const ROUTERS = ['@koa/router', 'koa-router'];
export const KOA_PACKAGES = [...ROUTERS, 'koa'];

interface RouterLayer {
  /** A copy of the layer that is mounted elsewhere has the same array. */
  readonly stack?: AnyFunction[];
}
type WithRouter = AnyFunction & { readonly router?: { readonly stack?: readonly RouterLayer[] } };
interface Application {
  readonly middleware?: AnyFunction[];
}
interface ClassWith<Method extends string> {
  readonly prototype?: Record<Method, AnyFunction>;
}

/**
 * Koa's routes and middleware, and which of them a span of its instrumentation comes from. What the instrumentation made of a
 * function is followed by a proxy, since it is a plain function in a list.
 */
export class KoaLayers {
  private readonly stacks = new WeakMap<readonly AnyFunction[], Registration>();
  private readonly followed = new WeakSet<AnyFunction>();

  constructor(
    private readonly routes: RouteSites,
    private readonly callSites: CallSites,
    private readonly entered: Entered,
  ) {}

  watch(file: PackageFile, exports: unknown): void {
    if (ROUTERS.includes(file.packageName)) this.watchRouter(exports);
    if (isFileOf(file, 'koa', 'lib/application.js')) this.watchApplication(exports);
  }

  /** All methods of koa's router register their routes by one, which gives the layer that it made. */
  private watchRouter(exports: unknown): void {
    const { Router = exports } = exports as { Router?: unknown };
    const { prototype } = (Router ?? {}) as ClassWith<'register'>;
    const original = prototype?.register;
    if (!prototype || typeof original !== 'function') return;
    const { routes, stacks, callSites } = this;
    prototype.register = function registered(this: unknown, ...args: unknown[]): unknown {
      const registration = { stack: callSites.takeStack(registered), framework: FRAMEWORK };
      const [path, methods] = args;
      const isRoute = typeof path === 'string' && Array.isArray(methods) && methods.length > 0;
      if (isRoute) routes.add(methods as string[], path, FRAMEWORK, registration.stack);
      const layer = original.apply(this, args) as RouterLayer | undefined;
      if (Array.isArray(layer?.stack)) stacks.set(layer.stack, registration);
      return layer;
    };
  }

  private watchApplication(exports: unknown): void {
    const { prototype } = exports as ClassWith<'use'>;
    const original = prototype?.use;
    if (!prototype || typeof original !== 'function') return;
    const used = (application: Application, given: unknown, below: AnyFunction) => {
      this.used(application, given, { stack: this.callSites.takeStack(below), framework: FRAMEWORK });
    };
    replaceMethod(prototype, 'use', function use(this: unknown, ...args: unknown[]): unknown {
      const result = original.apply(this, args);
      used(this as Application, args[0], use);
      return result;
    });
  }

  private used({ middleware }: Application, given: unknown, registration: Registration): void {
    const { router } = (given ?? {}) as WithRouter;
    for (const { stack } of router?.stack ?? []) {
      const route = stack && this.stacks.get(stack);
      stack?.forEach((layer, index) => (stack[index] = this.follow(layer, route, true)));
    }
    const last = (middleware?.length ?? 0) - 1;
    if (middleware && last >= 0)
      middleware[last] = this.follow(middleware[last], router ? undefined : registration, false);
  }

  /** Also of what nobody knows: a middleware calls what comes after it, which must not be taken for a part of it. */
  private follow(layer: AnyFunction, registration: Registration | undefined, isRoute: boolean): AnyFunction {
    if (typeof layer !== 'function' || this.followed.has(layer)) return layer;
    const { routes, entered } = this;
    const followed = new Proxy(layer, {
      apply(target, receiver, args) {
        if (isRoute && registration) routes.answers(requestSpanIn(activeContext()), registration);
        const before = entered.enter(registration?.stack);
        try {
          return Reflect.apply<unknown, unknown[], unknown>(target, receiver, args);
        } finally {
          entered.enter(before);
        }
      },
    });
    this.followed.add(followed);
    return followed;
  }
}
