import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type CodeActionParams,
  CodeActionKind,
  CodeActionTriggerKind,
  type Connection,
  type Diagnostic,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { errorMessage, type Log } from '../base/log';
import type { FileEvidence } from '../model/lineEvidence';
import {
  type AnalysisInitialization,
  type AnalysisSettings,
  CHECK_WORKSPACE,
  EVIDENCE,
  EVIDENCE_CHANGED,
  type EvidenceChange,
  KEEP_RUN_TEXTS,
  KEPT_RUN_TEXTS,
  type KeptRunTexts,
  INDEX_SITES,
  SPAN_SITES,
} from '../protocol/analysis';
import { codeActions, FIX_ALL_KIND } from './codeActions';
import { Configuration } from './configuration';
import { toDiagnostic } from './diagnostics';
import type { Engine } from './engine';
import { EvidenceFeed, type Picture } from './evidence/evidenceFeed';
import { programFolder } from './evidence/programFolder';
import { ScannedFiles } from './evidence/scannedFiles';
import { weigh, type WeighedFinding } from './evidence/weigh';
import { hoverAt } from './hovers';
import { type Linted, Linting } from './linting';
import { loadEngine, threadsFor } from './loadEngine';
import { documentPath } from './paths';
import { answerPulls } from './pullDiagnostics';
import type { ScannedFile } from './scan';
import { scanProgress } from './scanProgress';
import type { SiteIndexer } from './sites/siteIndexer';
import { WorkspaceScan } from './workspaceScan';

/** Milliseconds after the start, which belong to the documents that are open. */
const SETTLE_MS = 1500;

