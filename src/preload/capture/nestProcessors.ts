import { readFileSync } from 'fs';
import type { CallFrame } from '../../protocol/preload';
import type { PackageFile } from '../stage0/packageFile';
import type { CallSites } from './callSites';
import type { RawStack } from './callStack';
import { untraced } from './programContext';
import { replaceMethod, type AnyFunction } from './sdkTypes';

export const PROCESSORS_PACKAGE = '@nestjs/bullmq';
const DECORATOR = /(?:^|\/)decorators\/processor\.decorator\.js$/;
const EXPLORER = /(?:^|\/)bull\.explorer\.js$/;
/** Between the decorator and the user's class. */
const FRAMEWORK = new Set([PROCESSORS_PACKAGE, '@nestjs/common', 'tslib', 'reflect-metadata']);
const METHOD = 'process';

interface Exports {
  Processor?: AnyFunction;
  readonly BullExplorer?: { readonly prototype?: Record<string, AnyFunction> };
}
interface Processor {
  readonly process?: unknown;
}

/**
 * Nest makes the workers of its processors, so that no line of the program's is on their stacks. Which class a worker is for is known
 * while it is being made, and the file of the class by its decorator.
 */
export class NestProcessors {
  private readonly decorated = new WeakMap<object, RawStack>();
  private making: object | undefined;

  constructor(private readonly callSites: Pick<CallSites, 'callerOf' | 'takeStack'>) {}

  watch({ packageName, path }: PackageFile, exports: unknown): void {
    if (packageName !== PROCESSORS_PACKAGE) return;
    if (DECORATOR.test(path)) this.watchDecorator(exports as Exports);
    if (EXPLORER.test(path)) this.watchExplorer((exports as Exports).BullExplorer?.prototype);
  }

  /** Finds the method that a worker which is being made right now will call, when somebody asks. */
  placeOfMethod(): (() => CallFrame | undefined) | undefined {
    const { making } = this;
    const stack = making && this.decorated.get(making.constructor);
    if (!stack) return undefined;
    let place: CallFrame | undefined;
    return () => (place ??= this.find(making, stack));
  }

  private watchDecorator(exports: Exports): void {
    const { Processor: original } = exports;
    if (typeof original !== 'function') return;
    const { decorated, callSites } = this;
    exports.Processor = function decorator(this: unknown, ...args: unknown[]): unknown {
      const stack = callSites.takeStack(decorator);
      const decorate = original.apply(this, args) as AnyFunction;
      return function (this: unknown, ...target: unknown[]): unknown {
        if (typeof target[0] === 'function') decorated.set(target[0], stack);
        return decorate.apply(this, target);
      };
    };
  }

  private watchExplorer(prototype: Record<string, AnyFunction> | undefined): void {
    const original = prototype?.handleProcessor;
    if (!prototype || typeof original !== 'function') return;
    const within = (instance: unknown, run: () => unknown) => this.within(instance, run);
    replaceMethod(prototype, 'handleProcessor', function (this: unknown, ...args: unknown[]): unknown {
      return within(args[0], () => original.apply(this, args));
    });
  }

  private within(instance: unknown, run: () => unknown): unknown {
    this.making = typeof instance === 'object' && instance !== null ? instance : undefined;
    try {
      return run();
    } finally {
      this.making = undefined;
    }
  }

  /** The decorator's own line where the file is not what was compiled, as with loaders that compile in memory. */
  private find(instance: Processor & object, stack: RawStack): CallFrame | undefined {
    const [decorator] = this.callSites.callerOf(stack, FRAMEWORK)?.frames ?? [];
    if (!decorator) return undefined;
    const [file, line] = decorator.place;
    const method = placeOfText(file, line, String(instance.process));
    return method ? [file, ...method, `${instance.constructor.name}.${METHOD}`] : decorator.place;
  }
}

/** Where the file has the text, the last time before the line: classes come before what is said of them. */
function placeOfText(file: string, line: number, text: string): readonly [line: number, column: number] | undefined {
  try {
    const content = untraced(() => readFileSync(file, 'utf8'));
    const before = content.split('\n', line).join('\n');
    const at = before.lastIndexOf(text);
    if (at < 0) return undefined;
    const above = before.slice(0, at).split('\n');
    return [above.length, above[above.length - 1].length + 1];
  } catch {
    return undefined;
  }
}
