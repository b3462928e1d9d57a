import * as vscode from 'vscode';
import type { Log } from '../../base/log';
import { isAttended } from '../attendance';
import { describeRuns } from '../debug/runText';
import { Runs } from '../debug/runs';
import { EngineClient } from '../engineClient';
import { engineOptions } from '../engineSettings';
import { startEngineWorker } from '../engineWorker';
import { channelLog } from '../log';
import { HostSettings } from '../settings';

/** What nearly every part of the extension needs. */
export interface Core {
  readonly context: vscode.ExtensionContext;
  readonly channel: vscode.LogOutputChannel;
  readonly log: Log;
  readonly settings: HostSettings;
  readonly runs: Runs;
  readonly describeRun: ReturnType<typeof describeRuns>;
  readonly engine: EngineClient;
  /** A file of the extension. */
  readonly file: (path: string) => string;
  /** Has it disposed when the extension is. */
  readonly own: <T extends vscode.Disposable>(part: T) => T;
}

/** The engine is not started yet. */
export function createCore(context: vscode.ExtensionContext): Core {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const channel = own(vscode.window.createOutputChannel('Spanline', { log: true }));
  const log = channelLog(channel);
  const settings = new HostSettings();
  const runs = new Runs(context.workspaceState);
  const file = (path: string): string => context.asAbsolutePath(path);
  const engine = own(
    new EngineClient({
      options: engineOptions(context, settings),
      startWorker: (options) => startEngineWorker(file('dist/engine.js'), options, log),
      isAttended,
      log,
    }),
  );
  return { context, channel, log, settings, runs, describeRun: describeRuns(runs), engine, file, own };
}
