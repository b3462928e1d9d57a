import * as vscode from 'vscode';
import { COMMANDS } from '../../protocol/contributions';
import type { EngineClient } from '../engineClient';
import type { RecentSessions } from '../debug/recentSessions';
import type { HostSettings } from '../settings';
import type { DebuggedPrograms } from './debuggedPrograms';
import { whyNoSpans } from './whyNoSpans';
import { type Reason, whyNothing } from './whyNothing';

export interface WhyNoSpansParts {
  readonly engine: EngineClient;
  readonly settings: HostSettings;
  readonly recent: RecentSessions;
  readonly programs: DebuggedPrograms;
}

interface RemedyItem extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

const REMEDIES: Record<NonNullable<Reason['action']>, readonly [title: string, command: string, ...args: unknown[]]> = {
  trust: ['Manage Workspace Trust', 'workbench.trust.manage'],
  setting: ['Open the Setting', 'workbench.action.openSettings', 'spanline.capture'],
  debug: ['Start Debugging', 'workbench.action.debug.start'],
  endpoint: ['Copy the Endpoint', COMMANDS.copyEndpoint],
  receiver: ['Open the Settings', 'workbench.action.openSettings', 'spanline.receiver'],
  launch: ['Open launch.json', 'workbench.action.debug.configure'],
  log: ['Show the Log', COMMANDS.showLog],
};

/** Names what keeps spans away, the most telling first, each with its one remedy. */
export async function showWhyNoSpans(parts: WhyNoSpansParts): Promise<void> {
  const reasons = await findReasons(parts);
  const items = reasons.length > 0 ? reasons.map(reasonItem) : [{ label: '$(check) Spans arrive: nothing is amiss' }];
  const chosen = await vscode.window.showQuickPick<RemedyItem>(items, {
    title: 'Why Are There No Spans?',
    placeHolder: 'Choose a reason to do what helps',
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

/** What runs now is asked first; what is known of earlier starts comes behind. */
async function findReasons({ engine, settings, recent, programs }: WhyNoSpansParts): Promise<Reason[]> {
  const [status, running] = await Promise.all([engine.ask((api) => api.status(), undefined), programs.look()]);
  if (!status) return [{ fault: 'Spanline’s engine does not answer', remedy: 'The log says why.', action: 'log' }];
  const { isTrusted: trusted } = vscode.workspace;
  const captureEnabled = settings.get('capture.enabled');
  const general = whyNothing({ status, trusted, captureEnabled, sessions: recent.all, asked: running.length > 0 });
  const ports = status.endpoints.map(({ port }) => port);
  const silent = running.filter(({ heard }) => !heard);
  return [...silent.map((program) => whyNoSpans(program, ports)), ...general];
}

function reasonItem({ fault, remedy, action }: Reason): RemedyItem {
  // A row shows a line of it, a message all.
  const tell = () => vscode.window.showInformationMessage(`${fault}. ${remedy}`);
  if (!action) return { label: `$(info) ${fault}`, detail: remedy, run: tell };
  const [title, command, ...args] = REMEDIES[action];
  return {
    label: `$(lightbulb) ${fault}`,
    description: title,
    detail: remedy,
    run: () => vscode.commands.executeCommand(command, ...args),
  };
}
