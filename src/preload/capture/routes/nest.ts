import type { PackageFile } from '../../stage0/packageFile';
import type { CallSites } from '../callSites';
import type { RawStack } from '../callStack';
import type { AnyFunction } from '../sdkTypes';
import { ANY_METHOD, type RouteSites } from './routeSites';

const FRAMEWORK = new Set(['@nestjs/common', 'tslib', 'reflect-metadata']);
const METHOD_DECORATORS = 'decorators/http/request-mapping.decorator.js';
const CONTROLLER_DECORATOR = 'decorators/core/controller.decorator.js';
const METHODS = ['Get', 'Post', 'Put', 'Delete', 'Patch', 'Options', 'Head', 'All'];

interface Handler {
  readonly method: string;
  readonly paths: readonly string[];
  readonly stack: RawStack;
}

type Exports = Record<string, AnyFunction>;

/** Nest's routes are decorators: a method's tells the path below its class's, which is known when the class is decorated. */
export class NestRoutes {
  private readonly handlers = new WeakMap<object, Handler[]>();

  constructor(
    private readonly routes: RouteSites,
    private readonly callSites: CallSites,
  ) {}

  watch({ packageName, path }: PackageFile, exports: unknown): void {
    if (packageName !== '@nestjs/common') return;
    if (path === METHOD_DECORATORS) for (const name of METHODS) this.wrapMethod(exports as Exports, name);
    if (path === CONTROLLER_DECORATOR) this.wrapController(exports as Exports);
  }

  private wrapMethod(exports: Exports, name: string): void {
    const original = exports[name];
    const { handlers, callSites } = this;
    const method = name === 'All' ? ANY_METHOD : name;
    exports[name] = function decorator(this: unknown, ...args: unknown[]): unknown {
      const handler = { method, paths: pathsOf(args[0]), stack: callSites.takeStack(decorator) };
      const decorate = original.apply(this, args) as AnyFunction;
      return function (this: unknown, ...target: unknown[]): unknown {
        const prototype = target[0] as object;
        handlers.set(prototype, [...(handlers.get(prototype) ?? []), handler]);
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