/** Wires one connection to the analysis. The compiler is loaded after the client has its answer to `initialize`. */
export function serve(connection: Connection, log: Log): void {
  const documents = new TextDocuments(TextDocument);
  const configuration = new Configuration();
  let rulePages: string | undefined;
  let roots: readonly string[] = [];
  let answersEvidence = false;
  let keepsTexts = false;
  let client: ClientAbilities = { progress: false, disabledActions: false, pulls: false, folders: false };
  let loading: Promise<Engine> | undefined;
  let loaded: Engine | undefined;

  const engine = (): Promise<Engine> => (loading ??= makeEngine(documents, log).then((made) => (loaded = made)));
  const settingsOf = (uri: string): AnalysisSettings => {
    const set = configuration.for(uri);
    return loaded?.settingsFor(documentPath(uri, ''), set) ?? set;
  };
  const allUris = (): string[] => documents.all().map(({ uri }) => uri);
  const linting = new Linting({
    engine,
    document: (uri) => documents.get(uri),
    settings: settingsOf,
    roots: () => roots,
    publish: (document, linted) => {
      const diagnostics = diagnosticsOf(document, linted);
      evidence.showing(document.uri, pictureOf(diagnostics));
      if (client.pulls) void connection.languages.diagnostics.refresh();
      else void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
    },
    log,
  });
  const evidence: EvidenceFeed = new EvidenceFeed({
    ask: (query) => connection.sendRequest<FileEvidence | undefined>(EVIDENCE, query),
    keep: (texts) => {
      if (keepsTexts) void connection.sendNotification(KEEP_RUN_TEXTS, texts);
    },
    kept: (uri) =>
      keepsTexts ? connection.sendRequest<KeptRunTexts | null>(KEPT_RUN_TEXTS, uri) : Promise.resolve(undefined),
    picture: (uri) => {
      const scanned = scannedFiles.known(uri);
      if (scanned) return pictureOf(scannedDiagnostics(uri, scanned));
      return ofKnown(uri, (document, linted) => pictureOf(diagnosticsOf(document, linted)));
    },
    show: (uri) => {
      const scanned = scannedFiles.known(uri);
      if (scanned) showScanned(uri, scanned);
      else ofKnown(uri, (document, linted) => linting.publish(document, linted));
    },
    programFolder: (uri) => {
      const findings = scannedFiles.known(uri)?.findings ?? ofKnown(uri, (_, linted) => linted.findings);
      return findings && programFolder(documentPath(uri, ''), findings);
    },
    log,
  });
  const scannedFiles: ScannedFiles = new ScannedFiles({
    of: (uri, text) => evidence.of(uri, text),
    watch: (uri, isWatched) => {
      if (!isWatched) evidence.closed(uri);
      else if (answersEvidence) void evidence.opened(uri);
    },
  });
  const weighed = (document: TextDocument, linted: Linted): readonly WeighedFinding[] => {
    if (linted.isLeftOut || !settingsOf(document.uri).evidence) return linted.findings;
    const text = document.getText();
    return weigh({ text, ...linted }, evidence.of(document.uri, text));
  };
  const diagnosticsOf = (document: TextDocument, linted: Linted): Diagnostic[] => {
    const settings = settingsOf(document.uri);
    return weighed(document, linted).flatMap((finding) => toDiagnostic(document, finding, settings, rulePages) ?? []);
  };
  const ofKnown = <T>(uri: string, use: (document: TextDocument, linted: Linted) => T): T | undefined => {
    const document = documents.get(uri);
    const linted = document && linting.known(document);
    // Without types yet: what it is shown with comes with them in a moment.
    return linted && !linted.wantsTypes ? use(document, linted) : undefined;
  };
  connection.onNotification(EVIDENCE_CHANGED, ({ paths }: EvidenceChange) => evidence.changed(paths));

  let indexing: Promise<SiteIndexer> | undefined;
  const indexer = (): Promise<SiteIndexer> =>
    (indexing ??= engine().then(
      (ready) =>
        new ready.SiteIndexer({
          roots: () => roots,
          wrappers: (path) => settingsOf(pathToFileURL(path).href).wrappers,
          link: ready.workspace.link,
          turn: () => linting.settled().then(() => new Promise(setImmediate)),
          send: (change) => void connection.sendNotification(SPAN_SITES, change),
          log,
        }),
    ));
  connection.onNotification(INDEX_SITES, () => {
    void indexer()
      .then((sites) => sites.start())
      .catch((error: unknown) => log.error(errorMessage(error)));
  });

  const scanning = new WorkspaceScan({
    threads: threadsFor,
    engine: () => engine().then((each) => each.fresh()),
    current: engine,
    roots: () => roots,
    settings: (uri) => configuration.for(uri),
    isOpen: (path) => documents.all().some(({ uri }) => filePath(uri) === path),
    open: () =>
      documents.all().flatMap((document) => {
        const path = filePath(document.uri);
        return path === undefined ? [] : [{ path, text: document.getText() }];
      }),
    publish: (uri, scanned) => {
      scannedFiles.note(uri, scanned);
      showScanned(uri, scanned);
    },
    progress: () => scanProgress(connection, client.progress),
    turn: () => linting.settled().then(() => new Promise(setImmediate)),
    log,
  });
  const scannedDiagnostics = (uri: string, scanned: ScannedFile): Diagnostic[] => {
    const document = TextDocument.create(uri, '', 0, scanned.text);
    return scannedFiles
      .weighed(uri, scanned)
      .flatMap((finding) => toDiagnostic(document, finding, scanned.settings, rulePages) ?? []);
  };
  const showScanned = (uri: string, scanned: ScannedFile | undefined): void => {
    const diagnostics = scanned ? scannedDiagnostics(uri, scanned) : [];
    evidence.showing(uri, pictureOf(diagnostics));
    void connection.sendDiagnostics({ uri, diagnostics });
  };
  const checkWorkspace = (): void => {
    void scanning.start();
  };
  const checkAsSet = (): void => {
    if (configuration.wantsWorkspace) checkWorkspace();
    else scanning.clear();
  };
  connection.onNotification(CHECK_WORKSPACE, checkWorkspace);
  answerPulls(connection, async (uri) => {
    const document = documents.get(uri);
    return document ? diagnosticsOf(document, await linting.complete(document)) : [];
  });

  connection.onInitialize((params): InitializeResult => {
    const options = (params.initializationOptions ?? {}) as AnalysisInitialization;
    configuration.set(options.configuration);
    rulePages = options.rulePages;
    answersEvidence = options.evidence === true;
    keepsTexts = options.runTexts === true;
    roots = rootsOf(params);
    client = abilitiesOf(params, options);
    return { capabilities: capabilitiesFor(client), serverInfo: { name: 'spanline' } };
  });
  connection.onInitialized(() => {
    setImmediate(() => {
      engine()
        .then(() => setTimeout(checkAsSet, SETTLE_MS).unref())
        .catch((error: unknown) => log.error(errorMessage(error)));
    });
    if (client.folders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.flatMap(({ uri }) => filePath(uri) ?? []));
        roots = [...roots.filter((root) => !gone.has(root)), ...added.flatMap(({ uri }) => filePath(uri) ?? [])];
        linting.refresh(allUris());
        checkAsSet();
      });
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    configuration.set(settings);
    linting.refresh(allUris());
    evidence.changed(undefined);
    checkAsSet();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    void engine().then((ready) => {
      const isRearranged = changes.some(({ uri, type }) => type !== FileChangeType.Changed || isManifest(uri));
      if (isRearranged) ready.forget();
      else for (const { uri } of changes) ready.changed(documentPath(uri, ''));
      const paths = changes.flatMap(({ uri }) => filePath(uri) ?? []);
      if (changes.some(({ uri }) => isManifest(uri))) {
        linting.refresh(allUris());
        checkAsSet();
      } else scanning.changed(paths);
      void indexing?.then((sites) => sites.changed(paths));
    });
  });

  documents.onDidOpen(({ document }) => {
    linting.opened(document.uri);
    scanning.opened(documentPath(document.uri, ''));
    scannedFiles.opened(document.uri);
    if (answersEvidence) void evidence.opened(document.uri);
  });
  documents.onDidChangeContent(({ document }) => linting.changed(document.uri));
  documents.onDidClose(({ document }) => {
    linting.closed(document.uri);
    evidence.closed(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    scanning.changed([documentPath(document.uri, '')]);
  });

  connection.onCodeAction(async (params: CodeActionParams, token) => {
    const document = documents.get(params.textDocument.uri);
    if (!document) return [];
    const linted = await linting.current(document);
    if (token.isCancellationRequested) return [];
    const settings = settingsOf(document.uri);
    return codeActions({
      document,
      findings: weighed(document, linted),
      range: params.range,
      only: params.context.only ?? [],
      diagnosticOf: (finding) => toDiagnostic(document, finding, settings, rulePages),
      canExplain: rulePages !== undefined,
      showsDisabled: client.disabledActions,
      refactorings: () => {
        const selection = {
          start: document.offsetAt(params.range.start),
          end: document.offsetAt(params.range.end),
          asked: params.context.triggerKind === CodeActionTriggerKind.Invoked,
        };
        const path = documentPath(document.uri, document.languageId);
        return loaded?.refactorings(path, document.getText(), settings, selection) ?? [];
      },
    });
  });
  connection.onHover(async ({ textDocument, position }, token) => {
    const document = documents.get(textDocument.uri);
    if (!document) return null;
    const [{ rules }, linted] = await Promise.all([engine(), linting.current(document)]);
    if (token.isCancellationRequested) return null;
    const offset = document.offsetAt(position);
    return hoverAt({ document, offset, findings: weighed(document, linted), ruleOf: (id) => rules.get(id), rulePages });
  });
  connection.onShutdown(() => {
    linting.dispose();
    evidence.dispose();
    void indexing?.then((sites) => sites.dispose());
    scanning.dispose();
  });
  documents.listen(connection);
}

