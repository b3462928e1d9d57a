import { isFileOf, type PackageFile } from '../../stage0/packageFile';
import type { CallSites } from '../callSites';
import type { RawStack } from '../callStack';
import { activeContext, requestSpanIn } from '../programContext';
import { replaceMethod, type AnyFunction } from '../sdkTypes';
import { ANY_METHOD, type RouteSites } from './routeSites';

export const NEST_PACKAGES = ['@nestjs/common', '@nestjs/core'];
const FRAMEWORK = new Set(['@nestjs/common', 'tslib', 'reflect-metadata']);
const METHOD_DECORATORS = 'decorators/http/request-mapping.decorator.js';
const CONTROLLER_DECORATOR = 'decorators/core/controller.decorator.js';
/** Makes of a controller's method what the server calls. */
const EXECUTION = 'router/router-execution-context.js';
const METHODS = ['Get', 'Post', 'Put', 'Delete', 'Patch', 'Options', 'Head', 'All'];

interface Handler {
  /** The decorated method's name. */
  readonly key: unknown;
  readonly method: string;
  readonly paths: readonly string[];
  readonly stack: RawStack;
}

interface Execution {
  readonly RouterExecutionContext?: { readonly prototype?: Record<'create', AnyFunction> };
}

type Exports = Record<string, AnyFunction>;

/** Nest's routes are decorators: a method's tells the path below its class's, which is known when the class is decorated. */
export class NestRoutes {
  private readonly handlers = new WeakMap<object, Handler[]>();

  constructor(
    private readonly routes: RouteSites,
    private readonly callSites: CallSites,
  ) {}

  watch(file: PackageFile, exports: unknown): void {
    if (isFileOf(file, '@nestjs/core', EXECUTION)) this.watchExecution(exports as Execution);
    const { packageName, path } = file;
    if (packageName !== '@nestjs/common') return;
    if (path === METHOD_DECORATORS) for (const name of METHODS) this.wrapMethod(exports as Exports, name);
    if (path === CONTROLLER_DECORATOR) this.wrapController(exports as Exports);
  }

  private wrapMethod(exports: Exports, name: string): void {
    const original = exports[name];
    if (typeof original !== 'function') return; // of an ES module each is told of alone
    const { handlers, callSites } = this;
    const method = name === 'All' ? ANY_METHOD : name;
    exports[name] = function decorator(this: unknown, ...args: unknown[]): unknown {
      const registered = { method, paths: pathsOf(args[0]), stack: callSites.takeStack(decorator) };
      const decorate = original.apply(this, args) as AnyFunction;
      return function (this: unknown, ...target: unknown[]): unknown {
        const [prototype, key] = target as [object, unknown];
        handlers.set(prototype, [...(handlers.get(prototype) ?? []), { ...registered, key }]);
        return decorate.apply(this, target);
      };
    };
  }

  private wrapController(exports: Exports): void {
    const original = exports.Controller;
    const register = (prefixes: readonly string[], target: unknown) => this.register(prefixes, target);
    exports.Controller = function (this: unknown, ...args: unknown[]): unknown {
      const [options] = args as [{ path?: unknown } | string | undefined];
      const prefixes = pathsOf(typeof options === 'object' && 'path' in options ? options.path : options);
      const decorate = original.apply(this, args) as AnyFunction;
      return function (this: unknown, ...target: unknown[]): unknown {
        register(prefixes, target[0]);
        return decorate.apply(this, target);
      };
    };
  }

  /** Of handlers that differ in version or host alone, the request came to this one. */
  private watchExecution({ RouterExecutionContext }: Execution): void {
    const prototype = RouterExecutionContext?.prototype;
    const original = prototype?.create;
    if (!prototype || typeof original !== 'function') return;
    const { routes } = this;
    const stackOf = (instance: unknown, key: unknown) => this.stackOf(instance, key);
    replaceMethod(prototype, 'create', function create(this: unknown, ...args: unknown[]): unknown {
      const handler = original.apply(this, args);
      const stack = stackOf(args[0], args[2]);
      if (!stack || typeof handler !== 'function') return handler;
      return new Proxy(handler as AnyFunction, {
        apply(target, receiver, given) {
          routes.answers(requestSpanIn(activeContext()), { stack, framework: FRAMEWORK });
          return Reflect.apply<unknown, unknown[], unknown>(target, receiver, given);
        },
      });
    });
  }

  /** Where the method was decorated, in the controller's class or one that it extends. */
  private stackOf(instance: unknown, key: unknown): RawStack | undefined {
    for (let owner: unknown = instance; owner instanceof Object; owner = Object.getPrototypeOf(owner)) {
      const found = this.handlers.get(owner)?.filter((handler) => handler.key === key) ?? [];
      if (found.length > 0) return found.length === 1 ? found[0].stack : undefined;
    }
    return undefined;
  }

  private register(prefixes: readonly string[], controller: unknown): void {
    const { prototype } = controller as { prototype: object };
    for (const { method, paths, stack } of this.handlers.get(prototype) ?? []) {
      for (const prefix of prefixes) {
        for (const path of paths) this.routes.add([method], join(prefix, path), FRAMEWORK, stack);
      }
    }
  }
}

function pathsOf(given: unknown): string[] {
  const paths = (Array.isArray(given) ? given : [given]).filter((path) => typeof path === 'string');
  return paths.length > 0 ? paths : [''];
}

/** `users` and `:id` → `/users/:id`. */
function join(prefix: string, path: string): string {
  const parts = `${prefix}/${path}`.split('/').filter((part) => part !== '');
  return `/${parts.join('/')}`;
}
