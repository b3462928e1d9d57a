import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { RunInfo } from '../../protocol/engine';
import { PRELOAD_ENV } from '../../protocol/preload';
import { isOnDisk } from '../diskFolders';
import type { EngineClient } from '../engineClient';
import type { HostSettings } from '../settings';
import { withTimeout } from '../withTimeout';
import { parseEnvFile } from './envFile';
import { hasFileRoutes } from './fileRouteProjects';
import { launchPathMappings } from './launchPathMappings';
import { type LaunchConfiguration, whyLeftAlone } from './launchTarget';
import { adaptLaunch, whyLanguageLeftAlone } from './languageLaunch';
import type { Language } from './languages/language';
import { languageOf } from './languages';
import { isOptedOut, nodeEnvironment } from './nodeEnvironment';
import type { RecentSessions } from './recentSessions';
import type { Runs } from './runs';
import { rootOf } from './rootSession';
import { sourceState } from './sourceState';
import { configuredEnvironment } from './variables';

export interface DebugSessionsOptions {
  readonly engine: EngineClient;
  readonly settings: HostSettings;
  readonly runs: Runs;
  readonly recent: RecentSessions;
  readonly log: Log;
  /** Puts the preload in place and gives its path. */
  installPreload(): Promise<string>;
}

/** The longest that a session's start waits for us. */
const PREPARE_TIMEOUT_MS = 4000;
/** A configuration that was prepared and did not become a session by then never will: somebody cancelled it. */
const START_TIMEOUT_MS = 120_000;

/**
 * Gives every Node program that is started by the debugger a port of its own and the preload. Whatever fails here is logged, and the
 * session starts as if we were not there.
 */
export class DebugSessions implements vscode.DebugConfigurationProvider, Disposable {
  private readonly disposables = new Disposables();
  private readonly notStartedYet = new Map<RunId, NodeJS.Timeout>();
  /** By the run that a session was opened with: the one that its program is in since the debugger restarted it. */
  private readonly currentRun = new Map<RunId, RunId>();
  /** By session id: more than one where launch.json was changed before a restart. */
  private readonly runsOfSession = new Map<string, Set<RunId>>();

