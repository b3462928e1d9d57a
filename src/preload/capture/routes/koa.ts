import type { AnyFunction } from '../sdkTypes';
import type { RouteSites } from './routeSites';

const FRAMEWORK = new Set(['@koa/router', 'koa-router']);
const ROUTER_FILE = /[\\/]node_modules[\\/](@koa[\\/]router|koa-router)[\\/].*\.js$/;

interface RouterClass {
  readonly prototype?: { register?: AnyFunction };
}

/** All methods of koa's router register their routes by one. */
export function watchKoa(filename: string, exports: unknown, routes: RouteSites): void {
  if (!ROUTER_FILE.test(filename)) return;
  const { Router = exports } = exports as { Router?: unknown };
  const prototype = (Router as RouterClass | undefined)?.prototype;
  const original = prototype?.register;
  if (!prototype || typeof original !== 'function') return;
  prototype.register = function registered(this: unknown, ...args: unknown[]): unknown {
    const [path, methods] = args;
    const known = typeof path === 'string' && Array.isArray(methods) && methods.length > 0;
    if (known) routes.register(methods as string[], path, FRAMEWORK, registered);
    return original.apply(this, args);
  };
}
