import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Language, type Node, Parser, Query } from 'web-tree-sitter';
import type { SpanSite } from '../../protocol/spanSites';
import type { LanguageReader } from './reader';

/** Files that people write take some ten milliseconds; queries of one that is nested thousands deep can take minutes. */
const PATIENCE_MS = 2_000;
const TOO_LONG = `it takes more than ${PATIENCE_MS} ms, which no text takes that a person wrote`;

/** Reads texts of one language. */
export class SiteParser {
  private readonly parser = new Parser();
  private readonly queries = new Map<string, Query>();

  constructor(
    private readonly language: Language,
    private readonly reader: LanguageReader,
  ) {
    this.parser.setLanguage(language);
  }

  /** In source order. Throws for a text that takes too long. */
  sites(text: string): SpanSite[] {
    const until = performance.now() + PATIENCE_MS;
    const options = { progressCallback: () => performance.now() > until };
    const tree = this.parser.parse(text, null, options);
    if (!tree) {
      this.parser.reset();
      throw new Error(TOO_LONG);
    }
    try {
      const find = (query: string): Node[] => {
        const found = this.query(query).captures(tree.rootNode, options);
        if (performance.now() > until) throw new Error(TOO_LONG);
        return found.flatMap(({ name, node }) => (name === 'site' ? [node] : []));
      };
      const sites = this.reader.read({ root: tree.rootNode, find });
      return sites.sort((a, b) => a.line - b.line || a.column - b.column);
    } finally {
      tree.delete();
    }
  }

  private query(text: string): Query {
    let query = this.queries.get(text);
    if (!query) this.queries.set(text, (query = new Query(this.language, text)));
    return query;
  }
}

/** Loads the runtime with the first grammar, and each grammar once. */
export class Grammars {
  private runtime: Promise<void> | undefined;
  private readonly parsers = new Map<string, Promise<SiteParser>>();

  /** `folder` holds `web-tree-sitter.wasm` and the grammars. */
  constructor(private readonly folder: string) {}

  parser(reader: LanguageReader): Promise<SiteParser> {
    let parser = this.parsers.get(reader.id);
    if (!parser) this.parsers.set(reader.id, (parser = this.load(reader)));
    return parser;
  }

  private async load(reader: LanguageReader): Promise<SiteParser> {
    this.runtime ??= this.start();
    await this.runtime;
    return new SiteParser(await Language.load(await readFile(join(this.folder, reader.grammar))), reader);
  }

  private async start(): Promise<void> {
    await Parser.init({ wasmBinary: await readFile(join(this.folder, 'web-tree-sitter.wasm')) });
  }
}
