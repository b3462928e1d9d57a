import { AsyncLocalStorage } from 'async_hooks';
import { captureStack, type RawStack } from './callStack';
import { ownerOf, replaceMethod, type AnyFunction } from './sdkTypes';

/** A call of `pool.query` and the like, whose spans start later, out of its caller's stack. */
export interface PoolCall extends RawStack {
  readonly pool: unknown;
}

interface PooledDriver {
  /** The file that defines the pool's class. */
  readonly file: RegExp;
  readonly calls: readonly string[];
  /** Hands a connection to the callback that is its last argument. */
  readonly connect: string;
}

const DRIVERS: readonly PooledDriver[] = [
  { file: /[\\/]node_modules[\\/]pg-pool[\\/]index\.js$/, calls: ['query'], connect: 'connect' },
  {
    file: /[\\/]node_modules[\\/]mysql2[\\/]lib[\\/](base[\\/])?pool\.js$/,
    calls: ['query', 'execute'],
    connect: 'getConnection',
  },
];
/** Scopes whose spans a pool's call explains, and none else: a callback of the program runs inside the call as well. */
const DRIVER_SCOPE = /^@opentelemetry\/instrumentation-(pg|mysql2)$/;
/** Spans for the wait for a connection. Inside a pool's call they would count its line a second time. */
const WAIT_NAME = /^pg(-pool)?\.connect$/;
/** Frames of a call: some of the driver's promise layers, then the user's. */
const DEPTH = 16;

/**
 * A connection pool calls its driver back when a connection is free, which may be in somebody else's turn; the line that asked is no
 * longer on the stack then. So the stack is taken at the pool's call and travels with it.
 */
export class PoolCalls {
  private readonly calls = new AsyncLocalStorage<PoolCall>();

  /** For {@link CompileListeners.after}: the exports are returned as they are, with the pool's methods wrapped. */
  readonly compiled = (filename: string, exports: unknown): unknown => {
    const driver = DRIVERS.find(({ file }) => file.test(filename));
    const prototype = (exports as { prototype?: Record<string, AnyFunction> } | undefined)?.prototype;
    if (driver && prototype) this.watch(driver, prototype);
    return exports;
  };

  /** The pool's call that led to a span being started now. */
  current(scope: string): PoolCall | undefined {
    return DRIVER_SCOPE.test(scope) ? this.calls.getStore() : undefined;
  }

  isWait(spanName: string): boolean {
    return WAIT_NAME.test(spanName);
  }

  private watch({ calls: methods, connect }: PooledDriver, prototype: Record<string, AnyFunction>): void {
    const { calls } = this;
    for (const method of methods) {
      const owner = ownerOf(prototype, method);
      if (owner !== prototype) continue;
      const original = prototype[method];
      replaceMethod(prototype, method, function call(this: unknown, ...args: unknown[]): unknown {
        const started: PoolCall = { pool: this };
        captureStack(started, call, DEPTH);
        return calls.run(started, () => original.apply(this, args));
      });
    }
    const original = prototype[connect];
    if (typeof original !== 'function') return;
    replaceMethod(prototype, connect, function (this: unknown, ...args: unknown[]): unknown {
      const current = calls.getStore();
      const callback = args[args.length - 1];
      if (current && current.pool === this && typeof callback === 'function')
        args[args.length - 1] = within(current, callback);
      return original.apply(this, args);
    });

    function within(call: PoolCall, callback: unknown): AnyFunction {
      return function (this: unknown, ...results: unknown[]): unknown {
        return calls.run(call, () => (callback as AnyFunction).apply(this, results));
      };
    }
  }
}
