import * as vscode from 'vscode';
import { COMMANDS, type CommandId } from '../../protocol/contributions';
import type { Endpoint, EngineStatus, StoredData } from '../../protocol/engine';
import type { RecentSessions } from '../debug/recentSessions';
import type { EngineClient } from '../engineClient';
import { copyWithNotice } from '../clipboard';
import { testForwarding } from '../forward/forwardCommands';
import { totalsText } from '../redactionText';
import { storedText } from '../stored/storedText';
import { plural } from '../texts';
import { lostPortItems } from './lostPortMenu';
import { formatBytes, forwardText, hostAndPort, inMemoryOnly, listeningPorts, statusText } from './statusText';
import { type RemedyParts, remedyOf } from './remedies';
import { whyNothing } from './whyNothing';

interface MenuItem extends vscode.QuickPickItem {
  readonly run?: () => Thenable<unknown>;
}

export interface ReceiverMenuParts extends RemedyParts {
  readonly engine: EngineClient;
  readonly recent: RecentSessions;
}

/** What the receiver does, why something may be missing, and what can be done about it. */
export async function showReceiverMenu(parts: ReceiverMenuParts): Promise<void> {
  const { engine } = parts;
  const [status, stored] = await Promise.all([
    engine.ask((api) => api.status(), undefined),
    engine.ask((api) => api.storedData(), undefined),
  ]);
  const items = status
    ? [
        ...problemItems(parts, status),
        ...noticeItems(status),
        ...reasonItems(parts, status),
        ...receiverItems(status),
        ...forwardItems(parts, status),
        ...redactionItems(status),
        ...storageItems(status, stored),
      ]
    : [stateItem(engine)];
  const chosen = await vscode.window.showQuickPick<MenuItem>([...items, ...actionItems(engine)], {
    title: 'Spanline Receiver',
    placeHolder: status ? heldText(status) : 'The engine is not running',
  });
  await chosen?.run?.();
}

function problemItems(parts: ReceiverMenuParts, status: EngineStatus): MenuItem[] {
  const { problems } = status;
  if (problems.length === 0) return [];
  return [
    separator('Problems'),
    ...problems.map((problem) => {
      const [fault, ...remedy] = problem.split(/(?<=\.) /);
      return { label: `$(warning) ${fault}`, detail: remedy.join(' '), run: () => openSettings(problem) };
    }),
    ...lostPortItems(parts, status),
  ];
}

/** At the setting that the problem names. */
function openSettings(problem: string): Thenable<unknown> {
  const setting = /"(spanline\.[\w.]+)"/.exec(problem)?.[1] ?? 'spanline.receiver';
  return vscode.commands.executeCommand('workbench.action.openSettings', setting);
}

function noticeItems({ notices }: EngineStatus): MenuItem[] {
  if (notices.length === 0) return [];
  return [separator('Other windows'), ...notices.map(noticeItem)];
}

/** `Port 4318 is taken by another window (pid 7): its spans …` in its three parts. */
function noticeItem(notice: string): MenuItem {
  const [, fact = notice, which, rest] = /^(.*?) \((.*)\): (.*)$/.exec(notice) ?? [];
  const detail = rest && rest[0].toUpperCase() + rest.slice(1);
  return { label: `$(multiple-windows) ${fact}`, description: which, detail };
}

function forwardItems(parts: ReceiverMenuParts, { forward }: EngineStatus): MenuItem[] {
  if (!forward) return [];
  const test = () => testForwarding(parts);
  return [
    separator('Forwarding a copy'),
    { label: `$(export) ${forward.endpoint}`, description: forward.protocol, detail: forwardText(forward), run: test },
    action('$(key) Set Headers for Forwarding…', COMMANDS.setForwardHeaders),
  ];
}

function reasonItems(parts: ReceiverMenuParts, status: EngineStatus): MenuItem[] {
  const { settings, recent } = parts;
  const { isTrusted: trusted } = vscode.workspace;
  const captureEnabled = settings.get('capture.enabled');
  const reasons = whyNothing({ status, trusted, captureEnabled, sessions: recent.all });
  if (reasons.length === 0) return [];
  const items = reasons.map((reason): MenuItem => {
    const button = remedyOf(reason, parts);
    const detail = button ? `${button.title}: ${reason.remedy}` : reason.remedy;
    return { label: `$(info) ${reason.fault}`, detail, run: button && (() => button.run()) };
  });
  return [separator('Why something may be missing'), ...items];
}

function receiverItems(status: EngineStatus): MenuItem[] {
  const ports = listeningPorts(status).map((port) => ({
    label: `$(plug) ${hostAndPort(port)}`,
    description: PORT_USES[port.use],
    run: () => copyWithNotice(`http://${hostAndPort(port)}`),
  }));
  return ports.length > 0 ? [separator('Listening on: choose to copy'), ...ports] : [];
}

const PORT_USES: Readonly<Record<Endpoint['use'], string>> = {
  session: 'one debug session',
  shared: 'any program: OTLP over HTTP and gRPC',
  followed: 'another window’s; any program: OTLP over HTTP and gRPC',
};

function redactionItems({ redactions }: EngineStatus): MenuItem[] {
  const text = redactions && totalsText(redactions);
  if (text === undefined) return [];
  return [separator('Secrets and personal data'), action(`$(lock) ${text}`, COMMANDS.showRedactions)];
}

function storageItems({ journalLostAt }: EngineStatus, stored: StoredData | undefined): MenuItem[] {
  if (!stored || (stored.own + stored.others.bytes === 0 && journalLostAt === undefined)) return [];
  const { label, description } = storedText(stored);
  const clear = () => vscode.commands.executeCommand(COMMANDS.clearStored);
  const lost = journalLostAt === undefined ? undefined : inMemoryOnly(journalLostAt);
  return [separator('Storage'), { label: `$(database) ${label}`, description, detail: lost, run: clear }];
}

function actionItems(engine: EngineClient): MenuItem[] {
  const restart = engine.state === 'failed' || engine.state === 'restarting';
  return [
    separator('Actions'),
    ...(restart ? [action('$(debug-restart) Restart Engine', COMMANDS.restartEngine)] : []),
    action('$(question) Why Are There No Spans?', COMMANDS.whyNoSpans),
    action('$(list-tree) Open Waterfall', COMMANDS.openWaterfall),
    action('$(trash) Clear Traces', COMMANDS.clear),
    action('$(output) Show Log', COMMANDS.showLog),
  ];
}

function stateItem(engine: EngineClient): MenuItem {
  const { accessible } = statusText(engine.state, undefined);
  return { label: `$(error) ${accessible}` };
}

function heldText({ spans, traces, bytes }: EngineStatus): string {
  if (spans === 0) return 'Nothing received yet';
  return `${plural(spans, 'span')} in ${plural(traces, 'trace')}, ${formatBytes(bytes)}`;
}

function action(label: string, command: CommandId): MenuItem {
  return { label, run: () => vscode.commands.executeCommand(command) };
}

function separator(label: string): MenuItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
