import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposables';
import type { Log } from '../../base/log';
import type { EngineClient } from '../engineClient';
import { storagesOfWorkspaces } from '../engineSettings';
import { noteStorage } from './storageNote';

/** Leaves word of where this window keeps its data, once the start is over. Not in a checkout that is tried out. */
export function rememberStorage(context: vscode.ExtensionContext, engine: EngineClient, log: Log): Disposable {
  const subscription = engine.onState((state) => {
    if (state !== 'ready') return;
    subscription.dispose();
    if (context.extensionMode !== vscode.ExtensionMode.Production) return;
    const note = { ofWorkspaces: [storagesOfWorkspaces(context).parent], shared: [context.globalStorageUri.fsPath] };
    void noteStorage(context.extensionPath, note, log);
  });
  return subscription;
}
