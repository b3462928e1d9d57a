import * as vscode from 'vscode';
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageclient/node';
import { type Disposable, Disposables } from '../../base/disposables';
import { CHECK_TITLE } from '../../protocol/analysis';
import { ANALYSIS_COMMANDS } from '../../protocol/contributions';

type Progress = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** How far the check of the workspace is, in the status bar: no dialogue for what runs by itself. A click stops it. */
export class CheckStatus implements Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;
  private running: ProgressToken | undefined;

  constructor(private readonly cancel: (token: ProgressToken) => void) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('spanline.check', vscode.StatusBarAlignment.Left, -100),
    );
    this.item.name = 'Spanline: check of the workspace';
    this.item.command = ANALYSIS_COMMANDS.stopCheck;
    this.item.tooltip = 'Spanline looks for mistakes in the instrumentation of all files. Click to stop.';
    this.disposables.add(vscode.commands.registerCommand(ANALYSIS_COMMANDS.stopCheck, () => this.stop()));
  }

  /** False when the progress is of something else. */
  show(token: ProgressToken, progress: Progress): boolean {
    if (progress.kind === 'begin' && progress.title === CHECK_TITLE) this.running = token;
    else if (token !== this.running) return false;
    if (progress.kind === 'end') {
      this.running = undefined;
      this.item.hide();
      return true;
    }
    this.item.text = `$(sync~spin) Spanline: ${progress.message ?? 'checking'}`;
    this.item.show();
    return true;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private stop(): void {
    if (this.running !== undefined) this.cancel(this.running);
  }
}
