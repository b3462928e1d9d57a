import { createBirpc } from 'birpc';
import type { Disposable } from '../base/disposables';
import { Emitter } from '../base/emitter';
import { errorMessage, type Log } from '../base/log';
import type { RunId } from '../model/ids';
import type { EngineApi, EngineEvents, EngineOptions, EngineStatus, RunInfo, StoreChange } from '../protocol/engine';
import type { SiteLanguage } from '../protocol/spanSites';
import { OpenSessions } from './openSessions';
import { withTimeout } from './withTimeout';

/** The part of a `worker_threads` Worker that the client needs. */
export interface EngineWorker {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

/** `failed`: it crashed too often; only {@link EngineClient.restart} brings it back. */
export type EngineState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped';

export interface EngineClientOptions {
  readonly options: EngineOptions;
  startWorker(options: EngineOptions): EngineWorker;
  /** Whether there is a window; need not resolve when there is none. */
  isAttended(): Promise<boolean>;
  readonly log: Log;
  /** Waits before the first, second, … restart; one crash more and the engine is given up. */
  readonly backoffMs?: readonly number[];
  /** A worker that lived so long starts with a clean sheet. */
  readonly healthyAfterMs?: number;
  /** How long a question waits for a worker that is being started. */
  readonly readyTimeoutMs?: number;
}

const BACKOFF_MS = [250, 1000, 4000, 15_000, 30_000];
const HEALTHY_AFTER_MS = 120_000;
const READY_TIMEOUT_MS = 5000;
const SHUTDOWN_TIMEOUT_MS = 1000;

interface Connection {
  readonly worker: EngineWorker;
  readonly api: EngineApi;
  readonly startedAt: number;
  close(error: Error): void;
}

/**
 * Keeps one engine worker alive and hands questions to it. What goes wrong is logged and told by state, never thrown at whoever
 * only wants to draw something: see {@link ask}.
 */
export class EngineClient implements Disposable {
  private connection: Connection | undefined;
  private currentState: EngineState = 'stopped';
  private crashes = 0;
  private restartTimer: NodeJS.Timeout | undefined;
  private lastStatus: EngineStatus | undefined;
  private engineOptions: EngineOptions;
  private readonly log: Log;
  private readonly sessions = new OpenSessions();
  private readonly changes: Emitter<StoreChange>;
  private readonly statuses: Emitter<EngineStatus>;
  private readonly states: Emitter<EngineState>;
  private readonly exits: Emitter<{ readonly run: RunId; readonly exitCode: number }>;
  private readonly siteWishes: Emitter<readonly SiteLanguage[]>;

  constructor(private readonly setup: EngineClientOptions) {
    this.log = setup.log;
    this.engineOptions = setup.options;
    const onError = (error: unknown): void => this.log.error(`A listener of the engine failed: ${errorMessage(error)}`);
    this.changes = new Emitter(onError);
    this.statuses = new Emitter(onError);
    this.states = new Emitter(onError);
    this.exits = new Emitter(onError);
    this.siteWishes = new Emitter(onError);
  }

  get onChanged(): Emitter<StoreChange>['on'] {
    return this.changes.on;
  }
  get onStatus(): Emitter<EngineStatus>['on'] {
    return this.statuses.on;
  }
  /** Processes of runs that ended by themselves. */
  get onExited(): Emitter<{ readonly run: RunId; readonly exitCode: number }>['on'] {
    return this.exits.on;
  }
  /** Languages of which the engine needs an index of span sites: all of it, whatever an engine before this one was told. */
  get onSitesWanted(): Emitter<readonly SiteLanguage[]>['on'] {
    return this.siteWishes.on;
  }
  get onState(): Emitter<EngineState>['on'] {
    return this.states.on;
  }
  get state(): EngineState {
    return this.currentState;
  }
  /** What the engine said last, undefined before it said anything. */
  get status(): EngineStatus | undefined {
    return this.lastStatus;
  }

  /** The thread itself is started a moment later: that takes milliseconds that no other extension should wait for now. */
  start(): void {
    if (this.currentState !== 'stopped') return;
    this.enter('starting');
    setImmediate(() => this.currentState === 'starting' && this.launch('starting'));
  }

  /** Starts a new worker whatever became of the one before. What that one held is gone. */
  async restart(): Promise<void> {
    clearTimeout(this.restartTimer);
    this.crashes = 0;
    await this.stopWorker();
    this.launch('starting');
  }

  /** The engine's answer, or `fallback` when there is none to be had; the failure is logged. */
  async ask<T>(question: (api: EngineApi) => Promise<T>, fallback: T): Promise<T> {
    try {
      return await question(await this.api());
    } catch (error) {
      this.log.warn(`The engine did not answer: ${errorMessage(error)}`);
      return fallback;
    }
  }

  /** The engine's answer; rejects when there is none. For callers that have something better to do than to show nothing. */
  async demand<T>(question: (api: EngineApi) => Promise<T>): Promise<T> {
    return question(await this.api().catch(unavailable));
  }

  /** `port`: asked for, where programs know it already. */
  async openSession(info: RunInfo, port?: number): ReturnType<EngineApi['openSession']> {
    const endpoint = await this.demand((api) => api.openSession(info, port));
    this.sessions.opened(info, endpoint);
    return endpoint;
  }

  async restartSession(session: RunId, next: RunInfo): Promise<void> {
    this.sessions.restarted(session, next);
    await this.ask((api) => api.restartSession(session, next), undefined);
  }

