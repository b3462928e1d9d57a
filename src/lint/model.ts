import type { ModuleExports } from './otel/exports';
import type { NodeIndex } from './syntax/nodeIndex';
import type { Binding, Scopes } from './syntax/scopes';
import type { FunctionNode } from './syntax/walk';
import type { ts } from './ts';
import type { TypeOracle } from './types/typeOracle';

/** One parsed file with what is derived from its syntax, each part made when it is first asked for. */
export interface FileModel {
  /** As the editor or the file system names it. */
  readonly path: string;
  readonly source: ts.SourceFile;
  readonly text: string;
  readonly scopes: Scopes;
  readonly nodes: NodeIndex;
  readonly kinds: KindReader;
  readonly exports: ModuleExports;
  /** Modules that the file names, in source order. */
  readonly modules: readonly ModuleUse[];
  /** What is known of types; nothing for files that are only looked into from others. */
  readonly types: TypeOracle | undefined;
  /** The file that an import means; undefined for packages and for what is not at hand. */
  module(specifier: string): FileModel | undefined;
}

export interface ModuleUse {
  readonly module: string;
  readonly node: ts.StringLiteralLike;
  readonly typeOnly: boolean;
}

/** Opens the file that a relative import means. */
export type ModuleLinker = (fromPath: string, module: string) => FileModel | undefined;

/** The OpenTelemetry things that rules tell apart. */
export type OtelKind =
  | 'api'
  | 'trace'
  | 'contextApi'
  | 'propagation'
  | 'metrics'
  | 'tracer'
  | 'tracerProvider'
  | 'span'
  | 'context'
  | 'rootContext'
  | 'meter'
  | 'instrument'
  | 'baggage'
  | 'spanContext'
  | 'propagator';

/** `sure`: shown by an import, a declared type or a call; otherwise told from the name alone. `other`: known to be none of them. */
export interface Kind {
  readonly kind: OtelKind | 'other';
  readonly sure: boolean;
}

export interface FunctionInFile {
  readonly file: FileModel;
  readonly node: FunctionNode;
}

export interface KindReader {
  /** Undefined when nothing speaks for any kind. */
  of(expression: ts.Expression): Kind | undefined;
  is(expression: ts.Expression | undefined, kind: OtelKind): Kind | undefined;
  ofBinding(binding: Binding): Kind | undefined;
  /** What a call of the function gives. */
  returnedBy(node: FunctionNode): Kind | undefined;
  /** The kind of what the file exports under a name. */
  ofExport(name: string, depth: number): Kind | undefined;
}
