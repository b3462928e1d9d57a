import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { RunInfo } from '../../protocol/engine';
import type { RecentSessions } from '../debug/recentSessions';
import { rootOf } from '../debug/rootSession';
import type { HostSettings } from '../settings';
import { attachAddress } from './attachAddress';
import { isDebugTarget, isNodeAttach, whyNotEntered } from './attachTarget';
import type { Entries } from './entries';
import type { Evaluate } from './evaluate';
import { inspectablesOf } from './inspectables';

export interface AttachedSessionsOptions {
  readonly entries: Entries;
  readonly settings: HostSettings;
  readonly recent: RecentSessions;
  readonly log: Log;
}

const CDP_PROXY = 'extension.js-debug.requestCDPProxy';
/** A session is told of before its debugger has reached the program. */
const PATIENCE_MS = [0, 100, 250, 500, 1000, 2000];

interface Attachment {
  readonly info: RunInfo;
  /** Something was said about it to the user. */
  told: boolean;
}

/**
 * Enters the programs that the debugger attaches to, each process and worker through the debugger's own connection. A debug session
 * is one run, however many processes it has.
 */
export class AttachedSessions implements vscode.DebugConfigurationProvider, Disposable {
  private readonly disposables = new Disposables();
  /** By the id of the session that has no parent. */
  private readonly attachments = new Map<string, Attachment>();

  constructor(private readonly parts: AttachedSessionsOptions) {
    this.disposables.add(vscode.debug.registerDebugConfigurationProvider('*', this));
    this.disposables.add(vscode.debug.onDidStartDebugSession((session) => this.started(session)));
    this.disposables.add(vscode.debug.onDidTerminateDebugSession((session) => this.terminated(session)));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    config: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    const isWanted = vscode.workspace.isTrusted && this.parts.settings.get('capture.enabled', folder?.uri);
    const address = isWanted ? await attachAddress(config, isInspector) : undefined;
    return address === undefined ? config : { ...config, address };
  }

  /** The run of a session, or of the one that it descends from. */
  sessionRun(session: vscode.DebugSession): RunId | undefined {
    return this.attachments.get(rootOf(session).id)?.info.run;
  }

  private started(session: vscode.DebugSession): void {
    const root = rootOf(session);
    if (!isNodeAttach(root.configuration)) return;
    const attachment = this.attachments.get(root.id) ?? this.begin(root);
    if (attachment && isDebugTarget(session.configuration)) void this.enter(session, attachment);
  }

  private begin(root: vscode.DebugSession): Attachment | undefined {
    const { entries, recent, log } = this.parts;
    const { name, configuration, workspaceFolder } = root;
    const reason = this.whyNot(root) ?? whyNotEntered(configuration);
    if (reason) {
      log.info(`"${name}" is left alone: ${reason}`);
      recent.note({ name, at: Date.now(), leftAlone: reason });
      return undefined;
    }
    const attachment = { info: entries.begin(name, workspaceFolder), told: false };
    this.attachments.set(root.id, attachment);
    recent.note({ name, at: attachment.info.startedAt });
    return attachment;
  }

  private whyNot({ workspaceFolder }: vscode.DebugSession): string | undefined {
    if (!vscode.workspace.isTrusted) return 'the workspace is not trusted';
    if (!this.parts.settings.get('capture.enabled', workspaceFolder?.uri)) return '"spanline.capture.enabled" is off';
    return undefined;
  }

  private async enter(session: vscode.DebugSession, attachment: Attachment): Promise<void> {
    const { entries, recent, log } = this.parts;
    const { info } = attachment;
    try {
      const entry = await this.reach(session, (evaluate) =>
        entries.enter(info, session.workspaceFolder?.uri, evaluate),
      );
      if (this.sessionRun(session) !== info.run) entries.end(info); // it ended meanwhile
      if (attachment.told) return;
      attachment.told = true;
      entries.tell(`"${info.name}"`, entry);
    } catch (error) {
      const reason = errorMessage(error);
      log.warn(`"${session.name}" is not recorded: ${reason}`);
      recent.note({ name: info.name, at: info.startedAt, leftAlone: reason });
    }
  }

  private async reach<T>(session: vscode.DebugSession, talk: (evaluate: Evaluate) => Promise<T>): Promise<T> {
    const proxy = await proxyOf(session);
    if (!proxy) return talk((expression) => evaluateByAdapter(session, expression));
    return this.parts.entries.withInspector(`ws://${proxy.host}:${proxy.port}${proxy.path ?? ''}`, talk);
  }

  private terminated(session: vscode.DebugSession): void {
    const attachment = this.attachments.get(session.id);
    if (!attachment) return;
    this.attachments.delete(session.id);
    this.parts.entries.end(attachment.info);
  }
}

async function isInspector(host: string, port: number): Promise<boolean> {
  return (await inspectablesOf(host, port)).length > 0;
}

interface CdpProxy {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
}

/** Undefined where the debugger has none to give: an older one, or another extension's. */
async function proxyOf(session: vscode.DebugSession): Promise<CdpProxy | undefined> {
  for (const wait of PATIENCE_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const asking = vscode.commands.executeCommand<CdpProxy | undefined>(CDP_PROXY, session.id);
    const proxy = await Promise.resolve(asking).catch(() => undefined);
    if (proxy) return proxy;
  }
  return undefined;
}

/** For the clipboard the debugger writes a text as a JSON literal. */
async function evaluateByAdapter(session: vscode.DebugSession, expression: string): Promise<string> {
  const answer: unknown = await session.customRequest('evaluate', { expression, context: 'clipboard' });
  const { result } = answer as { result?: unknown };
  const text: unknown = typeof result === 'string' ? JSON.parse(result) : undefined;
  if (typeof text !== 'string') throw new Error('the debugger cannot look into it');
  return text;
}
