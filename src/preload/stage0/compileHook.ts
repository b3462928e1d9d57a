import type * as Url from 'url';
import type { ListenersByPackage } from './compiledFiles';
import { type Compile, type LoadedModule, type ModuleInstance, nodeLoader } from './nodeLoader';
import { packageFile } from './packageFile';

const COMPILE = '_compile';
/** What Node compiles without changing it. */
const PLAIN = ['.js', '.cjs'];
/** By which code can come in that changes sources without our seeing it. */
const LOADER_OPTION = /--(?:import|(?:experimental-)?loader)\b/;
const MAP_COMMENT = '//# sourceMappingURL=data:';

/**
 * One hook for all that needs to know CommonJS files: source maps that only the transpiler in the process has, SDK classes that
 * never reach the API's slot, packages that the bundled SDK instruments. ES modules that import CommonJS packages come through
 * here as well.
 */
export function hookCompilation(inlineMaps: Map<string, string>, listeners: ListenersByPackage): void {
  const { prototype } = nodeLoader();
  const compile = prototype._compile;
  const { [COMPILE]: hooked } = {
    [COMPILE](this: ModuleInstance, content: unknown, filename: unknown, ...rest: unknown[]): unknown {
      if (typeof filename !== 'string') return compile.call(this, content, filename, ...rest);
      const file = packageFile(filename);
      const wanted = file && listeners.of(file.packageName);
      if (!file) noteInlineMap(inlineMaps, content, filename);
      else if (wanted) wanted.runBefore(file);
      const result = compile.call(this, content, filename, ...rest);
      if (file && wanted) wanted.runAfter(file, this);
      return result;
    },
  };
  const isAsOnDisk = sourcesAsOnDisk();
  // Stacks call a function without a name by the property that holds it, which a getter hides.
  if (compile.name === '') Object.defineProperty(compile, 'name', { value: COMPILE, configurable: true });
  // A file of the user's that is compiled as it is on disk tells us nothing, nor do those of most packages: they run without a function of
  // ours on their stack.
  Object.defineProperty(prototype, COMPILE, {
    configurable: true,
    enumerable: true,
    get(this: ModuleInstance): Compile {
      const { filename } = this;
      if (typeof filename !== 'string') return hooked;
      const file = packageFile(filename);
      const tellsNothing = file ? !listeners.of(file.packageName) : isAsOnDisk(filename);
      return tellsNothing ? compile : hooked;
    },
    set(this: ModuleInstance, value: unknown): void {
      Object.defineProperty(this, COMPILE, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}

/** Tells files that nothing in the process can have changed since they were read. Loaders come by options, or replace extensions. */
function sourcesAsOnDisk(): (filename: string) => boolean {
  const { _extensions } = nodeLoader();
  const known = PLAIN.map((extension) => _extensions[extension]);
  const options = [process.env.NODE_OPTIONS || ''].concat(process.execArgv).join(' ');
  if (LOADER_OPTION.test(options)) return () => false;
  return (filename) => {
    const index = PLAIN.indexOf(filename.slice(filename.lastIndexOf('.')));
    return index >= 0 && _extensions['.js'] === known[0] && _extensions[PLAIN[index]] === known[index];
  };
}

/** For the packages that were loaded before we came: the listeners hear of them now. */
export function replayCompilation(listeners: ListenersByPackage): void {
  const { _cache } = nodeLoader();
  for (const filename of Object.keys(_cache)) {
    const module = _cache[filename];
    const file = module && module.loaded ? packageFile(filename) : undefined;
    const wanted = file && listeners.of(file.packageName);
    if (!wanted) continue;
    wanted.runBefore(file);
    wanted.runAfter(file, module as LoadedModule);
  }
}

/** Keeps the `data:` URL of the source map that the code names at its end; files in packages are nobody's business. */
export function noteInlineMap(inlineMaps: Map<string, string>, content: unknown, name: string | undefined): void {
  if (typeof content !== 'string' || name === undefined || packageFile(name)) return;
  const start = content.lastIndexOf(MAP_COMMENT);
  if (start < 0) return;
  const end = content.indexOf('\n', start);
  inlineMaps.set(pathOf(name), content.slice(start + MAP_COMMENT.length - 'data:'.length, end < 0 ? undefined : end));
}

function pathOf(name: string): string {
  if (!name.startsWith('file:')) return name;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where it is needed, not before
  const { fileURLToPath }: typeof Url = require('url');
  return fileURLToPath(name);
}
