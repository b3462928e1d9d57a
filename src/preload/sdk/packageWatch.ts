import type { Instrumentation } from '@opentelemetry/instrumentation';
import { createRequire } from 'module';
import { join, relative, sep } from 'path';
import type { CompileListeners } from '../host';
import type { PackageInstrumentation } from './instrumentationTable';
import { runHooks } from './requireHook';

/** A file in a node_modules folder. */
export interface PackageFile {
  readonly packageName: string;
  /** Folder of the package. */
  readonly folder: string;
}

const PACKAGE_FILE = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;

export function packageOf(filename: string): PackageFile | undefined {
  const match = PACKAGE_FILE.exec(filename);
  return match ? { folder: match[1], packageName: match[2].replace('\\', '/') } : undefined;
}

/** Creates instrumentations when their packages load, and has them patch what was loaded. */
export class PackageWatch {
  private readonly waiting = new Map<string, PackageInstrumentation>();
  private readonly watched: ReadonlySet<string>;
  private readonly mainFiles = new Map<string, string | undefined>();

  constructor(
    table: readonly PackageInstrumentation[],
    private readonly onCreated: (instrumentation: Instrumentation) => void,
  ) {
    for (const entry of table) for (const name of entry.packages) this.waiting.set(name, entry);
    this.watched = new Set(this.waiting.keys());
  }

  attach({ before, after }: CompileListeners): void {
    before.push((filename) => this.beforeCompile(filename));
    after.push((filename, exports) => this.afterCompile(filename, exports));
  }

  /** No further instrumentation is created. */
  stop(): void {
    this.waiting.clear();
  }

  private beforeCompile(filename: string): void {
    const file = packageOf(filename);
    const entry = file && this.waiting.get(file.packageName);
    if (!entry) return;
    for (const name of entry.packages) this.waiting.delete(name);
    this.onCreated(entry.create());
  }

  private afterCompile(filename: string, exports: unknown): unknown {
    const file = packageOf(filename);
    if (!file || !this.watched.has(file.packageName)) return exports;
    const isMain = this.mainFile(file) === filename;
    const name = isMain ? file.packageName : file.packageName + sep + relative(file.folder, filename);
    return runHooks(exports, name, file.folder);
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
