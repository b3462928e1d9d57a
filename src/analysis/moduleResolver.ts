import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ts } from '../lint/ts';
import { WorkspacePackages } from './workspacePackages';

/**
 * Resolves imports to source files of the workspace, with the `paths` of the nearest tsconfig. What lands in a package's declarations
 * is left out: rules know OpenTelemetry's own packages, and read no others.
 */
export class ModuleResolver {
  private readonly byImport = new Map<string, string | undefined>();
  private readonly linked = new Map<string, boolean>();
  private readonly packages = new WorkspacePackages();
  private readonly optionsByFolder = new Map<string, ts.CompilerOptions>();

  resolve(fromPath: string, module: string): string | undefined {
    const folder = dirname(fromPath);
    const key = `${folder}\n${module}`;
    if (this.byImport.has(key)) return this.byImport.get(key);
    const options = this.optionsFor(folder);
    const isNear = isRelative(module) || mayBeMapped(module, options) || this.isLinked(folder, module);
    const path = isNear ? resolveSource(fromPath, module, options) : undefined;
    const isTold = path !== undefined && !/\.d\.[cm]?ts$/.test(path);
    // Declarations say nothing of what a function does: where their package lies in the same repository, its source does.
    const source = isTold || isRelative(module) ? path : (this.packages.resolve(folder, module) ?? path);
    this.byImport.set(key, source);
    return source;
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
    this.linked.clear();
    this.packages.forget();
  }

  /** A package of the same repository, which package managers link into node_modules. */
  private isLinked(folder: string, module: string): boolean {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
    if (name === undefined || module.startsWith('node:') || module.startsWith('@opentelemetry/')) return false;
    const path = `${folder}/node_modules/${name}`;
    const known = this.linked.get(path);
    if (known !== undefined) return known;
    const parent = dirname(folder);
    const isHere = linksOutOfPackages(path);
    const linked = isHere ?? (parent !== folder && this.isLinked(parent, module));
    this.linked.set(path, linked);
    return linked;
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

/** Undefined where there is no such package. */
function linksOutOfPackages(path: string): boolean | undefined {
  try {
    return lstatSync(path).isSymbolicLink() && !realpathSync(path).replaceAll('\\', '/').includes('/node_modules/');
  } catch {
    return undefined;
  }
}

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
    const own = readConfig(path);
    if (!own || own.options.paths || own.options.baseUrl !== undefined) return mappingOf(own);
    // One that only refers to others, one for the program and one for its tests: those say how the folder's files are compiled.
    const beside = own.references.filter((each) => dirname(each) === folder.replaceAll('\\', '/') && each !== path);
    return mappingOf(beside.map(readConfig).find((each) => each?.options.paths) ?? own);
  }
  return undefined;
}

interface Config {
  readonly options: ts.CompilerOptions;
  /** Paths of configurations. */
  readonly references: readonly string[];
}

function readConfig(path: string): Config | undefined {
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { config?: unknown };
  if (config === undefined) return undefined;
  // No list of files is wanted: a reader that finds none spares the walk through the project.
  const host: ts.ParseConfigHost = { ...ts.sys, useCaseSensitiveFileNames: true, readDirectory: () => [] };
  const { options, projectReferences } = ts.parseJsonConfigFileContent(config, host, dirname(path));
  return { options, references: projectReferences?.map(ts.resolveProjectReferencePath) ?? [] };
}

function mappingOf(config: Config | undefined): ts.CompilerOptions {
  if (!config) return BARE;
  const { baseUrl, paths, pathsBasePath } = config.options;
  return { ...BARE, baseUrl, paths, pathsBasePath };
}

/** What the compiler looks for first, which is what most imports mean. */
function besides(fromPath: string, module: string): string | undefined {
  if (/\.[cm]?[jt]sx?$|\.json$|\/$|\.$/.test(module) || fromPath.includes('/node_modules/')) return undefined;
  const path = `${join(dirname(fromPath), module).replaceAll('\\', '/')}.ts`;
  return ts.sys.fileExists(path) ? path : undefined;
}

function resolveSource(fromPath: string, module: string, options: ts.CompilerOptions): string | undefined {
  const beside = isRelative(module) ? besides(fromPath, module) : undefined;
  if (beside !== undefined) return beside;
  const found = ts.resolveModuleName(module, fromPath, options, ts.sys).resolvedModule;
  if (!found || found.resolvedFileName.includes('/node_modules/')) return undefined;
  return /\.[cm]?[jt]sx?$/.test(found.resolvedFileName) ? found.resolvedFileName : undefined;
}