  constructor(private readonly parts: DebugSessionsOptions) {
    this.disposables.add(vscode.debug.registerDebugConfigurationProvider('*', this));
    this.disposables.add(vscode.debug.onDidStartDebugSession((session) => this.started(session)));
    this.disposables.add(vscode.debug.onDidTerminateDebugSession((session) => this.terminated(session)));
    this.disposables.add(parts.engine.onExited(({ run, exitCode }) => parts.runs.note(run, { exitCode })));
    this.disposables.add(
      vscode.debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: (session) => this.restartTracker(session),
      }),
    );
    this.disposables.onDispose(() => this.notStartedYet.forEach((timer) => clearTimeout(timer)));
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    config: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    try {
      return await this.prepare(folder, config);
    } catch (error) {
      this.parts.log.warn(`"${config.name}" starts without Spanline: ${errorMessage(error)}`);
      this.parts.recent.note({ name: config.name, at: Date.now(), leftAlone: errorMessage(error) });
      return config;
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async prepare(
    folder: vscode.WorkspaceFolder | undefined,
    config: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    const { engine, settings, runs, recent, log } = this.parts;
    const env = configuredEnvironment(config);
    const fileEnv = await readEnvFiles(config.envFile);
    const language = languageOf(config.type);
    const reason =
      this.whyNot(folder, config, language) ?? (isOptedOut(env, fileEnv, process.platform) ? OPTED_OUT : undefined);
    if (reason) {
      log[reason.expected ? 'debug' : 'info'](`"${config.name}" is left alone: ${reason.reason}`);
      if (!reason.expected) recent.note({ name: config.name, at: Date.now(), leftAlone: reason.reason });
      return config;
    }
    const info = { ...runs.next(config.name), pathMappings: launchPathMappings(config) };
    const opening = Promise.all([this.parts.installPreload(), engine.openSession(info)]);
    const [preload, endpoint] = await withTimeout(opening, PREPARE_TIMEOUT_MS, 'preparing it').catch(
      (error: unknown) => {
        void engine.closeSession(info.run);
        throw error;
      },
    );
    this.awaitStart(info.run);
    this.noteSource(info.run, folder);
    if (!language) void this.expectFileRoutes(folder, config);
    const common = { env, fileEnv, run: info.run, preload, endpoint };
    const adapted = language
      ? await this.adapt(language, config, {
          ...common,
          workspaceFolder: folder && isOnDisk(folder) ? folder.uri.fsPath : undefined,
        })
      : {
          ...config,
          env: nodeEnvironment({
            ...common,
            runtimeArgs: config.runtimeArgs as unknown,
            platform: process.platform,
            bundledSdk: settings.get('capture.bundledSdk', folder?.uri),
          }),
          skipFiles: skipFiles(config.skipFiles, preload),
        };
    if (!adapted) {
      this.neverStarted(info.run);
      return config;
    }
    if (!language) recent.note({ name: config.name, at: info.startedAt });
    log.info(`"${config.name}" sends to ${endpoint.url} (run ${info.run})`);
    return adapted;
  }

  /** The index of sources is read while the program starts: its first request would have to wait for it. */
  private async expectFileRoutes(
    folder: vscode.WorkspaceFolder | undefined,
    config: vscode.DebugConfiguration,
  ): Promise<void> {
    const ofWorkspace = folder && isOnDisk(folder) ? folder.uri.fsPath : undefined;
    const cwd = typeof config.cwd === 'string' ? config.cwd : ofWorkspace;
    if (cwd === undefined || !(await hasFileRoutes(cwd))) return;
    await this.parts.engine.ask((api) => api.expectUnlocated('javascript'), undefined);
  }

  /** Undefined where there is nothing that the program could be given. */
  private async adapt(
    language: Language,
    config: LaunchConfiguration,
    input: Omit<Parameters<typeof adaptLaunch>[1], 'config' | 'status' | 'javaAgent'>,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const { engine, settings, recent, log } = this.parts;
    const javaAgent = settings.get('capture.javaAgent');
    const adapted = await adaptLaunch(language, { ...input, config, javaAgent, status: engine.status });
    const { limit } = adapted;
    if (limit) log.info(`"${config.name}": ${limit}`);
    recent.note({ name: config.name, at: Date.now(), byEndpoint: true, ...(limit && { leftAlone: limit }) });
    return adapted.config;
  }

  private whyNot(
    folder: vscode.WorkspaceFolder | undefined,
    config: LaunchConfiguration,
    language: Language | undefined,
  ): ReturnType<typeof whyLeftAlone> {
    const leftAlone = language ? whyLanguageLeftAlone(language, config) : whyLeftAlone(config);
    if (leftAlone) return leftAlone;
    if (!vscode.workspace.isTrusted) return { reason: 'the workspace is not trusted', expected: false };
    if (!this.parts.settings.get('capture.enabled', folder?.uri))
      return { reason: '"spanline.capture.enabled" is off', expected: true };
    if (language && this.parts.settings.get('capture.languages', folder?.uri)[language.id] === false)
      return { reason: `"spanline.capture.languages" has "${language.id}" off`, expected: true };
    return undefined;
  }

  /** The run that the session, or the one that it descends from, was opened with at the engine; the latest where it was restarted anew. */
  sessionRun(session: vscode.DebugSession): RunId | undefined {
    const root = rootOf(session);
    return [...(this.runsOfSession.get(root.id) ?? [])].at(-1) ?? runOf(root.configuration);
  }

  /** A program was prepared, and its session is not there yet. */
  get isStarting(): boolean {
    return this.notStartedYet.size > 0;
  }

  private awaitStart(run: RunId): void {
    this.notStartedYet.set(
      run,
      setTimeout(() => this.neverStarted(run), START_TIMEOUT_MS),
    );
  }

  private neverStarted(run: RunId): void {
    clearTimeout(this.notStartedYet.get(run));
    this.notStartedYet.delete(run);
    void this.parts.engine.closeSession(run);
  }

  private started(session: vscode.DebugSession): void {
    const run = ownRun(session);
    if (run) this.belongsTo(session, run);
  }

  private belongsTo(session: vscode.DebugSession, run: RunId): void {
    clearTimeout(this.notStartedYet.get(run));
    this.notStartedYet.delete(run);
    const known = this.runsOfSession.get(session.id) ?? new Set();
    this.runsOfSession.set(session.id, known.add(run));
  }

  private terminated(session: vscode.DebugSession): void {
    for (const run of this.runsOfSession.get(session.id) ?? []) {
      void this.parts.engine.closeSession(run);
      this.parts.runs.note(this.currentRun.get(run) ?? run, { endedAt: Date.now() });
      this.currentRun.delete(run);
    }
    this.runsOfSession.delete(session.id);
  }

  private nextRun(session: vscode.DebugSession, run: RunId): RunInfo {
    const { runs } = this.parts;
    runs.note(this.currentRun.get(run) ?? run, { endedAt: Date.now() });
    const next = { ...runs.next(session.configuration.name), pathMappings: launchPathMappings(session.configuration) };
    this.currentRun.set(run, next.run);
    this.noteSource(next.run, session.workspaceFolder);
    return next;
  }

  private noteSource(run: RunId, folder: vscode.WorkspaceFolder | undefined): void {
    const { runs, log } = this.parts;
    if (folder && isOnDisk(folder))
      void sourceState(folder.uri, log).then((source) => source && runs.note(run, { source }));
  }

  private exited(session: vscode.DebugSession, body: unknown): void {
    const run = this.sessionRun(session);
    const { exitCode } = (body ?? {}) as { exitCode?: unknown };
    if (run && typeof exitCode === 'number') this.parts.runs.note(this.currentRun.get(run) ?? run, { exitCode });
  }

  private restartTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker | undefined {
    if (!ownRun(session)) return undefined;
    return {
      onDidSendMessage: (message: unknown) => {
        const { type, event, body } = message as Partial<Record<string, unknown>>;
        if (type === 'event' && event === 'exited') this.exited(session, body);
      },
      onWillReceiveMessage: (message: unknown) => {
        const { type, command, arguments: given } = message as Partial<Record<string, unknown>>;
        if (type === 'request' && command === 'restart') this.restarting(session, given);
      },
    };
  }

  /**
   * Restart hands the configuration that we prepared to the debugger again without asking us, so the program comes up with the run of
   * the time before: the engine is told that it is another. Only when launch.json was changed meanwhile were we asked.
   */
  private restarting(session: vscode.DebugSession, restartArguments: unknown): void {
    const run =
      runOf((restartArguments as { arguments?: unknown } | undefined)?.arguments) ?? runOf(session.configuration);
    if (!run) return;
    if (this.notStartedYet.has(run)) this.belongsTo(session, run);
    else void this.parts.engine.restartSession(run, this.nextRun(session, run));
  }
}

