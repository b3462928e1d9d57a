import type { CancellationToken } from 'vscode-languageserver/node';
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-languageserver/node';
import type { CodeAction, Diagnostic, InitializeResult, PublishDiagnosticsParams } from 'vscode-languageserver/node';

const run = promisify(execFile);

/** Builds the server as the package holds it, into a folder of its own. */
export async function buildServer(): Promise<string> {
  const outdir = await mkdtemp(join(tmpdir(), 'spanline-analysis-'));
  await run(process.execPath, ['esbuild.mjs', '--only=analysis,compiler', '--production', `--outdir=${outdir}`]);
  return join(outdir, 'analysis.mjs');
}

const WITHIN_MS = 30_000;

/** A client of the server over stdio, as any editor starts it. */
export class LanguageServer {
  private readonly published = new Map<string, PublishDiagnosticsParams>();
  private readonly waiting = new Set<() => void>();
  readonly logged: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly connection: MessageConnection,
  ) {
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.set(params.uri, params);
      for (const wake of this.waiting) wake();
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    connection.listen();
  }

  static async start(server: string, initialization: Record<string, unknown> = {}): Promise<LanguageServer> {
    const child = fork(server, ['--stdio'], { silent: true });
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    const client = new LanguageServer(child, connection);
    const result: InitializeResult = await connection.sendRequest('initialize', {
      processId: process.pid,
      capabilities: {},
      rootUri: null,
      ...initialization,
    });
    if (!result.capabilities.codeActionProvider) throw new Error('The server offers no code actions');
    await connection.sendNotification('initialized', {});
    return client;
  }

  answer<Params, Result>(method: string, handler: (params: Params) => Promise<Result>): void {
    this.connection.onRequest(method, handler);
  }

  request<T>(method: string, params: unknown, token?: CancellationToken): Promise<T> {
    return token ? this.connection.sendRequest(method, params, token) : this.connection.sendRequest(method, params);
  }

  /** Answers what the server asks, or hears what it tells. */
  handle(method: string, answer: (params: never) => unknown): void {
    this.connection.onRequest(method, answer as (params: unknown) => unknown);
  }

  listen(method: string, hear: (params: never) => void): void {
    this.connection.onNotification(method, hear as (params: unknown) => void);
  }

  notify(method: string, params: unknown): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  open(uri: string, text: string, languageId = 'typescript'): Promise<void> {
    return this.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }

  /** The diagnostics of a document once they are those of `version`. */
  diagnostics(uri: string, version = 1): Promise<Diagnostic[]> {
    return this.whenPublished(uri, `of version ${version}`, (params) => params.version === version);
  }

  /** The diagnostics of a document once they are as expected. */
  diagnosticsThat(uri: string, accept: (diagnostics: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    return this.whenPublished(uri, 'as expected', (params) => accept(params.diagnostics));
  }

  private async whenPublished(
    uri: string,
    what: string,
    accept: (params: PublishDiagnosticsParams) => boolean,
  ): Promise<Diagnostic[]> {
    const end = Date.now() + WITHIN_MS;
    for (;;) {
      const known = this.published.get(uri);
      if (known && accept(known)) return known.diagnostics;
      const left = end - Date.now();
      if (left <= 0)
        throw new Error(`No diagnostics ${what} for ${uri} within ${WITHIN_MS} ms, but ${JSON.stringify(known)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(wake, left);
        const { waiting } = this;
        function wake() {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        }
        waiting.add(wake);
      });
    }
  }

  /** Documents that have diagnostics now. */
  shown(): string[] {
    return [...this.published.values()].filter(({ diagnostics }) => diagnostics.length > 0).map(({ uri }) => uri);
  }

  codeActions(uri: string, diagnostic: Diagnostic, only?: string[]): Promise<CodeAction[]> {
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic], ...(only ? { only } : {}) },
    });
  }

  /** As the system does it: without a word. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    this.connection.dispose();
  }

  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await ended;
    this.connection.dispose();
    return code;
  }
}
