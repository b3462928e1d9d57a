import { sinceStart } from './host/startClock';
import type * as vscode from 'vscode';
import { WorkspaceChecks } from './host/analysis/workspaceChecks';
import { AnalysisLoader } from './host/analysisLoader';
import { registerCommands } from './host/commands';
import type { EngineClient } from './host/engineClient';
import { type SpanlineExports, Timings } from './host/exports';
import { EngineConfiguration } from './host/forward/engineConfiguration';
import { EvidenceExchange } from './host/evidence/evidenceExchange';
import { ForwardHeaderStore } from './host/forward/forwardHeaders';
import { createCore } from './host/parts/core';
import { createDebugging } from './host/parts/debugging';
import { createShowing } from './host/parts/showing';
import { PathConfiguration } from './host/paths/pathConfiguration';
import { GrammarSites } from './host/sites/grammarSites';
import { SiteExchange } from './host/sites/siteExchange';
import { tellTroubles } from './host/troubles';
import { rememberStorage } from './host/uninstall/rememberStorage';

const evaluatedAfter = sinceStart();
let engine: EngineClient | undefined;

export function activate(context: vscode.ExtensionContext): SpanlineExports {
  const began = sinceStart();
  const core = createCore(context);
  const { settings, log, own } = core;
  engine = core.engine;
  const timings = new Timings(engine, log);
  const headers = new ForwardHeaderStore(context.secrets);
  const configuration = own(new EngineConfiguration(engine, settings, headers, log));
  own(new PathConfiguration(configuration, settings, log));
  own(tellTroubles(engine, settings));
  own(rememberStorage(context, engine, log));

  const debugging = createDebugging(core);
  const showing = createShowing(core, debugging);
  const checks = own(new WorkspaceChecks(log));
  own(registerCommands({ ...core, ...debugging, ...showing, headers, configuration, checks }));
  own(new GrammarSites(context, engine, log));
  const sites = own(new SiteExchange(engine, log));
  own(new AnalysisLoader(context, settings, sites, own(new EvidenceExchange(engine, log)), checks, log));

  engine.start();
  // VS Code does other things between loading the bundle and this call; they are not ours.
  timings.activated(evaluatedAfter + sinceStart() - began);
  return timings.exports(showing.waterfall);
}

export async function deactivate(): Promise<void> {
  await engine?.shutdown();
}
