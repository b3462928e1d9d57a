import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { EngineClient } from '../engineClient';
import { logLine } from './logText';

const SCHEME = 'spanline-logs';
const PAGE = vscode.Uri.from({ scheme: SCHEME, path: '/Log Records without a Trace.log' });
const MOST_RECORDS = 5000;

/** Log records that belong to no span, as a read-only document: the waterfall has no place for them. */
export class LooseLogs implements vscode.TextDocumentContentProvider, Disposable {
  private readonly disposables = new Disposables();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<vscode.Uri>());

  readonly onDidChange = this.changed.event;

  constructor(private readonly engine: EngineClient) {
    this.disposables.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
  }

  async provideTextDocumentContent(): Promise<string> {
    const records = await this.engine.ask((api) => api.looseLogs({ limit: MOST_RECORDS }), []);
    if (records.length === 0)
      return 'No log record without a trace has arrived. Those with one stand in the waterfall.\n';
    return records.map(logLine).join('\n') + '\n';
  }

  /** With what has arrived by now. */
  async show(): Promise<void> {
    this.changed.fire(PAGE);
    const document = await vscode.workspace.openTextDocument(PAGE);
    await vscode.languages.setTextDocumentLanguage(document, 'log');
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
