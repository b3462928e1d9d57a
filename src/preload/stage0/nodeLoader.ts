import type { SourceMap } from 'module';

/** What of Node's `Module` class we use. */
export interface NodeLoader {
  new (id: string): { filename: string; exports: unknown };
  readonly prototype: { _compile: Compile };
  readonly _cache: Record<string, LoadedModule | undefined>;
  readonly _extensions: Record<string, unknown>;
  findSourceMap(path: string): SourceMap | undefined;
  _load(id: string, parent: unknown, isMain: boolean): unknown;
}
export type Compile = (this: ModuleInstance, content: unknown, filename: unknown, ...rest: unknown[]) => unknown;
export interface ModuleInstance {
  exports: unknown;
  readonly filename?: unknown;
}
export interface LoadedModule extends ModuleInstance {
  readonly loaded: boolean;
}

/** Asking for the package `module` would do as well, but costs a process two tenths of a millisecond. */
export function nodeLoader(): NodeLoader {
  return module.constructor as unknown as NodeLoader;
}
