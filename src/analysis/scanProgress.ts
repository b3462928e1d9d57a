import type { Connection } from 'vscode-languageserver/node';
import { CHECK_TITLE } from '../protocol/analysis';
import type { ScanProgress } from './workspaceScan';

/** Tells the client how far a scan is, and hears from it when it shall end. `isSupported`: the client knows such progress. */
export async function scanProgress(connection: Connection, isSupported: boolean): Promise<ScanProgress> {
  if (!isSupported) return { report: () => {}, done: () => {}, isCancelled: false };
  const progress = await connection.window.createWorkDoneProgress();
  progress.begin(CHECK_TITLE, 0, undefined, true);
  return {
    get isCancelled() {
      return progress.token.isCancellationRequested;
    },
    report: (done, of) => progress.report(Math.floor((100 * done) / Math.max(of, 1)), `${done} of ${of} files`),
    done: () => progress.done(),
  };
}