interface ClientAbilities {
  /** It shows progress that the server begins. */
  readonly progress: boolean;
  readonly disabledActions: boolean;
  readonly pulls: boolean;
  /** It tells when folders of the workspace come and go. */
  readonly folders: boolean;
}

function abilitiesOf({ capabilities }: InitializeParams, { diagnostics }: AnalysisInitialization): ClientAbilities {
  return {
    progress: capabilities.window?.workDoneProgress === true,
    disabledActions: capabilities.textDocument?.codeAction?.disabledSupport === true,
    pulls: diagnostics === 'pull',
    folders: capabilities.workspace?.workspaceFolders === true,
  };
}

function capabilitiesFor({ pulls, folders }: ClientAbilities): InitializeResult['capabilities'] {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL_KIND],
    },
    hoverProvider: true,
    ...(folders && { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),
    ...(pulls && {
      diagnosticProvider: { identifier: 'spanline', interFileDependencies: true, workspaceDiagnostics: false },
    }),
  };
}

async function makeEngine(documents: TextDocuments<TextDocument>, log: Log): Promise<Engine> {
  const { Engine } = await loadEngine();
  return new Engine(
    {
      open(path) {
        const document = documents.all().find(({ uri }) => filePath(uri) === path);
        return document && { text: document.getText(), version: document.version };
      },
    },
    log,
  );
}

function pictureOf(diagnostics: readonly Diagnostic[]): Picture {
  const gist = diagnostics.map(({ range, severity, code }) => [range, severity, code]);
  return { gist: JSON.stringify(gist), words: JSON.stringify(diagnostics) };
}

function isManifest(uri: string): boolean {
  return uri.endsWith('.json');
}

function rootsOf(params: InitializeParams): string[] {
  const uris = params.workspaceFolders?.map(({ uri }) => uri) ?? [];
  return uris.flatMap((uri) => filePath(uri) ?? []);
}

function filePath(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
