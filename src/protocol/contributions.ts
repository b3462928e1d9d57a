/** Every id that package.json contributes, once. A test compares this file with package.json. */

export const COMMANDS = {
  openWaterfall: 'spanline.openWaterfall',
  /** Argument: a TraceSummary's id, optionally a span id. */
  openTrace: 'spanline.openTrace',
  /** Arguments: path, line. Opened by lenses and hovers, hidden from the palette. */
  openLine: 'spanline.openLine',
  clear: 'spanline.clear',
  clearStored: 'spanline.clearStored',
  showReceiver: 'spanline.showReceiver',
  whyNoSpans: 'spanline.whyNoSpans',
  copyEndpoint: 'spanline.copyEndpoint',
  toggleLenses: 'spanline.toggleLenses',
  showErrorsOnly: 'spanline.showErrorsOnly',
  showAllTraces: 'spanline.showAllTraces',
  filterTraces: 'spanline.filterTraces',
  showNewerTraces: 'spanline.showNewerTraces',
  /** Argument: the row of the list; without one the selected row. */
  pinTrace: 'spanline.pinTrace',
  unpinTrace: 'spanline.unpinTrace',
  /** Argument: the row of the metrics. */
  copyMetric: 'spanline.copyMetric',
  openExemplar: 'spanline.openExemplar',
  showLooseLogs: 'spanline.showLooseLogs',
  showLog: 'spanline.showLog',
  showRedactions: 'spanline.showRedactions',
  restartEngine: 'spanline.restartEngine',
  setForwardHeaders: 'spanline.setForwardHeaders',
  attach: 'spanline.attach',
  newTracedTerminal: 'spanline.newTracedTerminal',
  checkWorkspace: 'spanline.checkWorkspace',
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

/** Commands that only other parts of Spanline call. They are not in package.json. */
export const INTERNAL_COMMANDS: readonly CommandId[] = [COMMANDS.openTrace, COMMANDS.openLine];

/** Registered by the analysis client when it is loaded; not in package.json. */
export const ANALYSIS_COMMANDS = {
  /** Argument: a rule's id. Run by the light bulb. */
  explainRule: 'spanline.explainRule',
  /** Run by a click on the progress in the status bar. */
  stopCheck: 'spanline.stopCheck',
} as const;

export const VIEWS = {
  container: 'spanline',
  traces: 'spanline.traces',
  metrics: 'spanline.metrics',
} as const;

export const WATERFALL_VIEW_TYPE = 'spanline.waterfall';

export const CONTEXT_KEYS = {
  hasTraces: 'spanline.hasTraces',
  /** Only for moments, see host/walkthrough.ts. */
  tracesCame: 'spanline.tracesCame',
  /** A program runs that the debugger started and that is recorded. */
  recording: 'spanline.recording',
  /** What was received before this window was loaded is still being read. */
  restoring: 'spanline.restoring',
  errorsOnly: 'spanline.errorsOnly',
  newerTraces: 'spanline.newerTraces',
  hasMetrics: 'spanline.hasMetrics',
} as const;
