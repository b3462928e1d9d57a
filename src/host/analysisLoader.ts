import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../base/disposables';
import { errorMessage, type Log } from '../base/log';
import { ANALYSED_LANGUAGES } from '../protocol/analysis';
import type { WorkspaceChecks } from './analysis/workspaceChecks';
import type { EvidenceExchange } from './evidence/evidenceExchange';
import type { HostSettings } from './settings';
import type { SiteExchange } from './sites/siteExchange';

/** What the separate bundle `dist/analysisClient.js` exports: the language client, which is too heavy to be loaded at activation. */
interface AnalysisClientModule {
  startAnalysis(
    context: vscode.ExtensionContext,
    settings: HostSettings,
    neighbours: { readonly sites: SiteExchange; readonly evidence: EvidenceExchange; readonly checks: WorkspaceChecks },
    log: Log,
  ): Disposable;
}

/** Starts the analysis when the first document is open that it can read, or when lines of spans are to be found; once. */
export class AnalysisLoader implements Disposable {
  private readonly disposables = new Disposables();
  private started = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly settings: HostSettings,
    readonly sites: SiteExchange,
    readonly evidence: EvidenceExchange,
    readonly checks: WorkspaceChecks,
    private readonly log: Log,
  ) {
    this.disposables.add(vscode.workspace.onDidOpenTextDocument((document) => this.opened(document)));
    this.disposables.add(settings.onChange(['lint.enabled'], () => this.openedBefore()));
    this.disposables.add(sites.onWanted(() => this.startOnce()));
    this.disposables.add(checks.onWanted(() => this.startOnce()));
    this.openedBefore();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private openedBefore(): void {
    vscode.workspace.textDocuments.forEach((document) => this.opened(document));
  }

  private opened({ languageId, uri }: vscode.TextDocument): void {
    const analysed =
      ANALYSED_LANGUAGES.some((id) => id === languageId) && (uri.scheme === 'file' || uri.scheme === 'untitled');
    if (analysed && this.settings.get('lint.enabled')) this.startOnce();
  }

  private startOnce(): void {
    if (this.started) return;
    this.started = true;
    // Not in the midst of the window's start: nobody waits for the first underline.
    setImmediate(() => this.start());
  }

  private start(): void {
    try {
      const path = this.context.asAbsolutePath('dist/analysisClient.js');
      const client = createRequire(path)(path) as AnalysisClientModule;
      this.disposables.add(client.startAnalysis(this.context, this.settings, this, this.log));
    } catch (error) {
      this.log.error(`The analysis could not be started, so nothing is underlined: ${errorMessage(error)}`);
    }
  }
}
