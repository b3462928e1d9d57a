import { Project } from 'ts-morph';
import { COMPONENT_FILE } from '../componentFiles';
import type { FileModel } from '../model';
import { ts } from '../ts';
import { NeededModules } from './neededModules';
import { neededOfExports } from './neededOfExports';
import type { TypeFacts, TypeOracle, TypeProperty } from './typeOracle';

/** Finds the source file that an import means; undefined leaves the import without types. */
export type TypeResolver = (fromPath: string, module: string) => string | undefined;

/** Of one parse that the caller goes on to use. */
type LintedFile = Pick<FileModel, 'source' | 'nodes'>;

/** A file that is parsed already, whose parse the program can share. */
export type ParsedSources = (path: string) => ts.SourceFile | undefined;

const OPTIONS: ts.CompilerOptions = {
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
export class ProgramTypes {
  private program: ts.Program | undefined;
  /** A program is made anew with the next question; what has not changed of the one before goes into it. */
  private isOutdated = true;
  private readonly opened = new Map<string, OpenedFile>();
  /** What opened files take from each of their neighbours. */
  private readonly taken = new Map<string, Set<string>>();
  /** Files of which more imports are wanted than when the program was made. */
  private readonly widened = new Set<string>();
  private readonly hops = new Map<string, number>();
  private readonly host: ts.CompilerHost;

  constructor(
    private readonly resolve: TypeResolver,
    private readonly parsed: ParsedSources = () => undefined,
  ) {
    this.host = this.makeHost();
  }

  /** `asked`: nodes of it that will be asked about, as far as is known. */
  open(linted: LintedFile, asked: readonly ts.Expression[] = []): TypeOracle {
    const file = this.add(linted);
    this.want(file, asked);
    return new CheckerOracle((node) => {
      this.want(file, [node]);
      return this.checker();
    });
  }

  /** Takes in files that will be opened one after the other, so that one program serves them all. */
  prepare(files: readonly { readonly file: LintedFile; readonly asked: readonly ts.Expression[] }[]): void {
    this.forget();
    for (const { file, asked } of files) this.want(this.add(file), asked);
  }

  /** A neighbour changed on the disk or in the editor. */
  changed(path: string): void {
    if (this.program?.getSourceFile(normal(path))) this.isOutdated = true;
  }

  forget(): void {
    this.program = undefined;
    this.isOutdated = true;
    this.opened.clear();
    this.taken.clear();
    this.hops.clear();
  }

  private add(linted: LintedFile): OpenedFile {
    const { source } = linted;
    const path = programPath(source.fileName);
    const known = this.opened.get(path);
    if (known?.source === source) return known;
    if (this.hops.size > MAX_FILES) this.forget();
    const file = { source, path, needed: new NeededModules(linted), modules: new Map<string, Set<string>>() };
    this.opened.set(path, file);
    this.hops.set(path, 0);
    this.isOutdated = true;
    return file;
  }

  /** Sees to it that the imports are read which the nodes' types can hang on. */
  private want({ path, needed, modules }: OpenedFile, nodes: readonly ts.Node[]): void {
    for (const [module, names] of needed.of(nodes)) {
      let known = modules.get(module);
      if (!known) modules.set(module, (known = new Set()));
      const before = known.size;
      for (const name of names) known.add(name);
      if (known.size === before) continue;
      this.widened.add(path);
      this.isOutdated = true;
    }
  }

  private checker(): ts.TypeChecker {
    if (!this.program || this.isOutdated) {
      this.noteNeighbours();
      this.program = ts.createProgram([...this.opened.keys()], OPTIONS, this.host, this.program);
      this.isOutdated = false;
      this.widened.clear();
    }
    return this.program.getTypeChecker();
  }

  /** What is taken from a neighbour may hang on imports of its own, whether or not it is opened itself. */
  private noteNeighbours(): void {
    for (const { path, modules } of this.opened.values())
      for (const [module, names] of modules) {
        const target = this.resolve(path, module);
        if (target === undefined) continue;
        const key = normal(target);
        let taken = this.taken.get(key);
        if (!taken) this.taken.set(key, (taken = new Set()));
        const before = taken.size;
        for (const name of names) taken.add(name);
        if (taken.size > before) this.widened.add(key);
      }
  }

  /** Whether an import is read, of a file of the workspace: of a neighbour, those that what is taken from it can hang on. */
  private readsOf(from: string, source: ts.SourceFile): (module: string) => boolean {
    const { modules } = this.opened.get(from) ?? {};
    const taken = this.taken.get(from);
    const ofExports = taken && neededOfExports(source, taken);
    return (module) => modules?.has(module) === true || ofExports?.has(module) === true;
  }

  private makeHost(): ts.CompilerHost {
    return {
      getSourceFile: (path) =>
        this.opened.get(path)?.source ?? libraryFile(path) ?? this.parsed(path) ?? declarationFile(path),
      // The compiler looks for package.json above every file of a package, to tell which module format it has; nothing hangs on that.
      fileExists: (path) => !path.endsWith('/package.json') && (this.opened.has(path) || ts.sys.fileExists(path)),
      readFile: (path) => ts.sys.readFile(path),
      resolveModuleNameLiterals: (literals, from, _redirected, _options, source) => {
        const reads = from.includes('/node_modules/') ? () => true : this.readsOf(from, source);
        return literals.map(({ text }) => ({ resolvedModule: reads(text) ? this.resolved(text, from) : undefined }));
      },
      hasInvalidatedResolutions: (path) => this.widened.has(path),
      getDefaultLibFileName: () => LIBRARY,
      getDefaultLibLocation: () => LIBRARIES,
      getCurrentDirectory: () => '/',
      getCanonicalFileName: (path) => path,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => '\n',
      writeFile: () => {},
    };
  }

  private resolved(name: string, from: string): ts.ResolvedModuleFull | undefined {
    const hop = this.hops.get(from) ?? MAX_HOPS;
    if (hop >= MAX_HOPS && !from.includes('/node_modules/')) return undefined;
    const path = this.resolve(from, name);
    if (path === undefined) return undefined;
    const key = normal(path);
    this.hops.set(key, Math.min(this.hops.get(key) ?? MAX_HOPS, hop + 1));
    return { resolvedFileName: key, extension: extensionOf(key) };
  }
}

interface OpenedFile {
  readonly path: string;
  readonly source: ts.SourceFile;
  readonly needed: NeededModules;
  /** The imports that are read for its own questions, with the names that are taken from them. */
  readonly modules: Map<string, Set<string>>;
}

/** Where the compiler's own declarations lie: in its memory, not on the disk. */
const LIBRARIES = '/node_modules/typescript/lib';
const LIBRARY = `${LIBRARIES}/lib.es2022.d.ts`;
const REFERENCE = /^\/\/\/ *<reference lib="([^"]+)" *\/>$/gm;
let library: ts.SourceFile | undefined;

