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

const SHOWN_MS = 8_000;

/** How far the check of the workspace is, in the status bar: no dialogue for what runs by itself. A click stops it. */
export class CheckStatus implements Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;
  private running: ProgressToken | undefined;
  private hiding: NodeJS.Timeout | undefined;
  private progress: string | undefined;
  /** Somebody waits for the end of the check that runs, or will. */
  isAwaited = false;

  constructor(private readonly cancel: (token: ProgressToken) => void) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('spanline.check', vscode.StatusBarAlignment.Left, -100),
    );
    this.item.name = 'Spanline: check of the workspace';
    this.disposables.onDispose(() => clearTimeout(this.hiding));
    this.disposables.add(vscode.commands.registerCommand(ANALYSIS_COMMANDS.stopCheck, () => this.stop()));
  }

  /** False when the progress is of something else. */
  show(token: ProgressToken, progress: Progress): boolean {
    if (progress.kind === 'begin' && progress.title === CHECK_TITLE) this.began(token);
    else if (token !== this.running) return false;
    if (progress.kind === 'end') {
      this.running = undefined;
      this.ended();
      return true;
    }
    this.progress = progress.message ?? this.progress;
    this.item.text = `$(sync~spin) Spanline: ${this.progress ?? 'checking'}`;
    this.item.command = ANALYSIS_COMMANDS.stopCheck;
    this.item.tooltip = 'Spanline looks for mistakes in the instrumentation of all files. Click to stop.';
    this.item.show();
    return true;
  }

  private began(token: ProgressToken): void {
    clearTimeout(this.hiding);
    this.running = token;
    this.progress = undefined;
  }

  /** Of a check that nobody asked for the findings are enough. */
  private ended(): void {
    if (!this.isAwaited) return this.item.hide();
    this.isAwaited = false;
    this.item.text = `$(check) Spanline: ${this.progress ?? 'all files'} checked`;
    this.item.command = 'workbench.actions.view.problems';
    this.item.tooltip = 'Show the Problems view';
    this.item.show();
    this.hiding = setTimeout(() => this.item.hide(), SHOWN_MS);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private stop(): void {
    if (this.running !== undefined) this.cancel(this.running);
  }
}
