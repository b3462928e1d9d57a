import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Disposable } from '../base/disposables';
import { errorMessage, type Log } from '../base/log';
import type { RuleFinding } from '../lint/rule';
import type { FileSites } from '../lint/spanSites';
import type { AnalysisSettings } from '../protocol/analysis';
import type { Engine } from './engine';
import { isForeignFile, isTestFile } from '../lint/testFiles';
import { documentPath, relativeTo } from './paths';

/** Milliseconds without a keystroke before a document is looked at. */
const DEBOUNCE_MS = 100;

/** What the rules say of one version of a document. */
export interface Linted {
  readonly version: number;
  readonly findings: readonly RuleFinding[];
  /** Where spans are made, when the settings want that to be known. */
  readonly sites?: FileSites;
  /** The settings or its folder say that it is not looked at. */
  readonly isLeftOut?: boolean;
  /** A pass with types may still change them. */
  readonly wantsTypes: boolean;
}

export interface LintingParts {
  readonly engine: () => Promise<Engine>;
  readonly document: (uri: string) => TextDocument | undefined;
  readonly settings: (uri: string) => AnalysisSettings;
  readonly roots: () => readonly string[];
  readonly publish: (document: TextDocument, linted: Linted) => void;
  readonly log: Log;
}

/** Keeps the findings of open documents up to date: at once when they open, after a short silence when they change. */
export class Linting implements Disposable {
  private readonly results = new Map<string, Linted>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private queue = Promise.resolve();
  private disposed = false;

  constructor(private readonly parts: LintingParts) {}

  opened(uri: string): void {
    this.schedule(uri, 0);
  }

  /** Also told right after `opened`, whose look at the document then stands. */
  changed(uri: string): void {
    void this.parts.engine().then((engine) => engine.changed(this.pathOf(uri)));
    if (this.waiting.has(uri) && !this.results.has(uri)) return;
    this.schedule(uri, DEBOUNCE_MS);
  }

  closed(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
    this.results.delete(uri);
  }

  /**
   * Findings for the document's text as it is now. They are not kept: the editor asks for actions while the document's own look is
   * still due, which must not take this for its own and go without publishing.
   */
  async current(document: TextDocument): Promise<Linted> {
    return this.known(document) ?? this.lint(await this.parts.engine(), document);
  }

  /** As {@link current}, with types; kept, since it is as good as the document's own look. */
  async complete(document: TextDocument): Promise<Linted> {
    const known = this.known(document);
    if (known && !known.wantsTypes) return known;
    const engine = await this.parts.engine();
    const syntax = this.lint(engine, document);
    const linted = syntax.wantsTypes ? this.lintTyped(engine, document) : syntax;
    this.results.set(document.uri, linted);
    return linted;
  }

  /** What is known already, once more: something else that it is shown with changed. */
  publish(document: TextDocument, linted: Linted): void {
    this.parts.publish(document, linted);
  }

  /** Undefined while the document's text as it is now was not looked at. */
  known(document: TextDocument): Linted | undefined {
    const known = this.results.get(document.uri);
    return known?.version === document.version ? known : undefined;
  }

  dispose(): void {
    this.disposed = true;
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  /** Resolves when the documents are looked at that are due now. */
  settled(): Promise<void> {
    return this.queue;
  }

  private schedule(uri: string, delay: number): void {
    clearTimeout(this.waiting.get(uri));
    const timer = setTimeout(() => {
      this.waiting.delete(uri);
      this.queue = this.queue.then(() => this.run(uri)).catch((error: unknown) => this.failed(uri, error));
    }, delay);
    this.waiting.set(uri, timer);
  }

  private async run(uri: string): Promise<void> {
    const engine = await this.parts.engine();
    const document = this.parts.document(uri);
    if (!document || this.isOutdated(uri)) return;
    if (this.results.get(uri)?.version === document.version) return;
    const syntax = this.lint(engine, document);
    this.results.set(uri, syntax);
    const standing = syntax.wantsTypes ? syntax.findings.filter(standsWithoutTypes) : syntax.findings;
    this.parts.publish(document, { ...syntax, findings: standing });
    await new Promise(setImmediate); // requests that came in meanwhile go first
    if (!syntax.wantsTypes || this.isOutdated(uri) || this.parts.document(uri)?.version !== document.version) return;
    const typed = this.lintTyped(engine, document);
    this.results.set(uri, typed);
    this.parts.publish(document, typed);
  }

  /** Closed, or about to be looked at again. */
  private isOutdated(uri: string): boolean {
    return this.disposed || this.waiting.has(uri);
  }

  /** Lints again although the text is the same: settings or neighbours changed. */
  refresh(uris: readonly string[]): void {
    this.results.clear();
    for (const uri of uris) this.schedule(uri, 0);
  }

  private lint(engine: Engine, document: TextDocument): Linted {
    const settings = this.parts.settings(document.uri);
    const path = this.pathOf(document.uri);
    const isRead = settings.enabled && !this.isLeftOut(path);
    const { version } = document;
    if (!isRead) return { version, findings: [], wantsTypes: false, isLeftOut: true };
    const { findings, sites, wantsTypes } = engine.lint(path, document.getText(), settings);
    return { version, findings, sites, wantsTypes };
  }

  private lintTyped(engine: Engine, document: TextDocument): Linted {
    const { uri, version } = document;
    const { findings, sites } = engine.lintTyped(this.pathOf(uri), document.getText(), this.parts.settings(uri));
    return { version, findings, sites, wantsTypes: false };
  }

  private pathOf(uri: string): string {
    return documentPath(uri, this.parts.document(uri)?.languageId ?? '');
  }

  private isLeftOut(path: string): boolean {
    const relative = relativeTo(this.parts.roots(), path);
    return isForeignFile(relative) || isTestFile(relative);
  }

  private failed(uri: string, error: unknown): void {
    this.parts.log.error(`Could not analyse ${uri}: ${errorMessage(error)}; its findings are those of before`);
  }
}

/** What types may take back waits for them; what is shown to be wrong by syntax is seldom taken back, and is told at once. */
function standsWithoutTypes(finding: RuleFinding): boolean {
  return !finding.provisional || finding.confidence === 'certain';
}
