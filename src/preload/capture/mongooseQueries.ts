import { isFileOf, type PackageFile } from '../stage0/packageFile';
import { captureStack, type PoolCall } from './callStack';
import { replaceMethod, type AnyFunction } from './sdkTypes';

export const MONGOOSE_PACKAGE = 'mongoose';
/** Methods that say what a query does: the first one is called on the user's line. */
const OPERATIONS = [
  ...['find', 'findOne', 'findOneAndUpdate', 'findOneAndReplace', 'findOneAndDelete', 'distinct'],
  ...['updateOne', 'updateMany', 'replaceOne', 'deleteOne', 'deleteMany', 'countDocuments', 'estimatedDocumentCount'],
];
/** What `await` and promise chains call, in a turn of their own. */
const STARTS = ['then', 'catch', 'finally'];
/** Frames of mongoose between the query and the user, and some of the user's. */
const DEPTH = 10;

type Methods = Record<string, AnyFunction>;

/** Runs something as part of a call that was made earlier. */
export interface CallOwner {
  within<T>(call: PoolCall, run: () => T): T;
  /** Calls a function that starts the query, as part of the call; those that it is handed run as part of what was before. */
  start(call: PoolCall, start: AnyFunction, receiver: unknown, args: readonly unknown[]): unknown;
}

export function isMongooseQuery(file: PackageFile): boolean {
  return isFileOf(file, MONGOOSE_PACKAGE, 'lib/query.js');
}

/**
 * A mongoose query runs when it is awaited, and V8 has no stack for that: the stack is taken where the query is made. `prototype` is
 * that of mongoose's `Query`.
 */
export function watchMongoose(prototype: Methods, owner: CallOwner): void {
  const made = new WeakMap<object, PoolCall>();
  for (const method of OPERATIONS) {
    wrap(prototype, method, (original) => {
      return function operation(this: unknown, ...args: unknown[]): unknown {
        const query = this as object;
        if (!made.has(query)) made.set(query, callOf(query, operation));
        return original.apply(this, args);
      };
    });
  }
  for (const method of STARTS) {
    wrap(prototype, method, (original) => {
      return function start(this: unknown, ...args: unknown[]): unknown {
        const call = made.get(this as object);
        return call ? owner.start(call, original, this, args) : original.apply(this, args);
      };
    });
  }
}

function callOf(query: object, below: AnyFunction): PoolCall {
  const call: PoolCall = { pool: query };
  captureStack(call, below, DEPTH);
  return call;
}

function wrap(prototype: Methods, method: string, make: (original: AnyFunction) => AnyFunction): void {
  const original = prototype[method];
  if (typeof original === 'function') replaceMethod(prototype, method, make(original));
}
