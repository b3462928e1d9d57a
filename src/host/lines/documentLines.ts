import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { Emitter } from '../../base/emitter';
import { errorMessage, type Log } from '../../base/log';
import type { StoreChange } from '../../protocol/engine';
import type { Runs } from '../debug/runs';
import type { EngineClient } from '../engineClient';
import { RealPaths } from '../realPaths';
import { EditLog } from './editLog';
import { lineEdits } from './lineEdits';
import { LineStatsCache } from './lineStatsCache';
import { type PlacedLine, placeLines } from './placeLines';

/** Documents whose lines can have statistics. In a remote window the extension runs beside the files, so they are `file` there, too. */
export const MEASURED_DOCUMENTS: vscode.DocumentFilter = { scheme: 'file' };

/** The statistics of open documents, on the lines where they belong now. */
export class DocumentLines implements Disposable {
  private readonly disposables = new Disposables();
  private readonly cache: LineStatsCache;
  private readonly realPaths = new RealPaths();
  private readonly editsByUri = new Map<string, EditLog>();
  private readonly changes: Emitter<readonly vscode.TextDocument[]>;

  constructor(
    engine: EngineClient,
    private readonly runs: Runs,
    private readonly log: Log,
  ) {
    this.cache = new LineStatsCache((path) => engine.demand((api) => api.fileStats(path)));
    this.changes = this.disposables.add(new Emitter((error) => log.error(`Lines: ${errorMessage(error)}`)));
    this.disposables.add(engine.onChanged((change) => void this.storeChanged(change)));
    this.disposables.add(engine.onState((state) => state === 'ready' && this.everythingChanged()));
    this.disposables.add(vscode.workspace.onDidChangeTextDocument((event) => this.edited(event)));
    this.disposables.add(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.editsByUri.get(uri.toString())?.saved(Date.now())),
    );
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.editsByUri.get(uri.toString())?.reverted()),
    );
  }

  /** Visible documents whose statistics changed. */
  get onChanged(): Emitter<readonly vscode.TextDocument[]>['on'] {
    return this.changes.on;
  }

  /** Empty when the engine cannot tell. */
  async of(document: vscode.TextDocument): Promise<readonly (PlacedLine & { readonly path: string })[]> {
    if (document.uri.scheme !== MEASURED_DOCUMENTS.scheme) return [];
    try {
      for (const path of await this.realPaths.keys(document.uri.fsPath)) {
        const entries = await this.cache.get(path);
        if (entries.length > 0) return this.place(document, path, entries);
      }
    } catch (error) {
      this.log.debug(`No statistics of ${document.uri.fsPath}: ${errorMessage(error)}`);
    }
    return [];
  }

  /** Where a line that the store names (1-based) stands in an open document now, 0-based; the nearest one when it was deleted. */
  async currentLine(document: vscode.TextDocument, line: number): Promise<number> {
    const placed = (await this.of(document)).find(({ stats }) => stats.line === line);
    return placed?.line ?? Math.min(line, document.lineCount) - 1;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private place(
    document: vscode.TextDocument,
    path: string,
    entries: Awaited<ReturnType<LineStatsCache['get']>>,
  ): (PlacedLine & { path: string })[] {
    const edits = this.editsByUri.get(document.uri.toString());
    const placed = placeLines(entries, edits, document.lineCount, ({ run }) => this.runs.startedAt(run));
    return placed.map((line) => ({ ...line, path }));
  }

  private edited({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (document.uri.scheme !== MEASURED_DOCUMENTS.scheme || contentChanges.length === 0) return;
    const edits = lineEdits(contentChanges, (line) => (line < document.lineCount ? document.lineAt(line).text : ''));
    const uri = document.uri.toString();
    const log = this.editsByUri.get(uri) ?? new EditLog();
    this.editsByUri.set(uri, log);
    log.add(edits, reason === vscode.TextDocumentChangeReason.Undo);
    // Not dirty after a change: the file changed on disk (a checkout, a formatter) and was read again.
    if (!document.isDirty) log.saved(Date.now());
  }

  private async storeChanged({ files, cleared }: StoreChange): Promise<void> {
    if (cleared) return this.everythingChanged();
    const changed = new Set(files);
    for (const path of changed) this.cache.invalidate(path);
    const documents: vscode.TextDocument[] = [];
    for (const { document } of vscode.window.visibleTextEditors) {
      if (document.uri.scheme !== MEASURED_DOCUMENTS.scheme) continue;
      const keys = await this.realPaths.keys(document.uri.fsPath);
      if (keys.some((key) => changed.has(key))) documents.push(document);
    }
    if (documents.length > 0) this.changes.fire(documents);
  }

  private everythingChanged(): void {
    this.cache.invalidateAll();
    this.changes.fire(vscode.window.visibleTextEditors.map(({ document }) => document));
  }
}
