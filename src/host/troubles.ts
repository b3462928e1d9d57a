import * as vscode from 'vscode';
import type { Disposable } from '../base/disposables';
import { COMMANDS } from '../protocol/contributions';
import type { Settings } from '../protocol/settings';
import type { EngineClient } from './engineClient';

/** Tells about a crash of the engine once a window; the status bar says the rest. */
export function tellTroubles(engine: EngineClient, settings: Settings): Disposable {
  let toldRestart = false;
  return engine.onState((state) => {
    if (state === 'failed')
      void offer('Spanline’s engine keeps stopping and was left alone.', 'Restart Engine', COMMANDS.restartEngine);
    if (state !== 'restarting' || toldRestart) return;
    toldRestart = true;
    const traces = settings.get('journal.enabled')
      ? 'The traces it held come back from the journal.'
      : 'The traces it held are gone.';
    void offer(`Spanline’s engine stopped and is being started again. ${traces}`);
  });
}

async function offer(message: string, action?: string, command?: string): Promise<void> {
  const showLog = 'Show Log';
  const chosen = await vscode.window.showWarningMessage(message, ...(action ? [action] : []), showLog);
  if (chosen === showLog) await vscode.commands.executeCommand(COMMANDS.showLog);
  else if (chosen && command) await vscode.commands.executeCommand(command);
}
