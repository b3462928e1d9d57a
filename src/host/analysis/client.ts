// The bundle dist/analysisClient.js: the language client, too heavy to be loaded when the window starts.
import * as vscode from 'vscode';
import {
  LanguageClient,
  State,
  TransportKind,
  type LanguageClientOptions,
  type ProgressToken,
  type ServerOptions,
} from 'vscode-languageclient/node';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { EvidenceQuery } from '../../model/lineEvidence';
import {
  ANALYSED_LANGUAGES,
  type AnalysisInitialization,
  CHECK_WORKSPACE,
  CODE_CACHE_VARIABLE,
  EVIDENCE,
  EVIDENCE_CHANGED,
  INDEX_SITES,
  KEEP_RUN_TEXTS,
  KEPT_RUN_TEXTS,
  type KeptRunTexts,
  SERVER_FLAGS,
  SPAN_SITES,
} from '../../protocol/analysis';
import { ANALYSIS_COMMANDS } from '../../protocol/contributions';
import type { SpanSitesChange } from '../../protocol/spanSites';
import type { EvidenceExchange } from '../evidence/evidenceExchange';
import { KeptTexts } from '../evidence/keptTexts';
import type { SiteExchange } from '../sites/siteExchange';
import type { SettingKey } from '../../protocol/settings';
import type { HostSettings } from '../settings';
import { analysisConfiguration } from './analysisConfiguration';
import { CheckStatus } from './checkStatus';
import type { WorkspaceChecks } from './workspaceChecks';

const WATCHED_SETTINGS: readonly SettingKey[] = [
  'lint.enabled',
  'lint.rules',
  'lint.wrappers',
  'lint.evidence',
  'lint.workspace',
];
/** What the server's answers hang on besides the open documents. */
const WATCHED_FILES = [
  '**/{package,tsconfig*,jsconfig,.spanlinerc}.json',
  '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,vue,svelte}',
];

export interface AnalysisNeighbours {
  readonly sites: SiteExchange;
  readonly evidence: EvidenceExchange;
  readonly checks: WorkspaceChecks;
}

/** Starts the language server and keeps it running: after a crash it comes back with the open documents. */
export function startAnalysis(
  context: vscode.ExtensionContext,
  settings: HostSettings,
  { sites, evidence, checks }: AnalysisNeighbours,
  log: Log,
): Disposable {
  const disposables = new Disposables();
  const rulePages = vscode.Uri.joinPath(context.extensionUri, 'media', 'rules');
  disposables.add(
    vscode.commands.registerCommand(ANALYSIS_COMMANDS.explainRule, (rule: unknown) =>
      explainRule(rulePages, rule, log),
    ),
  );

  const options = (): AnalysisInitialization => ({
    configuration: analysisConfiguration(settings, vscode.workspace.workspaceFolders ?? []),
    rulePages: rulePages.toString(),
    evidence: true,
    runTexts: true,
  });
  const status = disposables.add(new CheckStatus((token) => cancelProgress(client, token)));
  const client = new LanguageClient(
    'spanline.analysis',
    'Spanline Analysis',
    serverOptions(context),
    clientOptions(options, status),
  );
  disposables.onDispose(
    () => void client.dispose().catch((error: unknown) => log.debug(`Analysis: ${errorMessage(error)}`)),
  );
  const configure = (): void => {
    if (client.isRunning())
      void client.sendNotification('workspace/didChangeConfiguration', { settings: options().configuration });
  };
  disposables.add(settings.onChange(WATCHED_SETTINGS, configure));
  disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(configure));
  let wasChecked = false;
  const checkWorkspace = (): void => {
    if (!client.isRunning()) return;
    checks.isWanted = false;
    wasChecked = true;
    status.isAwaited = true;
    void client.sendNotification(CHECK_WORKSPACE);
  };
  disposables.add(checks.onWanted(checkWorkspace));
  client.onRequest(EVIDENCE, (query: EvidenceQuery) => evidence.ask(query));
  const texts = new KeptTexts();
  client.onNotification(KEEP_RUN_TEXTS, (kept: KeptRunTexts) => texts.keep(kept));
  client.onRequest(KEPT_RUN_TEXTS, (uri: string) => texts.of(uri));
  disposables.add(
    evidence.onChanged((change) => {
      if (client.isRunning()) void client.sendNotification(EVIDENCE_CHANGED, change);
    }),
  );
  disposables.add(vscode.debug.onDidTerminateDebugSession(() => evidence.changed(undefined)));
  client.onNotification(SPAN_SITES, (change: SpanSitesChange) => sites.tell(change));
  const indexSites = (): void => {
    if (client.isRunning()) void client.sendNotification(INDEX_SITES);
  };
  disposables.add(sites.onWanted(indexSites));
  client
    .start()
    .then(() => {
      log.debug('Analysis: the language server answers');
      // After a crash, too: what changed meanwhile was told to nobody.
      client.onDidChangeState(({ newState }) => {
        if (newState !== State.Running) return;
        if (sites.isWanted) indexSites();
        if (wasChecked) checkWorkspace();
      });
      if (sites.isWanted) indexSites();
      if (checks.isWanted) checkWorkspace();
    })
    .catch((error: unknown) =>
      log.error(`The analysis could not be started, so nothing is underlined: ${errorMessage(error)}`),
    );
  return disposables;
}

function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  const module = context.asAbsolutePath('dist/analysis.mjs');
  const execArgv = [...SERVER_FLAGS];
  const env = { [CODE_CACHE_VARIABLE]: vscode.Uri.joinPath(context.globalStorageUri, 'compiled').fsPath };
  return {
    run: { module, transport: TransportKind.ipc, options: { execArgv, env } },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: [...execArgv, '--inspect=6047'], env } },
  };
}

function clientOptions(options: () => AnalysisInitialization, status: CheckStatus): LanguageClientOptions {
  return {
    documentSelector: ANALYSED_LANGUAGES.flatMap((language) => [
      { language, scheme: 'file' },
      { language, scheme: 'untitled' },
    ]),
    initializationOptions: options,
    synchronize: { fileEvents: WATCHED_FILES.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern)) },
    connectionOptions: { maxRestartCount: 4 },
    progressOnInitialization: false,
    middleware: {
      handleWorkDoneProgress: (token, progress, next) => status.show(token, progress) || next(token, progress),
    },
  };
}

function cancelProgress(client: LanguageClient, token: ProgressToken): void {
  if (client.isRunning()) void client.sendNotification('window/workDoneProgress/cancel', { token });
}

async function explainRule(rulePages: vscode.Uri, rule: unknown, log: Log): Promise<void> {
  if (typeof rule !== 'string' || !/^[a-z-]+$/.test(rule)) {
    log.warn(`No rule has a page "${String(rule)}"; rules are named in lower case with hyphens`);
    return;
  }
  const page = vscode.Uri.joinPath(rulePages, `${rule}.md`);
  await vscode.commands.executeCommand('vscode.openWith', page, 'vscode.markdown.preview.editor', { preview: true });
}
