import type { PackageFile } from '../stage0/packageFile';
import { captureStack, type PoolCall } from './callStack';
import type { CallOwner } from './mongooseQueries';
import type { AnyFunction } from './sdkTypes';

export const PRISMA_PACKAGE = '@prisma/client';
const RUNTIME = /^runtime\/(?:library|binary|client)\.m?js$/;
/** Of its tracer. */
export const PRISMA_SCOPE = 'prisma';
/** Of the spans of one query the one that is the query; the others are its parts. */
const QUERY: ReadonlySet<string> = new Set(['prisma:client:operation']);
/** Spans that something the program called is; the others are their parts. */
export const PRISMA_CALLS: ReadonlySet<string> = new Set([
  ...QUERY,
  'prisma:client:transaction',
  'prisma:client:connect',
  'prisma:client:disconnect',
]);
/** Frames of the client's proxies between the query and the user, and some of the user's. */
const DEPTH = 16;

interface Client {
  /** Makes the promise that runs the query, by its first argument, when somebody waits for it. */
  _createPrismaPromise?: AnyFunction;
  /** Makes the client of an interactive transaction. */
  _createItxClient?: AnyFunction;
}
/** The client without the proxies around it. */
interface Wrapped {
  readonly _originalClient?: Client;
}
type ClientClass = new (...args: unknown[]) => object;

/**
 * A query of Prisma runs when it is awaited, and V8 has no stack for that: the stack is taken where the query is made. Gives the exports
 * that the file shall have.
 */
export function watchPrisma({ packageName, path }: PackageFile, exports: unknown, owner: CallOwner): unknown {
  if (packageName !== PRISMA_PACKAGE || !RUNTIME.test(path)) return exports;
  const { getPrismaClient } = exports as { getPrismaClient?: AnyFunction };
  if (typeof getPrismaClient !== 'function') return exports;
  const watched: AnyFunction = function (this: unknown, ...args: unknown[]): unknown {
    return watchClass(getPrismaClient.apply(this, args), owner);
  };
  // Its members are getters that cannot be replaced.
  return new Proxy(exports as object, {
    get: (target, key, receiver) => (key === 'getPrismaClient' ? watched : Reflect.get(target, key, receiver)),
  });
}

function watchClass(clientClass: unknown, owner: CallOwner): unknown {
  if (typeof clientClass !== 'function') return clientClass;
  return new Proxy(clientClass as ClientClass, {
    construct(target, args: unknown[], newTarget): object {
      const client = Reflect.construct(target, args, newTarget) as object & Wrapped;
      const { _originalClient: original } = client;
      if (original) watchClient(original, owner);
      return client;
    },
  });
}

function watchClient(client: Client, owner: CallOwner): void {
  const { _createPrismaPromise: create, _createItxClient: createItx } = client;
  if (typeof create === 'function') {
    client._createPrismaPromise = function created(this: unknown, ...args: unknown[]): unknown {
      const [run, ...rest] = args as [AnyFunction, ...unknown[]];
      const call = callOf(client, created);
      const within = function (this: unknown, ...given: unknown[]): unknown {
        return owner.within(call, () => run.apply(this, given));
      };
      return create.call(this, within, ...rest);
    };
  }
  if (typeof createItx === 'function') {
    client._createItxClient = function (this: unknown, ...args: unknown[]): unknown {
      return watchTransaction(createItx.apply(this, args) as object, client, owner);
    };
  }
}

/** A transaction's client makes its promises where nothing of it can be replaced: they are followed when its functions give them. */
function watchTransaction(transaction: object, client: Client, owner: CallOwner): object {
  const known = new WeakMap<object, unknown>();
  const remembered = <V extends object>(value: V, make: () => V): V => {
    if (!known.has(value)) known.set(value, make());
    return known.get(value) as V;
  };
  const functions = <V extends object>(target: V): V =>
    new Proxy(target, {
      get(inner, key): unknown {
        const value: unknown = Reflect.get(inner, key);
        if (typeof value === 'function') return remembered(value, () => follow(value as AnyFunction, inner));
        const isModel = inner === transaction && typeof value === 'object' && value !== null && isPublic(key);
        return isModel ? remembered(value, () => functions(value)) : value;
      },
    });
  const follow = (original: AnyFunction, receiver: object): AnyFunction =>
    function query(this: unknown, ...args: unknown[]): unknown {
      const call = callOf(client, query);
      return follows(original.apply(receiver, args), call, owner);
    };
  return functions(transaction);
}

function isPublic(key: PropertyKey): boolean {
  return typeof key === 'string' && !key.startsWith('_');
}

/** What somebody who waits for a promise of Prisma calls. */
const STARTS = ['then', 'catch', 'finally', 'requestTransaction'];

function follows(promise: unknown, call: PoolCall, owner: CallOwner): unknown {
  const methods = promise as Record<PropertyKey, unknown> | null | undefined;
  if (methods?.[Symbol.toStringTag] !== 'PrismaPromise') return promise;
  for (const name of STARTS) {
    const start = methods[name];
    if (typeof start !== 'function') continue;
    methods[name] = function (this: unknown, ...args: unknown[]): unknown {
      return owner.start(call, start as AnyFunction, this, args);
    };
  }
  return promise;
}

function callOf(client: object, below: AnyFunction): PoolCall {
  const call: PoolCall = { pool: client, spans: QUERY };
  captureStack(call, below, DEPTH);
  return call;
}
