import type { Instrumentation } from '@opentelemetry/instrumentation';
import { createRequire } from 'module';
import { join, sep } from 'path';
import type { Capture, CompiledFiles, EsModules } from '../host';
import type { PackageFile } from '../stage0/packageFile';
import type { PackageInstrumentation } from './instrumentationTable';
import type { WatchingInstrumentation } from './ownInstrumentation';
import { runHooks } from './requireHook';

/** Creates instrumentations when their packages load, and has them patch what was loaded. */
export class PackageWatch {
  private readonly waiting = new Map<string, PackageInstrumentation>();
  private readonly watched: readonly string[];
  private readonly created = new Map<string, WatchingInstrumentation>();
  private readonly mainFiles = new Map<string, string | undefined>();

  constructor(
    table: readonly PackageInstrumentation[],
    private readonly capture: Capture,
    private readonly onCreated: (instrumentation: Instrumentation) => void,
  ) {
    for (const entry of table) for (const name of entry.packages) this.waiting.set(name, entry);
    this.watched = [...this.waiting.keys()];
  }

  attach(compiled: CompiledFiles, esModules: EsModules): void {
    compiled.before(this.watched, (file) => this.beforeCompile(file));
    esModules.follow((file, exports) => {
      this.beforeCompile(file);
      return this.patch(file, exports);
    });
    compiled.after(this.watched, (file, exports) => this.afterCompile(file, exports));
  }

  /** No further instrumentation is created. */
  stop(): void {
    this.waiting.clear();
  }

  private beforeCompile({ packageName }: PackageFile): void {
    const entry = this.waiting.get(packageName);
    if (!entry) return;
    for (const name of entry.packages) this.waiting.delete(name);
    const created = entry.create(this.capture);
    this.created.set(packageName, created);
    this.onCreated(created);
  }

  private patch(file: PackageFile, exports: unknown): unknown {
    return this.created.get(file.packageName)?.loaded?.(file, exports) ?? exports;
  }

  private afterCompile(file: PackageFile, exports: unknown): unknown {
    const patched = this.patch(file, exports);
    const isMain = this.mainFile(file) === file.filename;
    const name = isMain ? file.packageName : file.packageName + sep + file.path.split('/').join(sep);
    return runHooks(patched, name, file.folder);
  }

  private mainFile({ folder, packageName }: PackageFile): string | undefined {
    if (!this.mainFiles.has(folder)) this.mainFiles.set(folder, resolveMain(folder, packageName));
    return this.mainFiles.get(folder);
  }
}

/** What `require(packageName)` loads for a file beside the package. */
function resolveMain(folder: string, packageName: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(packageName);
  } catch {
    return undefined;
  }
}
