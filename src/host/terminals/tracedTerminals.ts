import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { RunInfo } from '../../protocol/engine';
import { isOnDisk } from '../diskFolders';
import type { HostSettings } from '../settings';
import type { Recording } from '../status/recording';
import { isTrustedFor } from '../trust';
import { runName } from './commandRuns';
import { terminalChanges, terminalEnvironment } from './terminalEnvironment';
import type { TerminalSessions } from './terminalSessions';

export interface TracedTerminalsOptions {
  readonly sessions: TerminalSessions;
  readonly settings: HostSettings;
  readonly recording: Recording;
  /** For the variables of every terminal. */
  readonly collection: vscode.EnvironmentVariableCollection;
  readonly log: Log;
  /** Puts the preload in place and gives its path. */
  installPreload(): Promise<string>;
}

const NAME = 'Traced';
const EVERY_TERMINAL = 'Terminals';
const SETTING_PLATFORM: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows', darwin: 'osx' };

/**
 * Terminals whose programs are recorded: those opened by the command, and by the setting all. Where the shell tells when a command
 * begins, each is a run of its own; else the terminal is one.
 */
export class TracedTerminals implements Disposable {
  private readonly disposables = new Disposables();
  private readonly infos = new Map<vscode.Terminal, RunInfo>();
  /** The session that all terminals share, once the setting was on. */
  private shared: Promise<RunInfo> | undefined;
  private sharedInfo: RunInfo | undefined;

  constructor(private readonly parts: TracedTerminalsOptions) {
    const { window, workspace } = vscode;
    this.disposables.add(window.onDidStartTerminalShellExecution((event) => this.commandStarted(event)));
    this.disposables.add(window.onDidEndTerminalShellExecution((event) => this.commandEnded(event)));
    this.disposables.add(window.onDidCloseTerminal((terminal) => this.closed(terminal)));
    this.disposables.add(window.onDidOpenTerminal((terminal) => void this.recognise(terminal)));
    this.disposables.add(parts.settings.onChange(['terminals.trace'], () => void this.followSetting()));
    this.disposables.add(workspace.onDidGrantWorkspaceTrust(() => void this.followSetting()));
    for (const terminal of window.terminals) void this.recognise(terminal);
    void this.followSetting();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Opens one. Rejects where the receiver cannot be had. */
  async open(): Promise<void> {
    if (!isTrustedFor('Spanline traces no terminal in a folder that is not trusted.')) return;
    const folder = await chooseFolder();
    if (folder === 'none') return;
    const { sessions, settings, log } = this.parts;
    const name = this.freeName();
    const [preload, { info, endpoint }] = await Promise.all([this.parts.installPreload(), sessions.open(name)]);
    const { platform } = process;
    const bundledSdk = settings.get('capture.bundledSdk', folder?.uri);
    const inherited = inheritedVariable(folder?.uri);
    const env = terminalEnvironment({ platform, preload, run: info.run, endpoint, bundledSdk, inherited });
    const iconPath = new vscode.ThemeIcon('pulse');
    const terminal = vscode.window.createTerminal({
      name,
      env,
      iconPath,
      ...(folder && isOnDisk(folder) && { cwd: folder.uri }),
    });
    this.infos.set(terminal, info);
    terminal.show();
    log.info(`Terminal "${name}" sends to ${endpoint.url} (run ${info.run})`);
    const shell = await terminal.processId;
    if (shell !== undefined) sessions.remember(info, endpoint, shell);
  }

  private freeName(): string {
    const taken = new Set(vscode.window.terminals.map(({ name }) => name));
    for (let number = 1; ; number++) {
      const name = number === 1 ? NAME : `${NAME} ${number}`;
      if (!taken.has(name)) return name;
    }
  }

  /** A terminal that was traced before the window was loaded anew. */
  private async recognise(terminal: vscode.Terminal): Promise<void> {
    const shell = await terminal.processId;
    const known = this.parts.sessions.remembered.find((session) => session.shell === shell && shell !== undefined);
    if (!known || this.infos.has(terminal)) return;
    this.infos.set(terminal, known.opened);
    await this.parts.sessions.reopen(known).catch((error: unknown) => this.failed(terminal.name, error));
  }

  private commandStarted({ terminal, execution }: vscode.TerminalShellExecutionStartEvent): void {
    const info = this.infos.get(terminal) ?? this.sharedInfo;
    const name = runName(execution.commandLine.value);
    if (!info || name === undefined) return;
    this.parts.sessions.commandStarted(info, name);
    this.parts.recording.began(terminal);
  }

  private commandEnded({ terminal, exitCode }: vscode.TerminalShellExecutionEndEvent): void {
    this.parts.recording.ended(terminal);
    const info = this.infos.get(terminal);
    // Of the terminals that share a session, another one may have begun a command since.
    if (info) this.parts.sessions.commandEnded(info.run, exitCode);
  }

  private closed(terminal: vscode.Terminal): void {
    this.parts.recording.ended(terminal);
    const info = this.infos.get(terminal);
    if (!info) return;
    this.infos.delete(terminal);
    this.parts.sessions.close(info);
  }

  private async followSetting(): Promise<void> {
    const { collection, settings } = this.parts;
    if (!settings.get('terminals.trace') || !vscode.workspace.isTrusted) {
      collection.clear();
      this.shared = undefined;
      return;
    }
    try {
      this.sharedInfo = await (this.shared ??= this.traceEvery());
    } catch (error) {
      this.shared = undefined;
      this.failed(EVERY_TERMINAL, error);
    }
  }

  /** The port is that of before: terminals that outlived the window name it. */
  private async traceEvery(): Promise<RunInfo> {
    const { sessions, settings, collection } = this.parts;
    const before = sessions.remembered.find(({ shell }) => shell === undefined);
    const preload = await this.parts.installPreload();
    const { info, endpoint } = before
      ? { info: before.opened, endpoint: await sessions.reopen(before) }
      : await sessions.open(EVERY_TERMINAL);
    sessions.remember(info, endpoint);
    const bundledSdk = settings.get('capture.bundledSdk');
    const common = { platform: process.platform, preload, run: info.run, endpoint, bundledSdk };
    const { prepend, replace } = terminalChanges(common);
    collection.persistent = false;
    collection.description = 'Records the spans of programs started here (`spanline.terminals.trace`)';
    collection.clear();
    for (const [name, value] of Object.entries(prepend)) collection.prepend(name, value);
    for (const [name, value] of Object.entries(replace)) collection.replace(name, value);
    return info;
  }

  private failed(name: string, error: unknown): void {
    this.parts.log.warn(`Terminal "${name}" is not recorded: ${errorMessage(error)}`);
  }
}

/** Asks where there are several; `none`: nobody chose. */
async function chooseFolder(): Promise<vscode.WorkspaceFolder | 'none' | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0];
  const placeHolder = 'Folder in which the terminal starts';
  return (await vscode.window.showWorkspaceFolderPick({ placeHolder })) ?? 'none';
}

/** A variable as a terminal would have it: by the terminals' own setting, else as the editor has it. */
function inheritedVariable(folder: vscode.Uri | undefined): (name: string) => string | undefined {
  const section = `env.${SETTING_PLATFORM[process.platform] ?? 'linux'}`;
  const configured = vscode.workspace
    .getConfiguration('terminal.integrated', folder)
    .get<Readonly<Record<string, string | null>>>(section, {});
  return (name) => (name in configured ? (configured[name] ?? undefined) : process.env[name]);
}
