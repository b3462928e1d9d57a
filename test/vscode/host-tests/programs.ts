import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { LineStats } from '../../../src/model/lineStats';
import { eventually, spanline, workspaceFile } from './support';

/** The line of requests.js that asks for an item. */
export const REQUEST_LINE = 8;

export interface Program {
  readonly session: vscode.DebugSession;
  readonly ended: Promise<void>;
}

/** Starts requests.js by the debugger, without a launch.json. */
export async function startRequests(changes: Partial<vscode.DebugConfiguration> = {}): Promise<Program> {
  const configuration = {
    type: 'node',
    request: 'launch',
    name: 'requests',
    program: workspaceFile('requests.js').fsPath,
    console: 'internalConsole',
    ...changes,
  };
  const started = nextRootSession(vscode.debug.onDidStartDebugSession, configuration.name);
  const ended = nextRootSession(vscode.debug.onDidTerminateDebugSession, configuration.name).then(() => undefined);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(await vscode.debug.startDebugging(folder, configuration), 'the session starts');
  return { session: await started, ended };
}

/** Runs it to its end. */
export async function runRequests(changes: Partial<vscode.DebugConfiguration> = {}): Promise<vscode.DebugSession> {
  const { session, ended } = await startRequests(changes);
  await ended;
  return session;
}

/** The statistics of the line that asks, once they fit. */
export async function requestStats(what: string, fits: (stats: LineStats) => boolean): Promise<LineStats> {
  const api = await spanline();
  const path = workspaceFile('requests.js').fsPath;
  return eventually(`${what} on line ${REQUEST_LINE}`, async () => {
    const { lines } = await api.fileStats(path);
    return lines.find((stats) => stats.line === REQUEST_LINE && fits(stats));
  });
}

function nextRootSession(event: vscode.Event<vscode.DebugSession>, name: string): Promise<vscode.DebugSession> {
  return new Promise((resolve) => {
    const subscription = event((session) => {
      if (session.parentSession || session.name !== name) return;
      subscription.dispose();
      resolve(session);
    });
  });
}
