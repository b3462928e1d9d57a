import { isFileOf, type PackageFile } from '../../stage0/packageFile';
import type { CallSites } from '../callSites';
import type { RawStack } from '../callStack';
import { beforeCalls, replaceMethod, type AnyFunction } from '../sdkTypes';
import type { Entered } from './entered';
import { type ExpressRoutes, isRouterFile } from './express';

/** Express 4 makes these when the program uses its first. */
const NOT_THE_USERS = new Set(['query', 'expressInit']);

/** By which a layer is entered, in the router's versions. */
const ENTRIES = ['handleRequest', 'handle_request', 'handleError', 'handle_error'];

interface Layer {
  readonly name: string;
}
type Prototype = Record<string, AnyFunction>;

/** Follows which `app.use(…)` or route of Express is being entered. */
export class ExpressMiddleware {
  private readonly registrations = new WeakMap<object, RawStack>();

  constructor(
    private readonly callSites: CallSites,
    private readonly routes: ExpressRoutes,
    private readonly entered: Entered,
  ) {}

  /** `exports` of the file that defines the router or its layers; others are left alone. */
  watch(file: PackageFile, exports: unknown): void {
    const isRouter = isFileOf(file, 'router', 'index.js') || isFileOf(file, 'express', 'lib/router/index.js');
    if (isRouter) for (const method of ['use', 'route']) this.watchRegistration(exports, method);
    if (isRouterFile(file, 'layer.js')) this.watchLayers((exports as { prototype?: Prototype }).prototype);
  }

  /** The methods lie on the exported function in Express 4, on its prototype in the router package. */
  private watchRegistration(exports: unknown, method: string): void {
    const { callSites, registrations } = this;
    const owner = [exports, (exports as { prototype?: unknown }).prototype]
      .map((each) => each as Prototype | undefined)
      .find((each) => each && Object.prototype.hasOwnProperty.call(each, method));
    if (!owner) return;
    const original = owner[method];
    replaceMethod(owner, method, function registered(this: unknown, ...args: unknown[]): unknown {
      const { stack: layers = [] } = this as { stack?: readonly Layer[] };
      const before = layers.length;
      const result = original.apply(this, args);
      const made = layers.slice(before).filter(({ name }) => !NOT_THE_USERS.has(name));
      if (made.length > 0) {
        const registration = callSites.takeStack(registered);
        for (const layer of made) registrations.set(layer, registration);
      }
      return result;
    });
  }

  private watchLayers(prototype: Prototype | undefined): void {
    if (!prototype) return;
    const { routes, entered, registrations } = this;
    for (const name of ENTRIES) {
      beforeCalls(prototype, name, (layer) => {
        routes.entered(layer);
        entered.enter(registrations.get(layer));
      });
    }
  }
}
