import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type CodeActionParams,
  CodeActionKind,
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
  EVIDENCE,
  EVIDENCE_CHANGED,
  type EvidenceChange,
  INDEX_SITES,
  SPAN_SITES,
} from '../protocol/analysis';
import { codeActions, FIX_ALL_KIND } from './codeActions';
import { Configuration } from './configuration';
import { toDiagnostic } from './diagnostics';
import type { Engine } from './engine';
import { EvidenceFeed, type Picture } from './evidence/evidenceFeed';
import { weigh, type WeighedFinding } from './evidence/weigh';
import { type Linted, Linting } from './linting';
import { documentPath } from './paths';
import type { SiteIndexer } from './sites/siteIndexer';

/** Wires one connection to the analysis. The compiler is loaded after the client has its answer to `initialize`. */
export function serve(connection: Connection, log: Log): void {
  const documents = new TextDocuments(TextDocument);
  const configuration = new Configuration();
  let rulePages: string | undefined;
  let roots: readonly string[] = [];
  let answersEvidence = false;
  let loading: Promise<Engine> | undefined;
  let loaded: Engine | undefined;

  const engine = (): Promise<Engine> => (loading ??= loadEngine(documents, log).then((made) => (loaded = made)));
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
      void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
    },
    log,
  });
  const evidence = new EvidenceFeed({
    ask: (query) => connection.sendRequest<FileEvidence | undefined>(EVIDENCE, query),
    picture: (uri) => ofKnown(uri, (document, linted) => pictureOf(diagnosticsOf(document, linted))),
    show: (uri) => ofKnown(uri, (document, linted) => linting.publish(document, linted)),
    log,
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

  connection.onInitialize((params): InitializeResult => {
    const options = (params.initializationOptions ?? {}) as AnalysisInitialization;
    configuration.set(options.configuration);
    rulePages = options.rulePages;
    answersEvidence = options.evidence === true;
    roots = rootsOf(params);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'spanline' } };
  });
  connection.onInitialized(() => {
    setImmediate(() => void engine().catch((error: unknown) => log.error(errorMessage(error))));
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    configuration.set(settings);
    linting.refresh(allUris());
    evidence.changed(undefined);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    void engine().then((ready) => {
      const isRearranged = changes.some(({ uri, type }) => type !== FileChangeType.Changed || isManifest(uri));
      if (isRearranged) ready.forget();
      else for (const { uri } of changes) ready.changed(documentPath(uri, ''));
      if (changes.some(({ uri }) => isManifest(uri))) linting.refresh(allUris());
      void indexing?.then((sites) => sites.changed(changes.flatMap(({ uri }) => filePath(uri) ?? [])));
    });
  });

  documents.onDidOpen(({ document }) => {
    linting.opened(document.uri);
    if (answersEvidence) void evidence.opened(document.uri);
  });
  documents.onDidChangeContent(({ document }) => linting.changed(document.uri));
  documents.onDidClose(({ document }) => {
    linting.closed(document.uri);
    evidence.closed(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
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
    });
  });
  connection.onShutdown(() => {
    linting.dispose();
    evidence.dispose();
    void indexing?.then((sites) => sites.dispose());
  });
  documents.listen(connection);
}

const CAPABILITIES: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL_KIND] },
};

async function loadEngine(documents: TextDocuments<TextDocument>, log: Log): Promise<Engine> {
  const { Engine } = await import('./engine');
  keepCompiled();
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

/** Writes what V8 has compiled to the cache that the environment names, for the next start; Node 22 and later know how. */
function keepCompiled(): void {
  const { flushCompileCache } = nodeModule as { flushCompileCache?: () => void };
  flushCompileCache?.();
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
