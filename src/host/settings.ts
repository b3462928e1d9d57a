import * as vscode from 'vscode';
import type { Disposable } from '../base/disposables';
import { readSetting, type SettingKey, type Settings, type SettingValue } from '../protocol/settings';

const SECTION = 'spanline';

/** The one place that asks VS Code for settings. A value of the wrong shape counts as not set. */
export class HostSettings implements Settings {
  get<K extends SettingKey>(key: K, scope?: vscode.Uri): SettingValue<K> {
    return readSetting(key, vscode.workspace.getConfiguration(SECTION, scope).get(key));
  }

  /** For the user, or for the workspace where that has a value of its own, which would win. */
  set<K extends SettingKey>(key: K, value: SettingValue<K>): Thenable<void> {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    const { workspaceValue } = configuration.inspect(key) ?? {};
    const { Global, Workspace } = vscode.ConfigurationTarget;
    return configuration.update(key, value, workspaceValue === undefined ? Global : Workspace);
  }

  /** For the folder, or for all of the workspace where it is undefined; for the user where no workspace is open. */
  setIn<K extends SettingKey>(
    key: K,
    value: SettingValue<K>,
    folder: vscode.WorkspaceFolder | undefined,
  ): Thenable<void> {
    const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
    const isOpen = vscode.workspace.workspaceFolders !== undefined;
    const target = folder ? WorkspaceFolder : isOpen ? Workspace : Global;
    return vscode.workspace.getConfiguration(SECTION, folder?.uri).update(key, value, target);
  }

  /** Calls back when one of `keys` may have changed. */
  onChange(keys: readonly SettingKey[], listener: () => void): Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if (keys.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) listener();
    });
  }
}
