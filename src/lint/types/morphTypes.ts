import { Project, type CompilerOptions, type FileSystemHost, type SourceFile } from 'ts-morph';
import { ts } from '../ts';
import type { TypeFacts, TypeOracle, TypeProperty } from './typeOracle';

/** Finds the source file that an import means; undefined leaves the import without types. */
export type TypeResolver = (fromPath: string, module: string) => string | undefined;

export interface TypedFile {
  readonly source: ts.SourceFile;
  readonly types: TypeOracle;
}

const OPTIONS: CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
  allowJs: true,
  skipLibCheck: true,
  noEmit: true,
  jsx: ts.JsxEmit.Preserve,
};

/** Files that types may reach from the linted one: itself, what it imports, and what that imports. */
const MAX_HOPS = 2;
const MAX_FILES = 250;
const MAX_VALUES = 200;

/**
 * Types for one file at a time, from a program that holds little: the file, its neighbours within two imports, the standard library
 * and OpenTelemetry's declarations. What lies beyond is `any`, which counts as not known. Checked lazily: only nodes that are asked for.
 */
export class MorphTypes {
  private project: Project | undefined;
  private readonly hops = new Map<string, number>();

  constructor(private readonly resolve: TypeResolver) {}

  open(path: string, text: string): TypedFile {
    const known = this.project?.getSourceFile(path);
    const file = known?.getFullText() === text ? known : this.add(path, text);
    const project = file.getProject();
    return { source: file.compilerNode, types: new CheckerOracle(() => project.getTypeChecker().compilerObject) };
  }

  /** Takes in files that will be opened one after the other, so that one program serves them all. */
  prepare(files: readonly { readonly path: string; readonly text: string }[]): void {
    this.forget();
    for (const { path, text } of files) this.add(path, text);
  }

  private add(path: string, text: string): SourceFile {
    if (this.hops.size > MAX_FILES) this.forget();
    this.project ??= this.makeProject();
    this.hops.set(normal(path), 0);
    return this.project.createSourceFile(path, text, { overwrite: true });
  }

  /** A neighbour changed on the disk or in the editor. */
  changed(path: string): void {
    const known = this.project?.getSourceFile(path);
    if (known) this.project!.removeSourceFile(known);
  }

  forget(): void {
    this.project = undefined;
    this.hops.clear();
  }

  private makeProject(): Project {
    return new Project({
      fileSystem: withoutManifests(),
      compilerOptions: OPTIONS,
      skipAddingFilesFromTsConfig: true,
      skipFileDependencyResolution: true,
      resolutionHost: () => ({ resolveModuleNames: (names, from) => names.map((name) => this.resolved(name, from)) }),
    });
  }

  private resolved(name: string, from: string): ts.ResolvedModule | undefined {
    const hop = this.hops.get(normal(from)) ?? MAX_HOPS;
    if (hop >= MAX_HOPS && !from.includes('/node_modules/')) return undefined;
    const path = this.resolve(from, name);
    if (path === undefined) return undefined;
    const key = normal(path);
    this.hops.set(key, Math.min(this.hops.get(key) ?? MAX_HOPS, hop + 1));
    return { resolvedFileName: path };
  }
}

/**
 * The disk without package.json files. The compiler looks for one above every file of a package, each time a program is made, to tell
 * which module format it has; here nothing hangs on that.
 */
function withoutManifests(): FileSystemHost {
  const disk = new Project({ skipAddingFilesFromTsConfig: true, skipLoadingLibFiles: true }).getFileSystem();
  const exists = disk.fileExistsSync.bind(disk);
  disk.fileExistsSync = (path) => !path.endsWith('/package.json') && exists(path);
  return disk;
}

function normal(path: string): string {
  return path.replaceAll('\\', '/');
}

class CheckerOracle implements TypeOracle {
  private checkerMade: ts.TypeChecker | undefined;

  constructor(private readonly make: () => ts.TypeChecker) {}

  factsOf(node: ts.Expression): TypeFacts | undefined {
    const checker = (this.checkerMade ??= this.make());
    const type = checker.getTypeAtLocation(node);
    return factsOf(checker, type);
  }
}

function factsOf(checker: ts.TypeChecker, type: ts.Type): TypeFacts | undefined {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) return undefined;
  const finite = finiteValues(type);
  const declaration = type.getSymbol()?.declarations?.[0];
  return {
    ...(finite ? { finite } : {}),
    primitive: primitiveOf(type),
    name: (type.aliasSymbol ?? type.getSymbol())?.name,
    declaredIn: declaration && packageOf(declaration.getSourceFile().fileName),
    properties: propertiesOf(checker, type),
    isPromise: type.getSymbol()?.name === 'Promise',
    ...absenceOf(type),
  };
}

function finiteValues(type: ts.Type): string[] | undefined {
  const parts = type.isUnion() ? type.types : [type];
  if (parts.length > MAX_VALUES) return undefined;
  const values: string[] = [];
  for (const part of parts) {
    if (part.isStringLiteral() || part.isNumberLiteral()) values.push(String(part.value));
    else if (part.flags & ts.TypeFlags.BooleanLiteral)
      values.push((part as unknown as { intrinsicName: string }).intrinsicName);
    else if (part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void)) values.push('undefined');
    else return undefined;
  }
  return values;
}

function primitiveOf(type: ts.Type): TypeFacts['primitive'] {
  const parts = (type.isUnion() ? type.types : [type]).filter(
    (part) => !(part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)),
  );
  const every = (flag: ts.TypeFlags) => parts.length > 0 && parts.every((part) => part.flags & flag);
  if (every(ts.TypeFlags.StringLike)) return 'string';
  if (every(ts.TypeFlags.NumberLike)) return 'number';
  if (every(ts.TypeFlags.BooleanLike)) return 'boolean';
  return every(ts.TypeFlags.BigIntLike) ? 'bigint' : undefined;
}

function absenceOf(type: ts.Type): Pick<TypeFacts, 'nullable' | 'optional'> {
  const has = (flag: ts.TypeFlags) => (type.isUnion() ? type.types : [type]).some((part) => part.flags & flag);
  return {
    ...(has(ts.TypeFlags.Null) ? { nullable: true } : {}),
    ...(has(ts.TypeFlags.Undefined) ? { optional: true } : {}),
  };
}

/** Undefined where the object may hold names that its type does not list. */
function propertiesOf(checker: ts.TypeChecker, type: ts.Type): TypeProperty[] | undefined {
  const object = checker.getNonNullableType(type);
  if (!(object.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) || object.getStringIndexType())
    return undefined;
  const symbols = checker.getPropertiesOfType(object);
  if (symbols.length === 0 || symbols.length > MAX_VALUES) return undefined;
  return symbols.map((symbol) => {
    const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
    const of = declaration && checker.getTypeOfSymbolAtLocation(symbol, declaration);
    return {
      name: symbol.name,
      primitive: of && primitiveOf(of),
      finite: of !== undefined && finiteValues(of) !== undefined,
      ...(of && absenceOf(of)),
    };
  });
}

function packageOf(path: string): string | undefined {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
