import { Kinds } from './otel/kinds';
import { exportsOf, type ModuleExports } from './otel/exports';
import { importedModules } from './otel/imports';
import { Scopes } from './syntax/scopes';
import { ts } from './ts';

/** Opens the file that a relative import means. Undefined when it is not at hand: a package, a missing file. */
export type ModuleLinker = (fromPath: string, module: string) => FileModel | undefined;

export const noModules: ModuleLinker = () => undefined;

/** One parsed file with what is derived from its syntax, each part made when it is first asked for. */
export class FileModel {
  private scopesMade: Scopes | undefined;
  private kindsMade: Kinds | undefined;
  private exportsMade: ModuleExports | undefined;
  private modulesMade: ReturnType<typeof importedModules> | undefined;

  constructor(
    /** As the editor or the file system names it. */
    readonly path: string,
    readonly source: ts.SourceFile,
    private readonly link: ModuleLinker,
  ) {}

  get text(): string {
    return this.source.text;
  }

  get scopes(): Scopes {
    return (this.scopesMade ??= new Scopes(this.source));
  }

  get kinds(): Kinds {
    return (this.kindsMade ??= new Kinds(this));
  }

  get exports(): ModuleExports {
    return (this.exportsMade ??= exportsOf(this.source));
  }

  get modules(): ReturnType<typeof importedModules> {
    return (this.modulesMade ??= importedModules(this.source));
  }

  module(specifier: string): FileModel | undefined {
    return this.link(this.path, specifier);
  }
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, scriptKind(path));
}

function scriptKind(path: string): ts.ScriptKind {
  if (/\.tsx$/i.test(path)) return ts.ScriptKind.TSX;
  if (/\.[cm]?ts$/i.test(path)) return ts.ScriptKind.TS;
  return ts.ScriptKind.JSX; // plain .js files may hold JSX
}
