import type { FileModel, KindReader, ModuleLinker, ModuleUse } from './model';
import { exportsOf, type ModuleExports } from './otel/exports';
import { importedModules } from './otel/imports';
import { Kinds } from './otel/kinds';
import { COMPONENT_FILE } from './componentFiles';
import { scriptOf } from './scriptBlocks';
import type { NodeIndex } from './syntax/nodeIndex';
import type { Scopes } from './syntax/scopes';
import { survey, type Survey } from './syntax/survey';
import { ts } from './ts';
import type { TypeOracle } from './types/typeOracle';

export class ParsedFile implements FileModel {
  private treeMade: ts.SourceFile | undefined;
  private surveyMade: Survey | undefined;
  private kindsMade: KindReader | undefined;
  private exportsMade: ModuleExports | undefined;
  private typesGiven: TypeOracle | undefined;
  private modulesMade: readonly ModuleUse[] | undefined;

  /** Parsed when something of it is first asked for. */
  constructor(
    readonly path: string,
    readonly text: string,
    private readonly link: ModuleLinker,
  ) {}

  get source(): ts.SourceFile {
    this.surveyed();
    return this.tree;
  }

  /** The parse alone, in which nodes may not know their parents yet: what the checker needs, which sees to that itself. */
  get tree(): ts.SourceFile {
    return (this.treeMade ??= parse(this.path, this.text));
  }

  get types(): TypeOracle | undefined {
    return this.typesGiven;
  }

  /** What was concluded with other types is concluded anew. */
  set types(types: TypeOracle) {
    this.learn(types);
    this.kindsMade = undefined;
  }

  /** As setting {@link types}, where it is known that nothing concluded so far hangs on them. */
  learn(types: TypeOracle): void {
    this.typesGiven = types;
  }

  get scopes(): Scopes {
    return this.surveyed().scopes;
  }

  get nodes(): NodeIndex {
    return this.surveyed().nodes;
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

  private surveyed(): Survey {
    return (this.surveyMade ??= survey(this.tree));
  }
}

/** In TypeScript comments tell no types; in JavaScript they do. */
const PARSING: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseForTypeInfo,
};

function parse(path: string, text: string): ts.SourceFile {
  if (COMPONENT_FILE.test(path)) {
    const script = scriptOf(text);
    return ts.createSourceFile(path, script.text, PARSING, false, script.kind);
  }
  return ts.createSourceFile(path, text, PARSING, false, scriptKind(path));
}

function scriptKind(path: string): ts.ScriptKind {
  if (/\.tsx$/i.test(path)) return ts.ScriptKind.TSX;
  if (/\.[cm]?ts$/i.test(path)) return ts.ScriptKind.TS;
  return ts.ScriptKind.JSX; // plain .js files may hold JSX
}
