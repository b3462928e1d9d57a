import type { PackageFile } from '../stage0/packageFile';
import { captureStack, type PoolCall } from './callStack';
import type { CallOwner } from './mongooseQueries';
import { replaceMethod, type AnyFunction } from './sdkTypes';

export const DRIZZLE_PACKAGE = 'drizzle-orm';
/** Of these classes all queries are: by inheritance, or by taking over their methods. */
const CLASSES: Readonly<Record<string, string>> = {
  'query-promise': 'QueryPromise',
  'query-builders/query-builder': 'TypedQueryBuilder',
};
/** Frames of drizzle between the query and the user, and some of the user's. */
const DEPTH = 16;

type QueryClass = new (...args: unknown[]) => object;

/**
 * A query of drizzle runs when it is awaited, and V8 has no stack for that: the stack is taken where the query is made. Gives the exports
 * that the file shall have.
 */
export class DrizzleQueries {
  private readonly made = new WeakMap<object, PoolCall>();

  constructor(private readonly owner: CallOwner) {}

  watch({ packageName, path }: PackageFile, exports: unknown): unknown {
    if (packageName !== DRIZZLE_PACKAGE) return exports;
    const name = CLASSES[path.replace(/\.c?js$/, '')];
    const original = name && (exports as Record<string, unknown>)[name];
    if (typeof original !== 'function') return exports;
    const watched = this.watchClass(original as QueryClass);
    // Its members are getters that cannot be replaced.
    return new Proxy(exports as object, {
      get: (target, key, receiver) => (key === name ? watched : Reflect.get(target, key, receiver)),
    });
  }

  private watchClass(original: QueryClass): QueryClass {
    const { made, owner } = this;
    const prototype = original.prototype as Record<string, AnyFunction>;
    const { then } = prototype;
    if (typeof then === 'function')
      replaceMethod(prototype, 'then', function (this: unknown, ...args: unknown[]): unknown {
        const call = made.get(this as object);
        return call ? owner.start(call, then, this, args) : then.apply(this, args);
      });
    function construct(target: QueryClass, args: unknown[], newTarget: new (...args: never[]) => unknown): object {
      const query = Reflect.construct(target, args, newTarget) as object;
      const call: PoolCall = { pool: query };
      captureStack(call, construct, DEPTH);
      made.set(query, call);
      return query;
    }
    return new Proxy(original, { construct });
  }
}
