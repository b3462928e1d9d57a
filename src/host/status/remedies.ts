import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import { COMMANDS } from '../../protocol/contributions';
import { rootOf } from '../debug/rootSession';
import type { HostSettings } from '../settings';
import type * as launchChange from './launchChange';
import type { Reason } from './whyNothing';

/** What the separate bundle `dist/launchChange.js` exports. */
type LaunchChangeModule = typeof launchChange;

export interface RemedyParts {
  readonly settings: HostSettings;
  /** A file of the extension. */
  readonly file: (path: string) => string;
}

export interface Remedy {
  /** What is done when it is chosen. */
  readonly title: string;
  run(): Promise<unknown>;
}

type Action = NonNullable<Reason['action']>;

const COMMAND_OF: Record<Action, readonly [title: string, command: string, ...args: unknown[]]> = {
  trust: ['Manage Workspace Trust', 'workbench.trust.manage'],
  setting: ['Open the Setting', 'workbench.action.openSettings', 'spanline.capture'],
  debug: ['Start Debugging', 'workbench.action.debug.start'],
  endpoint: ['Copy the Endpoint', COMMANDS.copyEndpoint],
  receiver: ['Open the Settings', 'workbench.action.openSettings', 'spanline.receiver'],
  launch: ['Open launch.json', 'workbench.action.debug.configure'],
  log: ['Show the Log', COMMANDS.showLog],
};
const RESTART = 'Restart';
const START_AGAIN = 'Start Again';
/** A program that takes longer to end is not waited for. */
const STOP_LIMIT_MS = 10_000;

/** What one click can do about it; undefined where it is for the user alone to do. */
export function remedyOf(reason: Reason, { settings, file }: RemedyParts): Remedy | undefined {
  const { action, switchOn, change, configuration } = reason;
  if (!action) return undefined;
  const [title, command, ...args] = COMMAND_OF[action];
  const open = async (): Promise<unknown> => vscode.commands.executeCommand(command, ...args);
  if (switchOn) return { title: 'Switch It On', run: () => switchedOn(settings, switchOn) };
  if (change && configuration !== undefined) {
    const run = async (): Promise<unknown> =>
      (await changed(configuration, change, file)) ? offerRestart(configuration) : open();
    return { title: 'Change launch.json', run };
  }
  return { title, run: open };
}

async function switchedOn(settings: HostSettings, key: NonNullable<Reason['switchOn']>): Promise<void> {
  await settings.set(key, true);
  const done = `"spanline.${key}" is on.`;
  const running = vscode.debug.activeDebugSession && rootOf(vscode.debug.activeDebugSession);
  if (!running) return void (await vscode.window.showInformationMessage(`${done} It counts from the next start on.`));
  const words = `${done} Stop the program and start it again for it to count.`;
  const chosen = await vscode.window.showInformationMessage(words, ...(isWritten(running) ? [START_AGAIN] : []));
  if (chosen === START_AGAIN) await startAgain(running);
}

/** In a launch.json or a workspace file, so that it can be started by its name. */
function isWritten({ workspaceFolder, configuration }: vscode.DebugSession): boolean {
  const written: unknown = vscode.workspace.getConfiguration('launch', workspaceFolder).get('configurations');
  return Array.isArray(written) && written.some((each: { name?: unknown } | null) => each?.name === configuration.name);
}

/** VS Code's restart hands on the environment that the program had, unless launch.json has changed. */
async function startAgain(session: vscode.DebugSession): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    const listener = vscode.debug.onDidTerminateDebugSession(({ id }) => {
      if (id === session.id) end();
    });
    const limit = setTimeout(() => end(), STOP_LIMIT_MS);
    const end = (): void => {
      listener.dispose();
      clearTimeout(limit);
      resolve();
    };
  });
  await vscode.debug.stopDebugging(session);
  await ended;
  await vscode.debug.startDebugging(session.workspaceFolder, session.configuration.name);
}

/** In an editor, where it is seen and can be undone. False where no launch.json of the workspace has the configuration. */
async function changed(
  configuration: string,
  change: launchChange.LaunchChange,
  file: RemedyParts['file'],
): Promise<boolean> {
  const path = file('dist/launchChange.js');
  const { changeLaunch } = createRequire(path)(path) as LaunchChangeModule;
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const uri = vscode.Uri.joinPath(folder.uri, '.vscode', 'launch.json');
    const document = await Promise.resolve(vscode.workspace.openTextDocument(uri)).catch(() => undefined);
    const after = document && changeLaunch(document.getText(), configuration, change);
    if (!document || !after) continue;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), after.text);
    const editor = await vscode.window.showTextDocument(document);
    if (!(await vscode.workspace.applyEdit(edit))) return false;
    const place = document.positionAt(after.offset);
    editor.selection = new vscode.Selection(place, place);
    editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    await document.save();
    return true;
  }
  return false;
}

async function offerRestart(configuration: string): Promise<void> {
  const done = `"${configuration}" is changed in launch.json; undo takes it back.`;
  const running = vscode.debug.activeDebugSession !== undefined;
  const words = running ? `${done} Restart the program for it to count.` : `${done} It counts from the next start on.`;
  const chosen = await vscode.window.showInformationMessage(words, ...(running ? [RESTART] : []));
  if (chosen === RESTART) await vscode.commands.executeCommand('workbench.action.debug.restart');
}