/**
 * Parsed once for all programs of the process, and as one file: the compiler would sort the dozens of them by their paths, and merge what
 * they declare, for every program anew.
 */
function libraryFile(path: string): ts.SourceFile | undefined {
  return path === LIBRARY ? (library ??= parse(LIBRARY, libraryText())) : undefined;
}

/** What a file refers to comes before it. */
function libraryText(): string {
  const memory = new Project({
    useInMemoryFileSystem: true,
    skipAddingFilesFromTsConfig: true,
  }).getModuleResolutionHost();
  const seen = new Set<string>();
  const textOf = (path: string): string => {
    if (seen.has(path)) return '';
    seen.add(path);
    const text = memory.readFile(path) ?? '';
    const before = [...text.matchAll(REFERENCE)].map(([, name]) => textOf(`${LIBRARIES}/lib.${name}.d.ts`));
    return [...before, text.replaceAll(REFERENCE, '')].join('\n');
  };
  return textOf(LIBRARY);
}

const declarations = new Map<string, { readonly text: string; readonly source: ts.SourceFile }>();

/** What no workspace holds: declarations of packages, parsed anew when their text is another. */
function declarationFile(path: string): ts.SourceFile | undefined {
  const text = ts.sys.readFile(path);
  if (text === undefined) return undefined;
  const known = declarations.get(path);
  if (known?.text === text) return known.source;
  const source = parse(path, text);
  declarations.set(path, { text, source });
  return source;
}

const PARSING: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.ES2022,
  jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeInfo,
};

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, PARSING);
}

function extensionOf(path: string): ts.Extension {
  const [extension = '.ts'] = /\.d\.[cm]?ts$|\.[cm]?[jt]sx?$/i.exec(path) ?? [];
  return extension.toLowerCase() as ts.Extension;
}

/** The compiler takes no file whose ending it does not know. */
function programPath(path: string): string {
  return COMPONENT_FILE.test(path) ? `${normal(path)}.ts` : normal(path);
}

function normal(path: string): string {
  return path.replaceAll('\\', '/');
}

class CheckerOracle implements TypeOracle {
  private readonly known = new Map<ts.Expression, TypeFacts | undefined>();

  constructor(private readonly checkerFor: (node: ts.Expression) => ts.TypeChecker) {}

  factsOf(node: ts.Expression): TypeFacts | undefined {
    if (this.known.has(node)) return this.known.get(node);
    const checker = this.checkerFor(node);
    const facts = factsOf(checker, checker.getTypeAtLocation(node));
    this.known.set(node, facts);
    return facts;
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
