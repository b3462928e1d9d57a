import type * as NodeModule from 'module';
import type { EsModules, ModuleListener } from '../host';
import { packageFile, type PackageFile } from './packageFile';

/** What we follow of packages that are ES modules: what each file exports, by package and path. */
const FOLLOWED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hono: { 'dist/router/smart-router/router.js': 'SmartRouter' },
  '@koa/router': { 'dist/index.mjs': 'Router' },
  bullmq: { 'dist/esm/classes/queue-base.js': 'QueueBase', 'dist/esm/classes/worker.js': 'Worker' },
};
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

export function isFollowedPackage(name: string): boolean {
  return Object.prototype.hasOwnProperty.call(FOLLOWED, name);
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
    const value = (url: string, name: string, exported: unknown): void => {
      const file = followedFile(url);
      if (!file) return;
      const exports: Exports = { [name]: exported };
      seen.push([file, exports]);
      for (const listener of listeners) tell(listener, file, exports);
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

function handingOver(loaded: Loaded, name: string): Loaded {
  try {
    const source = textOf(loaded.source);
    const changed = source === undefined ? undefined : withHandOver(source, name);
    return changed === undefined ? loaded : Object.assign({}, loaded, { source: changed });
  } catch {
    return loaded;
  }
}

/** The module's text, which at its end hands over what it exports under that name. Undefined where it exports no such thing. */
export function withHandOver(source: string, name: string): string | undefined {
  const local =
    listed(source, name) || (new RegExp(`(?:^|\\n)export class ${name}\\b`).test(source) ? name : undefined);
  if (local === undefined || !NAME.test(local)) return undefined;
  return `${source}\n;(globalThis[Symbol.for('${ANNOUNCE}')] || (() => {}))(import.meta.url, '${name}', ${local});\n`;
}

/** What the module itself calls what it exports in a list. */
function listed(source: string, name: string): string | undefined {
  for (let list = EXPORT_LIST.exec(source); list; list = EXPORT_LIST.exec(source)) {
    const items = list[1].split(',').map((item) => item.trim());
    const [item] = items.filter((each) => each === name || each.endsWith(` as ${name}`));
    if (item === undefined) continue;
    EXPORT_LIST.lastIndex = 0;
    return item.split(/\s/)[0];
  }
  return undefined;
}

function textOf(source: unknown): string | undefined {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString();
  return source instanceof ArrayBuffer ? Buffer.from(source).toString() : undefined;
}

function tell(listener: ModuleListener, file: PackageFile, exports: Exports): void {
  try {
    listener(file, exports);
  } catch {
    // the module is as it was written
  }
}
