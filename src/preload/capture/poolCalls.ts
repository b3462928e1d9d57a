import { AsyncLocalStorage } from 'async_hooks';
import type { ModuleListener } from '../host';
import type { PackageFile } from '../stage0/packageFile';
import { captureStack, type PoolCall } from './callStack';
import { DRIZZLE_PACKAGE, DrizzleQueries } from './drizzleQueries';
import { isMongooseQuery, MONGOOSE_PACKAGE, watchMongoose } from './mongooseQueries';
import { PRISMA_CALLS, PRISMA_PACKAGE, PRISMA_SCOPE, watchPrisma } from './prismaClient';
import { ownerOf, replaceMethod, type AnyFunction } from './sdkTypes';

type Methods = Record<string, AnyFunction>;

interface PooledDriver {
  readonly packageName: string;
  /** Those that may define the pool's class. */
  readonly paths: readonly string[];
  readonly calls: readonly string[];
  /** Hands a connection to the callback that is its last argument. */
  readonly connect: string;
}

const DRIVERS: readonly PooledDriver[] = [
  { packageName: 'pg-pool', paths: ['index.js'], calls: ['query'], connect: 'connect' },
  {
    packageName: 'mysql2',
    paths: ['lib/pool.js', 'lib/base/pool.js'],
    calls: ['query', 'execute'],
    connect: 'getConnection',
  },
];
export const POOL_PACKAGES = [
  ...DRIVERS.map(({ packageName }) => packageName),
  ...[MONGOOSE_PACKAGE, DRIZZLE_PACKAGE, PRISMA_PACKAGE],
];
/** Scopes whose spans such a call explains, and none else: a callback of the program runs inside the call as well. */
const DRIVER_SCOPE =
  /^@opentelemetry\/instrumentation-(pg|mysql2|mongoose|mongodb)$|^(prisma|better-sqlite3|node:sqlite)$/;
/** Spans for the wait for a connection. Inside a pool's call they would count its line a second time. */
const WAIT_NAME = /^pg(-pool)?\.connect$/;
/** Frames of a call: some of the driver's promise layers, then the user's. */
const DEPTH = 16;

/** Whether spans of this scope are a driver's that has pools. */
export function isDriverScope(scope: string): boolean {
  return DRIVER_SCOPE.test(scope);
}

/**
 * A connection pool calls its driver back when a connection is free, which may be in somebody else's turn; the line that asked is no
 * longer on the stack then. So the stack is taken at the pool's call and travels with it.
 */
export class PoolCalls {
  private readonly calls = new AsyncLocalStorage<PoolCall>();
  private handed: PoolCall | undefined;
  private readonly drizzle = new DrizzleQueries(this);

  /** For {@link CompiledFiles.after}: gives the exports, with the methods of pools and queries wrapped. */
  readonly compiled = (file: PackageFile, exports: unknown): unknown => {
    // Only the exports of these files are looked into: reading half-made exports makes Node warn of a cycle.
    const driver = DRIVERS.find(
      ({ packageName, paths }) => packageName === file.packageName && paths.includes(file.path),
    );
    if (driver) this.watch(driver, prototypeOf(exports));
    if (isMongooseQuery(file)) watchMongoose(prototypeOf(exports), this);
    return this.drizzle.watch(file, watchPrisma(file, exports, this));
  };

  /** The same of an ES module that is followed. */
  readonly evaluated: ModuleListener = (file, exports) => this.drizzle.watch(file, exports);

  /** Spans started in `run`, or in what it leads to, belong to the call unless they have lines of their own. */
  within<T>(call: PoolCall, run: () => T): T {
    return this.calls.run(call, run);
  }

  /**
   * Calls what starts the query of the call, such as its `then`. The functions that are handed to that are none of the call's: they run as
   * part of what was before.
   */
  start(call: PoolCall, start: AnyFunction, receiver: unknown, args: readonly unknown[]): unknown {
    const { calls } = this;
    const before = calls.getStore();
    const outside = args.map((each) =>
      typeof each !== 'function'
        ? each
        : function (this: unknown, ...results: unknown[]): unknown {
            return calls.run(before as PoolCall, Reflect.apply, each, this, results);
          },
    );
    return calls.run(call, Reflect.apply, start, receiver, outside);
  }

  /** The pool's call that led to a driver's span being started now. */
  current(): PoolCall | undefined {
    return this.calls.getStore();
  }

  /** Whether the call, and not what is on the stack, tells the line: a connection is just being handed over in whoever's turn. */
  isSure(call: PoolCall): boolean {
    return call.spans !== undefined || call === this.handed;
  }

  /** Whether the span is a part of what another one tells of, whose line it would count a second time. */
  isPart(spanName: string, scope: string, call: PoolCall | undefined): boolean {
    if (call?.spans) return !call.spans.has(spanName);
    if (scope === PRISMA_SCOPE) return !PRISMA_CALLS.has(spanName);
    return call !== undefined && WAIT_NAME.test(spanName);
  }

  private watch({ calls: methods, connect }: PooledDriver, prototype: Methods): void {
    const { calls } = this;
    for (const method of methods) {
      const owner = ownerOf(prototype, method);
      if (owner !== prototype) continue;
      const original = prototype[method];
      replaceMethod(prototype, method, function call(this: unknown, ...args: unknown[]): unknown {
        const started: PoolCall = { pool: this, outer: calls.getStore() };
        captureStack(started, call, DEPTH);
        // No function of ours in between: the stacks of errors have one row of us, and not two.
        return calls.run(started, Reflect.apply, original, this, args);
      });
    }
    const original = prototype[connect];
    if (typeof original !== 'function') return;
    const within = (call: PoolCall, callback: unknown) => this.handingOver(call, callback as AnyFunction);
    replaceMethod(prototype, connect, function (this: unknown, ...args: unknown[]): unknown {
      const current = calls.getStore();
      const callback = args[args.length - 1];
      if (current && current.pool === this && typeof callback === 'function')
        args[args.length - 1] = within(current, callback);
      return original.apply(this, args);
    });
  }

  /** The callback of the call's, which is given a connection. */
  private handingOver(call: PoolCall, callback: AnyFunction): AnyFunction {
    const { calls } = this;
    const hand = (handed: PoolCall | undefined): PoolCall | undefined => {
      const before = this.handed;
      this.handed = handed;
      return before;
    };
    return function (this: unknown, ...results: unknown[]): unknown {
      const before = hand(call);
      try {
        return calls.run(call, Reflect.apply, callback, this, results);
      } finally {
        hand(before);
      }
    };
  }
}

function prototypeOf(exports: unknown): Methods {
  return (exports as { prototype?: Methods } | undefined)?.prototype ?? {};
}
