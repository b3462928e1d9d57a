import type { FileModel, KindReader, ModuleLinker, ModuleUse } from './model';
import { exportsOf, type ModuleExports } from './otel/exports';
import { importedModules } from './otel/imports';
import { Kinds } from './otel/kinds';
import { COMPONENT_FILE } from './componentFiles';
import { scriptOf } from './scriptBlocks';
import { NodeIndex } from './syntax/nodeIndex';
import { Scopes } from './syntax/scopes';
import { ts } from './ts';
import type { TypeOracle } from './types/typeOracle';

export class ParsedFile implements FileModel {
  private scopesMade: Scopes | undefined;
  private nodesMade: NodeIndex | undefined;
  private kindsMade: KindReader | undefined;
  private exportsMade: ModuleExports | undefined;
  private typesGiven: TypeOracle | undefined;
  private modulesMade: readonly ModuleUse[] | undefined;

  /** Parsed when something of it is first asked for, unless a parsed source is at hand. */
  constructor(
    readonly path: string,
    readonly text: string,
    private readonly link: ModuleLinker,
    private sourceMade?: ts.SourceFile,
  ) {}

  get source(): ts.SourceFile {
    return (this.sourceMade ??= parse(this.path, this.text));
  }

  get types(): TypeOracle | undefined {
    return this.typesGiven;
  }

  /** What was concluded with other types is concluded anew. */
  set types(types: TypeOracle) {
    this.typesGiven = types;
    this.kindsMade = undefined;
  }

  get scopes(): Scopes {
    return (this.scopesMade ??= new Scopes(this.source));
  }

  get nodes(): NodeIndex {
    return (this.nodesMade ??= new NodeIndex(this.source));
  }

  get kinds(): KindReader {
    return (this.kindsMade ??= new Kinds(this));
  }

  get exports(): ModuleExports {
    return (this.exportsMade ??= exportsOf(this.source));
  }

  get modules(): readonly ModuleUse[] {
    return (this.modulesMade ??= importedModules(this.source, this.nodes));
  }

  module(specifier: string): FileModel | undefined {
    return this.link(this.path, specifier);
  }
}

function parse(path: string, text: string): ts.SourceFile {
  if (COMPONENT_FILE.test(path)) {
    const script = scriptOf(text);
    return ts.createSourceFile(path, script.text, ts.ScriptTarget.Latest, true, script.kind);
  }
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, scriptKind(path));
}

function scriptKind(path: string): ts.ScriptKind {
  if (/\.tsx$/i.test(path)) return ts.ScriptKind.TSX;
  if (/\.[cm]?ts$/i.test(path)) return ts.ScriptKind.TS;
  return ts.ScriptKind.JSX; // plain .js files may hold JSX
}
