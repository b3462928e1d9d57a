import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../base/disposables';
import { errorMessage, type Log } from '../base/log';
import { pathKey } from '../base/paths';
import { asSpanId, asTraceId, type TraceId } from '../model/ids';
import { COMMANDS, type CommandId } from '../protocol/contributions';
import { copyWithNotice } from './clipboard';
import { diskFolders } from './diskFolders';
import { showNotice } from './notice';
import type { WorkspaceChecks } from './analysis/workspaceChecks';
import { type AttachParts, showAttachMenu } from './attach/attachMenu';
import type { EngineClient } from './engineClient';
import { type ForwardParts, setForwardHeaders } from './forward/forwardCommands';
import { Refusal } from './refusal';
import { showRedactions } from './redactions';
import { clearStored } from './stored/clearStored';
import { type ReceiverMenuParts, showReceiverMenu } from './status/receiverMenu';
import { showWhyNoSpans, type WhyNoSpansParts } from './status/whyNoSpansMenu';
import { sharedEndpoint } from './status/statusText';
import type { LooseLogs } from './logs/looseLogs';
import { copiedText, exemplarSpan } from './metrics/metricText';
import type { MetricStream } from '../model/metric';
import type { TracedTerminals } from './terminals/tracedTerminals';
import type { Pins } from './traces/pins';
import type { TracesView } from './traces/tracesView';
import type { WaterfallPanels } from './waterfall/waterfallPanels';

export interface CommandParts extends WhyNoSpansParts, ReceiverMenuParts, ForwardParts, AttachParts {
  readonly terminals: TracedTerminals;
  readonly checks: WorkspaceChecks;
  readonly traces: TracesView;
  readonly pins: Pins;
  readonly looseLogs: LooseLogs;
  readonly waterfall: WaterfallPanels;
  readonly channel: vscode.LogOutputChannel;
  readonly log: Log;
}

type Handler = (...args: unknown[]) => unknown;

export function registerCommands(parts: CommandParts): Disposable {
  const { engine, traces, waterfall, channel, log } = parts;
  const handlers: Record<CommandId, Handler> = {
    [COMMANDS.openWaterfall]: () => waterfall.show(selectedTrace(traces), true),
    [COMMANDS.openTrace]: (traceId, spanId) => openTrace(waterfall, traceId, spanId),
    [COMMANDS.openLine]: (path, line) => openLine(parts, path, line),
    [COMMANDS.clear]: () => engine.ask((api) => api.clear(), undefined),
    [COMMANDS.clearStored]: () => clearStored(parts),
    [COMMANDS.showReceiver]: () => showReceiverMenu(parts),
    [COMMANDS.whyNoSpans]: () => showWhyNoSpans(parts),
    [COMMANDS.copyEndpoint]: () => copyEndpoint(engine),
    [COMMANDS.toggleLenses]: () => toggleLenses(parts),
    [COMMANDS.showErrorsOnly]: () => traces.showOnly(true),
    [COMMANDS.showAllTraces]: () => traces.showOnly(false),
    [COMMANDS.filterTraces]: () => traces.askForFilter(),
    [COMMANDS.showNewerTraces]: () => traces.showNewer(),
    [COMMANDS.pinTrace]: (row) => pin(parts, row, true),
    [COMMANDS.unpinTrace]: (row) => pin(parts, row, false),
    [COMMANDS.copyMetric]: (node) => copyWithNotice(copiedText(streamOf(node))),
    [COMMANDS.openExemplar]: (node) => openExemplar(waterfall, node),
    [COMMANDS.showLooseLogs]: () => parts.looseLogs.show(),
    [COMMANDS.showLog]: () => channel.show(),
    [COMMANDS.showRedactions]: () => showRedactions(parts),
    [COMMANDS.restartEngine]: () => restartEngine(engine),
    [COMMANDS.setForwardHeaders]: () => setForwardHeaders(parts),
    [COMMANDS.attach]: () => showAttachMenu(parts),
    [COMMANDS.newTracedTerminal]: () => parts.terminals.open(),
    [COMMANDS.checkWorkspace]: () => checkWorkspace(parts),
  };
  const registered = new Disposables();
  for (const [id, handler] of Object.entries(handlers)) {
    const guarded = async (...args: unknown[]): Promise<void> => {
      try {
        await handler(...args);
      } catch (error) {
        const message = `Spanline: ${errorMessage(error)}.`;
        if (error instanceof Refusal) return void vscode.window.showInformationMessage(message);
        log.error(`${id} failed: ${errorMessage(error)}`);
        void vscode.window.showErrorMessage(message);
      }
    };
    registered.add(vscode.commands.registerCommand(id, guarded));
  }
  return registered;
}

