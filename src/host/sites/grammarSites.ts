import { Worker } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { Log } from '../../base/log';
import {
  GRAMMAR_FILES,
  GRAMMAR_LANGUAGES,
  type SiteWorkerApi,
  type SiteWorkerEvents,
  type SiteWorkerOptions,
} from '../../protocol/siteIndexing';
import type { SiteLanguage } from '../../protocol/spanSites';
import { diskFolders } from '../diskFolders';
import type { EngineClient } from '../engineClient';

/** Written files are told of together: a checkout writes thousands. */
const SETTLE_MS = 300;
const BUNDLE = 'dist/sites.js';
const GRAMMARS = 'dist/grammars';

/** Has a thread of its own read the span sites of Python, Go, Java and C# when the engine wants to know them. */
export class GrammarSites implements Disposable {
  private readonly disposables = new Disposables();
  private readonly wanted = new Set<SiteLanguage>();
  private readonly written = new Set<string>();
  private worker: Worker | undefined;
  private api: SiteWorkerApi | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly engine: EngineClient,
    private readonly log: Log,
  ) {
    this.disposables.add(engine.onSitesWanted((languages) => this.want(languages)));
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.index([...this.wanted])));
    this.disposables.onDispose(() => this.stop());
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** An engine that was started anew wants all of it again. */
  private want(languages: readonly SiteLanguage[]): void {
    const mine = languages.filter((language) => GRAMMAR_LANGUAGES.includes(language));
    if (mine.length === 0) return;
    for (const language of mine) this.wanted.add(language);
    this.index(mine);
  }

  private index(languages: readonly SiteLanguage[]): void {
    if (languages.length === 0) return;
    this.api ??= this.start();
    this.tell(
      this.api.index(
        languages,
        diskFolders().map(({ uri }) => uri.fsPath),
      ),
    );
  }

  private start(): SiteWorkerApi {
    const { context, engine, log } = this;
    const workerData: SiteWorkerOptions = { grammars: context.asAbsolutePath(GRAMMARS) };
    const worker = new Worker(context.asAbsolutePath(BUNDLE), { workerData, name: 'spanline-sites' });
    this.worker = worker;
    worker.on('error', (error) => log.error(`Span sites cannot be read any more: ${error.message}`));
    worker.on('exit', () => this.worker === worker && this.stop());
    this.watch();
    const events: SiteWorkerEvents = {
      found: (change) => void engine.ask((api) => api.spanSites(change), undefined),
      log: (level, message) => log[level](message),
    };
    return createBirpc<SiteWorkerApi, SiteWorkerEvents>(events, {
      post: (message) => worker.postMessage(message),
      on: (listener) => worker.on('message', listener),
      // Reading a large workspace takes as long as it takes.
      timeout: -1,
    });
  }

  private watch(): void {
    const watcher = this.disposables.add(vscode.workspace.createFileSystemWatcher(GRAMMAR_FILES));
    const note = ({ fsPath }: vscode.Uri): void => {
      this.written.add(fsPath);
      this.timer ??= setTimeout(() => this.tellWritten(), SETTLE_MS);
    };
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
      this.disposables.add(event(note));
  }

  private tellWritten(): void {
    this.timer = undefined;
    const paths = [...this.written];
    this.written.clear();
    if (this.api) this.tell(this.api.changed(paths));
  }

  private tell(asked: Promise<void>): void {
    asked.catch((error: unknown) => this.log.warn(`Span sites: ${String(error)}`));
  }

  private stop(): void {
    clearTimeout(this.timer);
    void this.worker?.terminate();
    this.worker = this.api = undefined;
  }
}
