import { dirname } from 'node:path';
import { ts } from '../lint/ts';

/**
 * Resolves imports to source files of the workspace, with the `paths` of the nearest tsconfig. What lands in a package's declarations
 * is left out: rules know OpenTelemetry's own packages, and read no others.
 */
export class ModuleResolver {
  private readonly byImport = new Map<string, string | undefined>();
  private readonly optionsByFolder = new Map<string, ts.CompilerOptions>();

  resolve(fromPath: string, module: string): string | undefined {
    const folder = dirname(fromPath);
    const key = `${folder}\n${module}`;
    if (this.byImport.has(key)) return this.byImport.get(key);
    const options = this.optionsFor(folder);
    const path =
      isRelative(module) || mayBeMapped(module, options) ? resolveSource(fromPath, module, options) : undefined;
    this.byImport.set(key, path);
    return path;
  }

  /** The declarations of an OpenTelemetry package, or of a file that one of them imports. */
  resolveTypes(fromPath: string, module: string): string | undefined {
    const isOurs = module.startsWith('@opentelemetry/') || (isRelative(module) && fromPath.includes('/node_modules/'));
    if (!isOurs) return undefined;
    const key = `types ${dirname(fromPath)}\n${module}`;
    if (!this.byImport.has(key))
      this.byImport.set(key, ts.resolveModuleName(module, fromPath, BARE, ts.sys).resolvedModule?.resolvedFileName);
    return this.byImport.get(key);
  }

  forget(): void {
    this.byImport.clear();
    this.optionsByFolder.clear();
  }

  private optionsFor(folder: string): ts.CompilerOptions {
    const known = this.optionsByFolder.get(folder);
    if (known) return known;
    const parent = dirname(folder);
    const options = readOptions(folder) ?? (parent === folder ? BARE : this.optionsFor(parent));
    this.optionsByFolder.set(folder, options);
    return options;
  }
}

const BARE: ts.CompilerOptions = { moduleResolution: ts.ModuleResolutionKind.Bundler, allowJs: true };

function isRelative(module: string): boolean {
  return module.startsWith('./') || module.startsWith('../') || module === '.' || module === '..';
}

/** A package's name may be a path mapping, or a neighbour in a monorepo. */
function mayBeMapped(module: string, options: ts.CompilerOptions): boolean {
  if (options.baseUrl !== undefined) return true;
  return Object.keys(options.paths ?? {}).some((pattern) => module.startsWith(pattern.split('*')[0]));
}

function readOptions(folder: string): ts.CompilerOptions | undefined {
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    const path = `${folder}/${name}`;
    if (!ts.sys.fileExists(path)) continue;
    const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { config?: unknown };
    if (config === undefined) return BARE;
    // No list of files is wanted: a reader that finds none spares the walk through the project.
    const host: ts.ParseConfigHost = { ...ts.sys, useCaseSensitiveFileNames: true, readDirectory: () => [] };
    const { options } = ts.parseJsonConfigFileContent(config, host, folder);
    return { ...BARE, baseUrl: options.baseUrl, paths: options.paths, pathsBasePath: options.pathsBasePath };
  }
  return undefined;
}

function resolveSource(fromPath: string, module: string, options: ts.CompilerOptions): string | undefined {
  const found = ts.resolveModuleName(module, fromPath, options, ts.sys).resolvedModule;
  if (!found || found.isExternalLibraryImport || /\.d\.[cm]?ts$/.test(found.resolvedFileName)) return undefined;
  return /\.[cm]?[jt]sx?$/.test(found.resolvedFileName) ? found.resolvedFileName : undefined;
}