/** Where no lens is in sight nothing else would show that something happened. */
async function toggleLenses({ settings }: CommandParts): Promise<void> {
  const enabled = !settings.get('codeLens.enabled');
  await settings.set('codeLens.enabled', enabled);
  showNotice(`Durations above lines are ${enabled ? 'on' : 'off'}`);
}

async function restartEngine(engine: EngineClient): Promise<void> {
  await engine.restart();
  await engine.whenReady().catch(() => {
    throw new Error('the engine could not be started; "Spanline: Show Log" says why');
  });
  showNotice('Spanline’s engine was started anew');
}

function checkWorkspace({ checks, settings }: CommandParts): void {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const onDisk = diskFolders();
  if (folders.length === 0) throw new Refusal('no folder is open whose files could be checked');
  if (onDisk.length === 0)
    throw new Refusal('only files on a disk can be checked, and this workspace is a virtual one');
  if (!onDisk.some(({ uri }) => settings.get('lint.enabled', uri)))
    throw new Refusal('nothing is checked as long as "spanline.lint.enabled" is off');
  checks.want();
}

function selectedTrace({ selected }: TracesView): { traceId: TraceId; follow: boolean } | undefined {
  return selected && { traceId: selected, follow: false };
}

/** Commands can be called by anyone with anything. */
function openTrace(waterfall: WaterfallPanels, traceId: unknown, spanId: unknown): void {
  const trace = typeof traceId === 'string' ? asTraceId(traceId) : undefined;
  if (!trace) throw new Error(`${JSON.stringify(traceId)} is not a trace id of 32 hex digits`);
  const span = typeof spanId === 'string' ? asSpanId(spanId) : undefined;
  waterfall.show({ traceId: trace, ...(span && { spanId: span }), follow: false });
}

async function openLine({ engine, waterfall }: CommandParts, path: unknown, line: unknown): Promise<void> {
  if (typeof path !== 'string' || typeof line !== 'number')
    throw new Error(`a path and a line are needed, not ${JSON.stringify([path, line])}`);
  const [latest] = await engine.ask((api) => api.spansAt(pathKey(path), line, 1), []);
  if (latest) return waterfall.show({ traceId: latest.traceId, spanId: latest.spanId, follow: false });
  const remedy = 'Run the program again, or raise "spanline.store.maxBytes" to keep more.';
  void vscode.window.showInformationMessage(`Spanline no longer holds a span of this line. ${remedy}`);
}

/** `row`: as the Traces view hands it to its inline actions; from the palette there is none, and what is looked at is meant. */
async function pin({ pins, traces, waterfall }: CommandParts, row: unknown, pinned: boolean): Promise<void> {
  const named = (row as { readonly traceId?: unknown } | undefined)?.traceId;
  const inView = waterfall.visible ? waterfall.shown?.traceId : undefined;
  const traceId = typeof named === 'string' ? asTraceId(named) : (inView ?? traces.selected);
  if (!traceId) throw new Refusal('no trace is selected; choose one in the Traces view');
  await pins.set(traceId, pinned);
  traces.pinned();
}

/** As the Metrics view hands its rows to their inline actions. */
function streamOf(node: unknown): MetricStream {
  const { stream } = (node ?? {}) as { readonly stream?: MetricStream };
  if (!stream) throw new Error('no metric was given: use the action of a row in the Metrics view');
  return stream;
}

function openExemplar(waterfall: WaterfallPanels, node: unknown): void {
  const span = exemplarSpan(streamOf(node));
  if (span) waterfall.show({ ...span, follow: false });
}

async function copyEndpoint(engine: EngineClient): Promise<void> {
  const status = await engine.ask((api) => api.status(), undefined);
  const endpoint = status && sharedEndpoint(status);
  if (!endpoint) {
    const remedy = 'Set "spanline.receiver.sharedPorts" to a port that is free.';
    void vscode.window.showWarningMessage(
      `Spanline listens on no port for programs outside a debug session. ${remedy}`,
    );
    return;
  }
  await copyWithNotice(endpoint);
}
