import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { COMMANDS } from '../../protocol/contributions';
import type { EngineClient } from '../engineClient';
import type { DebuggedPrograms } from './debuggedPrograms';
import { statusText, withSilence } from './statusText';

const BACKGROUNDS = {
  none: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
};

/** The receiver's state at the foot of the window. */
export class StatusBar implements Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;

  constructor(
    private readonly engine: EngineClient,
    private readonly programs: DebuggedPrograms,
  ) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('spanline.receiver', vscode.StatusBarAlignment.Right, 90),
    );
    this.item.name = 'Spanline Receiver';
    this.disposables.add(engine.onStatus(() => this.draw()));
    this.disposables.add(engine.onState(() => this.draw()));
    this.disposables.add(programs.onSilence(() => this.draw()));
    this.draw();
    this.item.show();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private draw(): void {
    const { silent } = this.programs;
    const { text, severity, accessible, tooltip } = withSilence(
      statusText(this.engine.state, this.engine.status),
      silent,
    );
    this.item.command = silent === undefined ? COMMANDS.showReceiver : COMMANDS.whyNoSpans;
    if (this.item.text !== text) this.item.text = text;
    this.item.backgroundColor = BACKGROUNDS[severity];
    this.item.accessibilityInformation = { label: accessible };
    this.item.tooltip = new vscode.MarkdownString(tooltip, true);
  }
}
