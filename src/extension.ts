import { sinceStart } from './host/startClock';
import * as vscode from 'vscode';
import { AnalysisLoader } from './host/analysisLoader';
import { isAttended } from './host/attendance';
import { AttachedPrograms } from './host/attach/attachedPrograms';
import { AttachedSessions } from './host/attach/attachedSessions';
import { Entries } from './host/attach/entries';
import { registerCommands } from './host/commands';
import { DebugPauses } from './host/debug/debugPauses';
import { DebugSessions } from './host/debug/debugSessions';
import { installPreload } from './host/debug/preloadFiles';
import { RecentSessions } from './host/debug/recentSessions';
import { Runs } from './host/debug/runs';
import { describeRuns } from './host/debug/runText';
import { EngineClient } from './host/engineClient';
import { engineOptions } from './host/engineSettings';
import { startEngineWorker } from './host/engineWorker';
import { type SpanlineExports, Timings } from './host/exports';
import { EngineConfiguration } from './host/forward/engineConfiguration';
import { ForwardHeaderStore } from './host/forward/forwardHeaders';
import { CodeLenses } from './host/lines/codeLenses';
import { DocumentLines } from './host/lines/documentLines';
import { registerHovers } from './host/lines/hovers';
import { channelLog } from './host/log';
import { LooseLogs } from './host/logs/looseLogs';
import { MetricsView } from './host/metrics/metricsView';
import { FolderMapping } from './host/paths/mapFolder';
import { PathConfiguration } from './host/paths/pathConfiguration';
import { HostSettings } from './host/settings';
import { GrammarSites } from './host/sites/grammarSites';
import { DebuggedPrograms } from './host/status/debuggedPrograms';
import { StatusBar } from './host/status/statusBar';
import { Pins } from './host/traces/pins';
import { TracesView } from './host/traces/tracesView';
import { tellTroubles } from './host/troubles';
import { CursorMarks } from './host/waterfall/cursorMarks';
import { SourceJump } from './host/waterfall/sourceJump';
import { WaterfallPanels } from './host/waterfall/waterfallPanels';
import type { RunId } from './model/ids';

const evaluatedAfter = sinceStart();
let engine: EngineClient | undefined;

export function activate(context: vscode.ExtensionContext): SpanlineExports {
  const began = sinceStart();
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const channel = own(vscode.window.createOutputChannel('Spanline', { log: true }));
  const log = channelLog(channel);
  const settings = new HostSettings();
  const runs = new Runs(context.workspaceState);
  const describeRun = describeRuns(runs);
  const recent = new RecentSessions();
  const file = (path: string): string => context.asAbsolutePath(path);

  const client = new EngineClient({
    options: engineOptions(context, settings),
    startWorker: (options) => startEngineWorker(file('dist/engine.js'), options, log),
    isAttended,
    log,
  });
  engine = own(client);
  const timings = new Timings(client, log);
  const headers = new ForwardHeaderStore(context.secrets);
  const configuration = own(new EngineConfiguration(client, settings, headers, log));
  own(new PathConfiguration(configuration, settings, log));
  own(tellTroubles(client, settings));

  const preloadFolder = vscode.Uri.joinPath(context.globalStorageUri, 'preload').fsPath;
  const preload = (): Promise<string> => installPreload(file('dist/preload'), preloadFolder, log);
  const sessions = own(new DebugSessions({ engine: client, settings, runs, recent, log, installPreload: preload }));
  const inspector = file('dist/inspector.js');
  const entries = new Entries({ engine: client, settings, runs, log, inspector, installPreload: preload });
  const attachedSessions = own(new AttachedSessions({ entries, settings, recent, log }));
  const sessionRun = (session: vscode.DebugSession): RunId | undefined =>
    sessions.sessionRun(session) ?? attachedSessions.sessionRun(session);
  own(new DebugPauses({ engine: client, log, sessionRun }));

  const lines = own(new DocumentLines(client, runs, log));
  own(new CodeLenses(lines, settings));
  own(registerHovers(engine, lines, describeRun));
  const isOurs = (session: vscode.DebugSession): boolean => sessionRun(session) !== undefined;
  const programs = own(new DebuggedPrograms({ engine: client, log, isOurs }));
  own(new StatusBar(client, programs));
  const traces = own(new TracesView(client, describeRun));
  const pins = own(new Pins(client, context.workspaceState));
  const looseLogs = own(new LooseLogs(client));
  own(new MetricsView(client));
  const sourceJump = own(new SourceJump(lines, new FolderMapping(settings, log), log));
  const panelParts = { extensionUri: context.extensionUri, engine: client, sourceJump, log };
  const waterfall = own(new WaterfallPanels(panelParts, context.workspaceState));
  own(new CursorMarks(lines, client, waterfall));
  const commandParts = {
    engine: client,
    settings,
    recent,
    programs,
    traces,
    pins,
    looseLogs,
    waterfall,
    channel,
    log,
    headers,
    configuration,
    entries,
    attached: own(new AttachedPrograms(entries, client)),
  };
  own(registerCommands(commandParts));
  own(new GrammarSites(context, client, log));
  own(new AnalysisLoader(context, settings, log));

  client.start();
  // VS Code does other things between loading the bundle and this call; they are not ours.
  timings.activated(evaluatedAfter + sinceStart() - began);
  return timings.exports(waterfall);
}

export async function deactivate(): Promise<void> {
  await engine?.shutdown();
}
