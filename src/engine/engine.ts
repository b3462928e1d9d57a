import { join } from 'node:path';
import { Emitter } from '../base/emitter';
import { errorMessage, type Log } from '../base/log';
import type { SpanKind } from '../model/span';
import type { SpanCondition } from '../model/spanFilter';
import { OUTSIDE_RUN, type RunId, type SpanId, type TraceId } from '../model/ids';
import type { Outcome } from '../otlp/receiver/options';
import { Receiver } from '../otlp/receiver/receiver';
import type { Signal } from '../otlp/signals';
import type {
  EngineApi,
  EngineOptions,
  EngineSettings,
  EngineStatus,
  RunInfo,
  SessionEndpoint,
  StoreChange,
  TraceQuery,
} from '../protocol/engine';
import { RUN_HEADER } from '../protocol/preload';
import type { Origin } from '../store/appender';
import { LogStore } from '../store/logStore';
import { SpanStore } from '../store/spanStore';
import { ChangeFeed } from './changeFeed';
import { JournaledIntake } from './journaledIntake';
import { RateMeter } from './rateMeter';
import { Session, type SessionHost } from './session';
import { SharedPorts } from './sharedPorts';
import { deleteStaleSpools } from './spool';
import { zipkinRoute } from './zipkinRoute';

const OUTSIDE: Origin = { run: OUTSIDE_RUN, runName: 'Outside a debug session', from: 'otlp' };
/** Of what the store of spans may take; log records come on top. */
const LOGS_SHARE = 1 / 16;
const STATUS_INTERVAL_MS = 500;

/** Receives, stores and answers questions; everything that is Spanline but what the user sees. */
export class Engine implements EngineApi, SessionHost {
  readonly spoolParent: string;
  readonly limits: { maxRequestBytes: number };
  private readonly changes: Emitter<StoreChange>;
  private readonly statuses: Emitter<EngineStatus>;
  private readonly logRecords: LogStore;
  private readonly sessions = new Map<RunId, Promise<Session>>();
  private readonly opened = new Map<RunId, Session>();
  private readonly sharedPorts: SharedPorts;
  private readonly rate = new RateMeter();
  private readonly feed = new ChangeFeed(() => this.tellChange());
  private readonly statusFeed = new ChangeFeed(() => void this.tellStatus(), STATUS_INTERVAL_MS);
  private readonly intake: JournaledIntake;
  private cleared = false;

  constructor(
    options: EngineOptions,
    readonly log: Log,
    private readonly store = new SpanStore({ maxBytes: options.maxStoreBytes, log }),
  ) {
    this.spoolParent = join(options.storageDir, 'spool');
    this.limits = { maxRequestBytes: options.maxRequestBytes };
    this.logRecords = new LogStore(options.maxStoreBytes * LOGS_SHARE);
    this.intake = new JournaledIntake(options, {
      stores: { spans: store, logs: this.logRecords },
      createStores: () => ({
        spans: new SpanStore({ maxBytes: options.maxStoreBytes, log }),
        logs: new LogStore(options.maxStoreBytes * LOGS_SHARE),
      }),
      clearStores: () => this.clearStores(),
      rate: this.rate,
      changes: this.feed,
      statusChanges: this.statusFeed,
      taps: [],
      log,
    });
    const onError = (error: unknown) => log.error(`A listener of the engine failed: ${errorMessage(error)}`);
    this.changes = new Emitter(onError);
    this.statuses = new Emitter(onError);
    this.sharedPorts = new SharedPorts(
      () => this.createSharedReceiver(),
      () => this.statusFeed.changed(),
      log,
    );
    void deleteStaleSpools(this.spoolParent, log);
  }

  get onChange() {
    return this.changes.on;
  }

  get onStatus() {
    return this.statuses.on;
  }

  /** Tries the shared ports, and brings back what the journal holds; resolves when each was tried once and all is back. */
  async start(sharedPorts: readonly number[]): Promise<void> {
    await Promise.all([this.sharedPorts.configure(sharedPorts), this.intake.restore()]);
  }

  async openSession(info: RunInfo, port?: number): Promise<SessionEndpoint> {
    let opening = this.sessions.get(info.run);
    if (!opening) {
      opening = Session.open(info, port, this);
      this.sessions.set(info.run, opening);
    }
    try {
      const session = await opening;
      session.stayOpen();
      this.opened.set(info.run, session);
      this.statusFeed.changed();
      return session.endpoint;
    } catch (error) {
      this.sessions.delete(info.run);
      throw error;
    }
  }

  async restartSession(session: RunId, next: RunInfo): Promise<void> {
    await (await this.sessions.get(session))?.restart(next);
  }

  async closeSession(session: RunId): Promise<void> {
    await (await this.sessions.get(session))?.close();
  }

