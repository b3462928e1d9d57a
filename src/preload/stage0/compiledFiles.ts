import type { CompiledFiles } from '../host';
import type { PackageFile } from './packageFile';

type Before = Parameters<CompiledFiles['before']>[1];
type After = Parameters<CompiledFiles['after']>[1];

/** Those who want to know the files of one package. */
export class Listeners {
  readonly before: Before[] = [];
  readonly after: After[] = [];

  runBefore(file: PackageFile): void {
    for (const listener of this.before) {
      try {
        listener(file);
      } catch {
        // the file loads uninstrumented
      }
    }
  }

  runAfter(file: PackageFile, module: { exports: unknown }): void {
    for (const listener of this.after) {
      try {
        const exports = listener(file, module.exports);
        if (exports !== undefined && exports !== module.exports) module.exports = exports;
      } catch {
        // the file keeps the exports it has
      }
    }
  }
}

/** By package, so that a program pays for the files that somebody wants to know, and for no others. */
export class ListenersByPackage implements CompiledFiles {
  private readonly byPackage = new Map<string, Listeners>();

  before(packages: readonly string[], listener: Before): void {
    for (const name of packages) this.added(name).before.push(listener);
  }

  after(packages: readonly string[], listener: After): void {
    for (const name of packages) this.added(name).after.push(listener);
  }

  of(packageName: string): Listeners | undefined {
    return this.byPackage.get(packageName);
  }

  private added(packageName: string): Listeners {
    let listeners = this.byPackage.get(packageName);
    if (!listeners) this.byPackage.set(packageName, (listeners = new Listeners()));
    return listeners;
  }
}
