import { AsyncLocalStorage } from 'async_hooks';
import { isFileOf, type PackageFile } from '../stage0/packageFile';
import type { CallSites } from './callSites';
import { captureStack, type PoolCall } from './callStack';
import { NestProcessors, PROCESSORS_PACKAGE } from './nestProcessors';
import { replaceMethod, type AnyFunction } from './sdkTypes';

export const CONSUMER_PACKAGES = ['bullmq', 'amqplib', 'kafkajs', PROCESSORS_PACKAGE];
/** Frames of a library between its function and the user, and some of the user's. */
const DEPTH = 16;
const AMQP_MODELS = ['lib/channel_model.js', 'lib/callback_model.js'];
const BULL_WORKERS = ['dist/cjs/classes/worker.js', 'dist/esm/classes/worker.js'];
const KAFKA_HANDLERS = ['eachMessage', 'eachBatch'] as const;

type Methods = Record<string, AnyFunction>;
interface ClassWithMethods {
  readonly prototype?: Methods;
}

/**
 * Messages come out of a socket: no stack leads from a consumer's span to the user's code. So the stack is taken where the program hands
 * its handler over, and lies beside whatever the library does with a message.
 */
export class Consumers {
  private readonly handlers = new AsyncLocalStorage<PoolCall>();
  private readonly nest: NestProcessors;

  constructor(callSites: Pick<CallSites, 'callerOf' | 'takeStack'>) {
    this.nest = new NestProcessors(callSites);
  }

  /** Where the handler was set up whose message is being taken. */
  current(): PoolCall | undefined {
    return this.handlers.getStore();
  }

  /** `exports` of a file that defines consumers; others are left alone. */
  watch(file: PackageFile, exports: unknown): void {
    const members = (exports ?? {}) as Record<string, ClassWithMethods | undefined>;
    const { packageName, path } = file;
    this.nest.watch(file, exports);
    if (packageName === 'bullmq' && BULL_WORKERS.includes(path)) this.watchBull(members.Worker?.prototype);
    if (packageName === 'amqplib' && AMQP_MODELS.includes(path)) this.watchAmqp(members.Channel?.prototype);
    if (isFileOf(file, 'kafkajs', 'src/index.js')) this.watchKafka((exports as ClassWithMethods).prototype);
  }

  private watchBull(prototype: Methods | undefined): void {
    const started = new WeakMap<object, PoolCall>();
    const { nest } = this;
    wrap(prototype, 'run', (original) => {
      return function run(this: unknown, ...args: unknown[]): unknown {
        started.set(this as object, callOf(this, run, nest.placeOfMethod()));
        return original.apply(this, args);
      };
    });
    const { handlers } = this;
    wrap(prototype, 'processJob', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        const call = started.get(this as object);
        return call ? handlers.run(call, () => original.apply(this, args)) : original.apply(this, args);
      };
    });
  }

  private watchAmqp(prototype: Methods | undefined): void {
    const follow = (handler: unknown, call: PoolCall) => this.follow(handler, call);
    wrap(prototype, 'consume', (original) => {
      return function consume(this: unknown, ...args: unknown[]): unknown {
        args[1] = follow(args[1], callOf(this, consume));
        return original.apply(this, args);
      };
    });
  }

  private watchKafka(prototype: Methods | undefined): void {
    const follow = (handler: unknown, call: PoolCall) => this.follow(handler, call);
    wrap(prototype, 'consumer', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        const consumer = original.apply(this, args) as Methods;
        wrap(consumer, 'run', (start) => {
          return function run(this: unknown, given: unknown, ...rest: unknown[]): unknown {
            const config = { ...(given as Record<string, unknown>) };
            const call = callOf(consumer, run);
            for (const name of KAFKA_HANDLERS) if (config[name]) config[name] = follow(config[name], call);
            return start.call(this, config, ...rest);
          };
        });
        return consumer;
      };
    });
  }

  private follow(handler: unknown, call: PoolCall): unknown {
    if (typeof handler !== 'function') return handler;
    const { handlers } = this;
    return function (this: unknown, ...args: unknown[]): unknown {
      return handlers.run(call, () => (handler as AnyFunction).apply(this, args));
    };
  }
}

function callOf(pool: unknown, below: AnyFunction, place?: PoolCall['place']): PoolCall {
  const call: PoolCall = { pool, place };
  captureStack(call, below, DEPTH);
  return call;
}

function wrap(owner: Methods | undefined, method: string, make: (original: AnyFunction) => AnyFunction): void {
  const original = owner?.[method];
  if (owner && typeof original === 'function') replaceMethod(owner, method, make(original));
}
