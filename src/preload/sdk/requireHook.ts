/**
 * Stands in for `require-in-the-middle` inside our bundle. The original resolves every `require` of the program twice; we are
 * told of each file once, when it has been compiled, and care for the packages in our table only. That also covers ES modules
 * that import CommonJS packages, for which the official instrumentations need loader hooks in a thread of their own.
 */

type OnLoaded = (exports: unknown, name: string, packageFolder: string | undefined) => unknown;

const hooks: OnLoaded[] = [];

export class Hook {
  /** `_modules` is null in `@opentelemetry/instrumentation`: its own table decides. */
  constructor(_modules: unknown, _options: unknown, onLoaded: OnLoaded) {
    hooks.push(onLoaded);
  }

  unhook(): void {
    // ours live as long as the process
  }
}

/**
 * Runs the hooks over the exports of one file. `name` is the package's for its main file, else the package's and the file's path
 * in it; built-in modules have no folder.
 */
export function runHooks(exports: unknown, name: string, packageFolder: string | undefined): unknown {
  return hooks.reduce((current, hook) => hook(current, name, packageFolder), exports);
}
