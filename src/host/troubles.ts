import * as vscode from 'vscode';
import type { Disposable } from '../base/disposables';
import { COMMANDS } from '../protocol/contributions';
import type { EngineClient } from './engineClient';

/** Tells about a crash of the engine once a window; the status bar says the rest. */
export function tellTroubles(engine: EngineClient): Disposable {
  let toldRestart = false;
  return engine.onState((state) => {
    if (state === 'failed')
      void offer('Spanline’s engine keeps stopping and was left alone.', 'Restart Engine', COMMANDS.restartEngine);
    if (state !== 'restarting' || toldRestart) return;
    toldRestart = true;
    void offer('Spanline’s engine stopped and is being started again. The traces it held are gone.');
  });
}

async function offer(message: string, action?: string, command?: string): Promise<void> {
  const showLog = 'Show Log';
  const chosen = await vscode.window.showWarningMessage(message, ...(action ? [action] : []), showLog);
  if (chosen === showLog) await vscode.commands.executeCommand(COMMANDS.showLog);
  else if (chosen && command) await vscode.commands.executeCommand(command);
}
