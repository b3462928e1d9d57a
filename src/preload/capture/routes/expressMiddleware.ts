import type { CallSites } from '../callSites';
import type { RawStack } from '../callStack';
import { replaceMethod, type AnyFunction } from '../sdkTypes';

const ROUTER_FILE = /[\\/]node_modules[\\/](express[\\/]lib[\\/]router|router)[\\/]index\.js$/;
const LAYER_FILE = /[\\/]node_modules[\\/](express[\\/]lib[\\/]router|router[\\/]lib)[\\/]layer\.js$/;
const SCOPE = /^@opentelemetry\/instrumentation-express$/;
/** Express 4 makes these when the program uses its first. */
const NOT_THE_USERS = new Set(['query', 'expressInit']);

interface Layer {
  readonly name: string;
}
type Prototype = Record<string, AnyFunction>;

/**
 * Which `app.use(…)` or route a span of Express's instrumentation comes from. The span is started when a request gets that far: nothing on its
 * stack tells the line then, but the layer that is being entered was made there.
 */
export class ExpressMiddleware {
  private readonly registrations = new WeakMap<object, RawStack>();
  private entered: RawStack | undefined;

  constructor(private readonly callSites: CallSites) {}

  /** `exports` of the file that defines the router or its layers; others are left alone. */
  watch(filename: string, exports: unknown): void {
    if (ROUTER_FILE.test(filename)) for (const method of ['use', 'route']) this.watchRegistration(exports, method);
    if (LAYER_FILE.test(filename)) this.watchLayers((exports as { prototype?: Prototype }).prototype);
  }

  /** Where the middleware was set up whose span is being started now. */
  current(scope: string): RawStack | undefined {
    return this.entered && SCOPE.test(scope) ? this.entered : undefined;
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
    const name = ['handleRequest', 'handle_request'].find((each) => typeof prototype?.[each] === 'function');
    if (!prototype || !name) return;
    const original = prototype[name];
    const enter = (layer: unknown) => {
      const before = this.entered;
      this.entered = this.registrations.get(layer as object);
      return before;
    };
    const leave = (before: RawStack | undefined) => {
      this.entered = before;
    };
    replaceMethod(prototype, name, function handle(this: unknown, ...args: unknown[]): unknown {
      const before = enter(this);
      try {
        return original.apply(this, args);
      } finally {
        leave(before);
      }
    });
  }
}
