import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { Log } from '../../base/log';
import type { EngineConfiguration } from '../forward/engineConfiguration';
import type { HostSettings } from '../settings';
import { readPathSettings } from './pathSettings';

/** Keeps the engine informed of the workspace's folders, and the user of what is wrong in the path mappings. */
export class PathConfiguration implements Disposable {
  private readonly disposables = new Disposables();
  private told = '';

  constructor(
    configuration: EngineConfiguration,
    private readonly settings: HostSettings,
    private readonly log: Log,
  ) {
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void configuration.apply()));
    this.disposables.add(settings.onChange(['pathMappings'], () => this.tellFaults()));
    this.tellFaults();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Each text once: settings are edited letter by letter. */
  private tellFaults(): void {
    const text = readPathSettings(this.settings).faults.join('. ');
    if (text === this.told) return;
    this.told = text;
    if (text === '') return;
    this.log.warn(text);
    void this.offerSettings(`Spanline: ${text}.`);
  }

  private async offerSettings(message: string): Promise<void> {
    const open = 'Open Settings';
    const chosen = await vscode.window.showWarningMessage(message, open);
    if (chosen === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'spanline.pathMappings');
  }
}
