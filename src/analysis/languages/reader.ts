import type { Node } from 'web-tree-sitter';
import type { SiteLanguage, SpanSite } from '../../protocol/spanSites';

/** A file that was parsed. */
export interface SourceTree {
  readonly root: Node;
  /** Nodes that a tree-sitter query captures as `@site`, in source order. */
  find(query: string): Node[];
}

/** Reads the span sites of one language. */
export interface LanguageReader {
  readonly id: SiteLanguage;
  /** File of the grammar. */
  readonly grammar: string;
  /** Names of its files. */
  readonly files: RegExp;
  /** Names of files that are made by tools. */
  readonly generated: RegExp;
  /** Text without it makes no spans that are found: such a file is not parsed. */
  readonly hint: RegExp;
  /** Files at the top of a project. */
  readonly manifests: RegExp;
  /** What the project calls itself, from its manifest's name and text. */
  projectName(manifest: string, text: string): string | undefined;
  /** In any order. */
  read(source: SourceTree): SpanSite[];
}
