import type * as NodeModule from 'module';
import type * as Vm from 'vm';
import { noteInlineMap } from './compileHook';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Constructor = new (...args: unknown[]) => object;

const SOURCE_URL = /\n\/\/# sourceURL=(.+)$/m;

/**
 * Test runners compile the user's files by `vm`, some of them in contexts with globals of their own. `onGlobal` is told of each of
 * those; source maps are noted as {@link hookCompilation} does.
 */
export function hookVm(inlineMaps: Map<string, string>, onGlobal: (global: object) => void): void {
  const functions = vmModule() as unknown as Record<string, unknown>;
  const note = (code: unknown, options: unknown) => noteInlineMap(inlineMaps, code, filenameIn(options));
  for (const name of ['Script', 'SourceTextModule']) {
    const original = functions[name] as Constructor | undefined;
    if (original) functions[name] = noticing(original, note);
  }
  for (const name of ['runInThisContext', 'runInContext', 'runInNewContext', 'compileFunction']) {
    const original = functions[name] as AnyFunction;
    functions[name] = function (this: unknown, ...args: unknown[]): unknown {
      note(args[0], args[args.length - 1]);
      return original.apply(this, args);
    };
  }
  const createContext = functions.createContext as AnyFunction;
  const runInContext = functions.runInContext as AnyFunction;
  functions.createContext = function (this: unknown, ...args: unknown[]): unknown {
    const context = createContext.apply(this, args);
    quietly(() => onGlobal(runInContext('globalThis', context) as object));
    return context;
  };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where it is needed, not before
  const { syncBuiltinESMExports }: typeof NodeModule = require('module');
  syncBuiltinESMExports();
}

/**
 * Vite runs modules as functions that it makes of their text. Whoever makes an asynchronous function of a text finds the constructor
 * at the prototype of such functions.
 */
export function hookAsyncFunctions(inlineMaps: Map<string, string>): void {
  const prototype = vmModule().runInThisContext('Object.getPrototypeOf(async function () {})') as object;
  const { value } = Object.getOwnPropertyDescriptor(prototype, 'constructor') as { value: Constructor };
  const constructor = noticing(value, (...args) => {
    const code = args[args.length - 1];
    const [, name] = (typeof code === 'string' && SOURCE_URL.exec(code)) || [];
    noteInlineMap(inlineMaps, code, name);
  });
  Object.defineProperty(prototype, 'constructor', { value: constructor, configurable: true });
}

/** Loaded where it is needed only: that costs every other process some tenths of a millisecond. */
function vmModule(): typeof Vm {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where it is needed, not before
  return require('vm');
}

function noticing(original: Constructor, note: (...args: unknown[]) => void): Constructor {
  const proxy: Constructor = new Proxy(original, {
    construct(target, args: unknown[], newTarget): object {
      quietly(() => note(...args));
      return Reflect.construct(target, args, newTarget === proxy ? target : newTarget) as object;
    },
  });
  return proxy;
}

function filenameIn(options: unknown): string | undefined {
  if (typeof options === 'string') return options;
  const { filename, identifier } = (options || {}) as { filename?: unknown; identifier?: unknown };
  const name = filename === undefined ? identifier : filename;
  return typeof name === 'string' ? name : undefined;
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // the context is the program's all the same
  }
}