  async closeSession(session: RunId, detached = false): Promise<void> {
    this.sessions.closed(session);
    await this.ask((api) => api.closeSession(session, detached), undefined);
  }

  /** Limits and ports for the running worker and for every one after it. */
  async configure(limits: Parameters<EngineApi['configure']>[0]): Promise<void> {
    this.engineOptions = { ...this.engineOptions, ...limits };
    if (this.connection) await this.ask((api) => api.configure(limits), undefined);
  }

  /** Resolves once the engine answers, rejects when it does not in time or was given up. */
  async whenReady(timeoutMs = this.setup.readyTimeoutMs ?? READY_TIMEOUT_MS): Promise<void> {
    if (this.currentState === 'ready') return;
    if (this.currentState === 'stopped' || this.currentState === 'failed')
      throw new Error(`it is ${this.currentState}`);
    let subscription: Disposable | undefined;
    const ready = new Promise<void>((resolve, reject) => {
      subscription = this.onState((state) => {
        if (state === 'ready') resolve();
        if (state === 'failed' || state === 'stopped') reject(new Error(`it is ${state}`));
      });
    });
    await withTimeout(ready, timeoutMs, 'its start').finally(() => subscription?.dispose());
  }

  /** Lets the engine close its files, at most for a second. */
  async shutdown(): Promise<void> {
    clearTimeout(this.restartTimer);
    this.enter('stopped');
    await this.stopWorker();
  }

  dispose(): void {
    void this.shutdown();
    this.changes.dispose();
    this.statuses.dispose();
    this.states.dispose();
    this.exits.dispose();
    this.siteWishes.dispose();
  }

  private async api(): Promise<EngineApi> {
    await this.whenReady();
    if (!this.connection) throw new Error('it is being restarted');
    return this.connection.api;
  }

  private launch(state: 'starting' | 'restarting'): void {
    this.enter(state);
    try {
      this.connection = this.connect(this.setup.startWorker(this.engineOptions));
    } catch (error) {
      this.crashed(undefined, `could not be started: ${errorMessage(error)}`);
      return;
    }
    void this.greet(this.connection);
  }

  private connect(worker: EngineWorker): Connection {
    const rpc = createBirpc<EngineApi, EngineEvents>(this.events(), {
      post: (message) => worker.postMessage(message),
      on: (listener) => void worker.on('message', listener),
      timeout: 30_000,
      onGeneralError: (error) => {
        this.log.error(`A message to the engine failed: ${errorMessage(error)}`);
      },
    });
    const connection: Connection = {
      worker,
      api: rpc,
      startedAt: performance.now(),
      close: (error) => rpc.$close(error),
    };
    let fault: string | undefined;
    worker.on('error', (error) => (fault = error.stack ?? error.message));
    worker.on('exit', (code) => this.crashed(connection, fault ?? `ended with code ${code}`));
    return connection;
  }

  private events(): EngineEvents {
    return {
      changed: (change) => this.changes.fire(change),
      status: (status) => this.heard(status),
      log: (level, message) => this.log[level](message),
      isAttended: () => this.setup.isAttended(),
      exited: (run, exitCode) => this.exits.fire({ run, exitCode }),
      sitesWanted: (languages) => this.siteWishes.fire(languages),
    };
  }

  /** A worker counts as ready once it answered and knows the sessions of the one before. */
  private async greet(connection: Connection): Promise<void> {
    try {
      const status = await connection.api.status();
      await this.sessions.reopen(connection.api);
      if (this.connection !== connection) return;
      this.enter('ready');
      this.heard(status);
    } catch (error) {
      if (this.connection !== connection) return; // it crashed meanwhile, which was told already
      this.log.error(`The engine does not answer: ${errorMessage(error)}`);
      void connection.worker.terminate();
    }
  }

  private heard(status: EngineStatus): void {
    this.lastStatus = status;
    this.statuses.fire(status);
  }

  private crashed(connection: Connection | undefined, fault: string): void {
    if (connection && this.connection !== connection) return;
    this.connection = undefined;
    this.lastStatus = undefined;
    connection?.close(new Error('the engine stopped'));
    const lived = connection ? performance.now() - connection.startedAt : 0;
    if (lived > (this.setup.healthyAfterMs ?? HEALTHY_AFTER_MS)) this.crashes = 0;
    const backoff = this.setup.backoffMs ?? BACKOFF_MS;
    const wait = backoff[this.crashes++];
    this.log.error(`The engine stopped: ${fault}`);
    if (wait === undefined) {
      this.log.error(
        `The engine stopped ${this.crashes} times in a row and is left alone. "Spanline: Restart Engine" tries again.`,
      );
      this.enter('failed');
      return;
    }
    this.enter('restarting');
    this.restartTimer = setTimeout(() => this.launch('restarting'), wait);
  }

  private async stopWorker(): Promise<void> {
    const connection = this.connection;
    if (!connection) return;
    this.connection = undefined;
    this.lastStatus = undefined;
    try {
      await withTimeout(connection.api.shutdown(), SHUTDOWN_TIMEOUT_MS, 'shutting the engine down');
    } catch (error) {
      this.log.debug(errorMessage(error));
    }
    connection.close(new Error('the engine was stopped'));
    await connection.worker.terminate();
  }

  private enter(state: EngineState): void {
    if (this.currentState === state) return;
    this.currentState = state;
    this.states.fire(state);
  }
}

/** For users: what is wrong, and what they can do. */
function unavailable(error: unknown): never {
  throw new Error(`the engine does not answer: ${errorMessage(error)}. "Spanline: Restart Engine" starts it anew`);
}