const OPTED_OUT = { reason: 'its environment says SPANLINE=off', expected: true };

/** That of the session itself: Python's debugger hands the program's whole configuration on to sessions of the processes below it. */
function ownRun(session: vscode.DebugSession): RunId | undefined {
  const root = rootOf(session);
  const run = runOf(session.configuration);
  return root !== session && run === runOf(root.configuration) ? undefined : run;
}

/** The run that we prepared the session for. The debugger's child sessions inherit the configuration; they are no runs. */
function runOf(configuration: unknown): RunId | undefined {
  if (typeof configuration !== 'object' || configuration === null || '__pendingTargetId' in configuration)
    return undefined;
  const run = configuredEnvironment(configuration as Record<string, unknown>)[PRELOAD_ENV.run];
  return run ? (run as RunId) : undefined;
}

function skipFiles(configured: unknown, preload: string): unknown[] {
  const pattern = `${preload.replaceAll('\\', '/').replace(/\/[^/]*$/, '')}/**`;
  const patterns: unknown[] = Array.isArray(configured) ? configured : ['<node_internals>/**'];
  return patterns.includes(pattern) ? patterns : [...patterns, pattern];
}

/** Of one file, or of several of which later ones go over earlier ones; the debugger itself complains about a file that is missing. */
async function readEnvFiles(paths: unknown): Promise<Record<string, string>> {
  const files = [paths].flat().filter((path) => typeof path === 'string' && path !== '') as string[];
  const read = files.map((path) => readFile(path, 'utf8').then(parseEnvFile, () => ({})));
  return Object.assign({}, ...(await Promise.all(read))) as Record<string, string>;
}
