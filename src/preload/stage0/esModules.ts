import type * as NodeModule from 'module';
import type { EsModules, ModuleListener } from '../host';
import { packageFile, type PackageFile } from './packageFile';

/** What we follow of packages that are ES modules: what each file exports, by package and path. */
const FOLLOWED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  hono: { 'dist/router/smart-router/router.js': ['SmartRouter'] },
  '@koa/router': { 'dist/index.mjs': ['Router'] },
  'drizzle-orm': { 'query-promise.js': ['QueryPromise'], 'query-builders/query-builder.js': ['TypedQueryBuilder'] },
  '@nestjs/common': {
    'decorators/core/controller.decorator.js': ['Controller'],
    'decorators/http/request-mapping.decorator.js': ['Get', 'Post', 'Put', 'Delete', 'Patch', 'Options', 'Head', 'All'],
  },
  '@nestjs/core': { 'router/router-execution-context.js': ['RouterExecutionContext'] },
  'react-router': {
    'dist/development/index.js': ['createRequestHandler'],
    'dist/development/index.mjs': ['createRequestHandler'],
    'dist/production/index.js': ['createRequestHandler'],
    'dist/production/index.mjs': ['createRequestHandler'],
  },
  bullmq: { 'dist/esm/classes/queue-base.js': ['QueueBase'], 'dist/esm/classes/worker.js': ['Worker'] },
};
/** Before, they are CommonJS, which needs no following. */
const ES_MODULES_FROM: Readonly<Record<string, number>> = { '@nestjs/common': 12, '@nestjs/core': 12 };
/** What a module hands over when it has been evaluated, by a line at its end. */
const ANNOUNCE = 'spanline.module';
const EXPORT_LIST = /(?:^|[;}\s])export\s*\{([^{}]*)\}(?!\s*from\b)/g;
const NAME = /^[A-Za-z_$][\w$]*$/;

type Exports = Readonly<Record<string, unknown>>;

interface Loaded {
  readonly format?: string;
  readonly source?: unknown;
}
type Load = (url: string, context: unknown, next: (url: string, context: unknown) => Loaded) => Loaded;
type WithHooks = typeof NodeModule & { registerHooks?: (hooks: { readonly load: Load }) => unknown };

/** `version`: as a package.json wants it, where that is known. */
export function isFollowedPackage(name: string, version?: unknown): boolean {
  if (!Object.prototype.hasOwnProperty.call(FOLLOWED, name)) return false;
  const wanted = typeof version === 'string' ? parseInt(version.replace(/^\D+/, ''), 10) : NaN;
  return !(wanted < ES_MODULES_FROM[name]);
}

/**
 * Nothing compiles an ES module through a function that could be replaced. Where Node has hooks in the program's own thread (from 22.15
 * on), the few files that we follow get a line at their end by which they hand over what they export; all others pass as they are.
 */
export function followEsModules(): EsModules {
  const seen: (readonly [PackageFile, Exports])[] = [];
  const listeners: ModuleListener[] = [];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where it is needed, not before
  const { registerHooks }: WithHooks = require('module');
  if (typeof registerHooks === 'function') {
    const value = (url: string, name: string, exported: unknown): unknown => {
      const file = followedFile(url);
      if (!file) return exported;
      const exports: Exports = { [name]: exported };
      seen.push([file, exports]);
      return listeners.reduce<Exports>((current, listener) => tell(listener, file, current), exports)[name];
    };
    Object.defineProperty(globalThis, Symbol.for(ANNOUNCE), { value, configurable: true });
    registerHooks({
      load(url, context, next) {
        const loaded = next(url, context);
        const file = loaded.format === 'module' ? followedFile(url) : undefined;
        return file ? handingOver(loaded, FOLLOWED[file.packageName][file.path]) : loaded;
      },
    });
  }
  return {
    follow(listener) {
      listeners.push(listener);
      for (const [file, exports] of seen) tell(listener, file, exports);
    },
  };
}

/** Of `import-in-the-middle` a second module has the same address, with this mark: it hands on what the first exports. */
const WRAPPED = 'iitm=true';

function followedFile(url: string): PackageFile | undefined {
  if (url.indexOf(WRAPPED) >= 0) return undefined;
  const end = url.search(/[?#]/);
  const file = packageFile(end < 0 ? url : url.slice(0, end));
  if (!file || !isFollowedPackage(file.packageName)) return undefined;
  return Object.prototype.hasOwnProperty.call(FOLLOWED[file.packageName], file.path) ? file : undefined;
}

function handingOver(loaded: Loaded, names: readonly string[]): Loaded {
  try {
    const source = textOf(loaded.source);
    const changed = source === undefined ? undefined : withHandOver(source, names);
    return changed === undefined ? loaded : Object.assign({}, loaded, { source: changed });
  } catch {
    return loaded;
  }
}

/**
 * The module's text, which at its end hands over what it exports under the names, and exports what it is answered. Undefined where it
 * exports no such thing.
 */
export function withHandOver(source: string, names: readonly string[]): string | undefined {
  return names.reduce<string | undefined>((text, name) => withOneHandOver(text ?? source, name) ?? text, undefined);
}

function withOneHandOver(source: string, name: string): string | undefined {
  const given = `$spanline_${name}`;
  let local: string | undefined;
  const changed = source.replace(EXPORT_LIST, (list: string, items: string) => {
    const all = items.split(',');
    const at = all.findIndex((item) => item.trim() === name || item.trim().endsWith(` as ${name}`));
    if (at < 0 || local !== undefined) return list;
    local = all[at].trim().split(/\s/)[0];
    all[at] = all[at].replace(/\S(?:.*\S)?/, () => `${given} as ${name}`);
    return list.replace(items, () => all.join(','));
  });
  const announce = `(globalThis[Symbol.for('${ANNOUNCE}')] || ((url, name, value) => value))`;
  if (local !== undefined && NAME.test(local))
    return `${changed}\n;var ${given} = ${announce}(import.meta.url, '${name}', ${local});\n`;
  // A class that is exported where it is declared stays what it is.
  const isClass = new RegExp(`(?:^|\\n)export class ${name}\\b`).test(source);
  if (isClass) return `${source}\n;${announce}(import.meta.url, '${name}', ${name});\n`;
  const declaration = new RegExp(`(^|\\n)export ((?:const|function) ${name}\\b)`);
  if (!declaration.test(source)) return undefined;
  const unexported = source.replace(declaration, '$1$2');
  return `${unexported}\n;var ${given} = ${announce}(import.meta.url, '${name}', ${name});export { ${given} as ${name} };\n`;
}

function textOf(source: unknown): string | undefined {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString();
  return source instanceof ArrayBuffer ? Buffer.from(source).toString() : undefined;
}

function tell(listener: ModuleListener, file: PackageFile, exports: Exports): Exports {
  try {
    return (listener(file, exports) || exports) as Exports;
  } catch {
    return exports;
  }
}
