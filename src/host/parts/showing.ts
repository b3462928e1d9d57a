import { CodeLenses } from '../lines/codeLenses';
import { DocumentLines } from '../lines/documentLines';
import { registerHovers } from '../lines/hovers';
import { LooseLogs } from '../logs/looseLogs';
import { MetricsView } from '../metrics/metricsView';
import { FolderMapping } from '../paths/mapFolder';
import { StatusBar } from '../status/statusBar';
import { Pins } from '../traces/pins';
import { TracesView } from '../traces/tracesView';
import { Walkthrough } from '../walkthrough';
import { CursorMarks } from '../waterfall/cursorMarks';
import { SourceJump } from '../waterfall/sourceJump';
import { WaterfallPanels } from '../waterfall/waterfallPanels';
import type { Core } from './core';
import type { Debugging } from './debugging';

/** What the user looks at, as far as commands need it. */
export interface Showing {
  readonly traces: TracesView;
  readonly pins: Pins;
  readonly looseLogs: LooseLogs;
  readonly waterfall: WaterfallPanels;
}

export function createShowing(core: Core, { programs, recording }: Debugging): Showing {
  const { context, engine, settings, runs, describeRun, log, own } = core;
  const lines = own(new DocumentLines(engine, runs, log));
  own(new CodeLenses(lines, settings));
  own(registerHovers(engine, lines, describeRun));
  own(new StatusBar(engine, programs));
  const traces = own(new TracesView(engine, describeRun, context.globalState));
  own(new Walkthrough(engine));
  const pins = own(new Pins(engine, context.workspaceState));
  const looseLogs = own(new LooseLogs(engine));
  own(new MetricsView(engine));
  const sourceJump = own(new SourceJump(lines, new FolderMapping(settings, log), log));
  const panelParts = { extensionUri: context.extensionUri, engine, recording, sourceJump, log };
  const waterfall = own(new WaterfallPanels(panelParts, context.workspaceState));
  own(new CursorMarks(lines, engine, waterfall));
  return { traces, pins, looseLogs, waterfall };
}