  closed(session: Session): void {
    this.sessions.delete(session.id);
    this.opened.delete(session.id);
    this.statusFeed.changed();
  }

  async status(): Promise<EngineStatus> {
    const { spans, traces, bytes } = this.store.totals;
    const sessionEndpoints = [...this.opened.values()].flatMap(({ endpoints }) => endpoints);
    return {
      endpoints: [...sessionEndpoints, ...this.sharedPorts.endpoints],
      problems: [...this.sharedPorts.problems, ...this.intake.problems],
      revision: this.store.revision,
      spans,
      traces,
      bytes: bytes + this.logRecords.bytes,
      spansPerSecond: this.rate.perSecond,
      rejectedSpans: this.intake.rejectedSpans,
      journalBytes: this.intake.journalBytes,
      ...(this.intake.isRestoring && { restoring: true }),
    };
  }

  async traces(query: TraceQuery) {
    return this.store.traces(query);
  }

  async trace(traceId: TraceId) {
    return this.store.trace(traceId);
  }

  async span(traceId: TraceId, spanId: SpanId, kind?: SpanKind) {
    return this.store.span(traceId, spanId, kind);
  }

  async searchTraces(conditions: readonly SpanCondition[], limit: number) {
    return this.store.searchTraces(conditions, limit);
  }

  async searchTrace(traceId: TraceId, conditions: readonly SpanCondition[]) {
    return this.store.searchTrace(traceId, conditions);
  }

  async searchHints() {
    return this.store.searchHints();
  }

  async pin(traceId: TraceId, pinned: boolean) {
    const refusal = this.store.pin(traceId, pinned);
    this.feed.changed();
    return refusal;
  }

  async logs(traceId: TraceId, spanId: SpanId | undefined, limit: number) {
    return this.logRecords.read(traceId, spanId, limit);
  }

  async fileStats(path: string) {
    return this.store.fileStats(path);
  }

  async spansAt(path: string, line: number, limit: number) {
    return this.store.spansAt(path, line, limit);
  }

  async files() {
    return this.store.files();
  }

  async clear(): Promise<void> {
    this.clearStores();
    this.intake.clear();
    this.cleared = true;
    this.feed.changed();
    this.statusFeed.changed();
  }

  async configure(options: EngineSettings): Promise<void> {
    this.limits.maxRequestBytes = options.maxRequestBytes;
    this.store.setMaxBytes(options.maxStoreBytes);
    this.logRecords.setMaxBytes(options.maxStoreBytes * LOGS_SHARE);
    await Promise.all([this.sharedPorts.configure(options.sharedPorts), this.intake.configure(options)]);
  }

  async shutdown(): Promise<void> {
    this.sharedPorts.dispose();
    const sessions = await Promise.allSettled(this.sessions.values());
    this.sessions.clear();
    for (const session of sessions) if (session.status === 'fulfilled') await session.value.shutdown();
    this.intake.close();
    this.feed.dispose();
    this.statusFeed.dispose();
  }

  take(signal: Signal, request: Uint8Array, origin: Origin, leftOut: number): Outcome | Promise<Outcome> {
    return this.intake.take(signal, request, origin, leftOut);
  }

  takeTraces(request: Uint8Array, origin: Origin, leftOut: number): Outcome {
    return this.intake.takeTraces(request, origin, leftOut);
  }

  private clearStores(): void {
    this.store.clear();
    this.logRecords.clear();
  }

  private createSharedReceiver(): Receiver {
    return new Receiver({
      limits: this.limits,
      log: this.log,
      sink: (signal, request, headers, leftOut) =>
        this.take(signal, request, this.originOf(headers[RUN_HEADER]), leftOut),
      routes: [zipkinRoute((request, leftOut) => this.takeTraces(request, OUTSIDE, leftOut))],
    });
  }

  /** Programs that were told a run by their environment name it wherever they send. */
  private originOf(run: string | string[] | undefined): Origin {
    const session = typeof run === 'string' ? this.opened.get(run as RunId) : undefined;
    return session?.origin('otlp') ?? OUTSIDE;
  }

  private tellChange(): void {
    const latestTrace = this.store.traces({ limit: 1 })[0]?.traceId;
    const cleared = this.cleared;
    this.cleared = false;
    this.changes.fire({
      revision: this.store.revision,
      spans: this.store.totals.spans,
      files: this.store.takeChangedFiles(),
      ...(latestTrace && { latestTrace }),
      ...(cleared && { cleared }),
    });
  }

  private async tellStatus(): Promise<void> {
    const status = await this.status();
    // The rate falls to nothing by itself: tell that as well.
    if (status.spansPerSecond > 0) this.statusFeed.changed();
    this.statuses.fire(status);
  }
}
