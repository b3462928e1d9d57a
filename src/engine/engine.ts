import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { Emitter } from '../base/emitter';
import { errorMessage, type Log } from '../base/log';
import type { EvidenceQuery, FileEvidence } from '../model/lineEvidence';
import type { SpanKind } from '../model/span';
import type { SpanCondition } from '../model/spanFilter';
import type { RunId, SpanId, TraceId } from '../model/ids';
import type { StackTarget } from '../model/stackFrames';
import type { Outcome } from '../otlp/receiver/options';
import type { Signal } from '../otlp/signals';
import type {
  EngineApi,
  EngineOptions,
  EngineSettings,
  EngineStatus,
  LooseLogsQuery,
  MetricsQuery,
  PauseReport,
  RunInfo,
  SessionEndpoint,
  StoreChange,
  TraceQuery,
} from '../protocol/engine';
import type { SiteLanguage, SpanSitesChange } from '../protocol/spanSites';
import { WorkspacePaths } from '../sources/paths/workspacePaths';
import { StackSources } from '../sources/stackSources';
import type { Origin } from '../store/appender';
import type { SpanStore } from '../store/spanStore';
import { ChangeFeed } from './changeFeed';
import { JournaledIntake } from './journaledIntake';
import { Outside, type OutsideHost } from './outside';
import { PauseLog } from './pauseLog';
import { PinnedTraces } from './pinnedTraces';
import { freePort } from './ports/freePort';
import { RateMeter } from './rateMeter';
import { RefusedRequests } from './refusedRequests';
import { Redaction } from './redaction';
import type { Session, SessionHost } from './session';
import { Sessions } from './sessions';
import { SpanLocating } from './spanLocating';
import { deleteStaleSpools } from './spool';
import { StoredFolders } from './storedData';
import { clearStores, createStores, limitStores, redactStores, type Stores } from './stores';

const STATUS_INTERVAL_MS = 500;
/** Milliseconds of the thread that evidence may take at a time. */
const EVIDENCE_SLICE_MS = 6;

/** Receives, stores and answers questions; everything that is Spanline but what the user sees. */
export class Engine implements EngineApi, SessionHost, OutsideHost {
  readonly spoolParent: string;
  readonly limits: Pick<EngineSettings, 'maxRequestBytes' | 'allowedHosts' | 'allowedOrigins'>;
  private readonly changes: Emitter<StoreChange>;
  private readonly statuses: Emitter<EngineStatus>;
  private readonly exits: Emitter<{ readonly run: RunId; readonly exitCode: number }>;
  private readonly siteWishes: Emitter<readonly SiteLanguage[]>;
  private readonly locating: SpanLocating;
  private readonly stores: Stores;
  private readonly paths: WorkspacePaths;
  private readonly stacks: StackSources;
  private readonly redaction: Redaction;
  private readonly sessions: Sessions;
  private readonly outside: Outside;
  private readonly pauses: PauseLog;
  private readonly rate = new RateMeter();
  private readonly refusals = new RefusedRequests();
  private readonly feed = new ChangeFeed(() => this.tellChange());
  private readonly statusFeed = new ChangeFeed(() => void this.tellStatus(), STATUS_INTERVAL_MS);
  private readonly intake: JournaledIntake;
  private readonly stored: StoredFolders;
  private readonly pinned: PinnedTraces;
  private cleared = false;

  constructor(
    options: EngineOptions,
    readonly log: Log,
    isAttended = () => Promise.resolve(true),
  ) {
    this.spoolParent = join(options.storageDir, 'spool');
    this.limits = limitsOf(options);
    this.outside = new Outside(options, this);
    this.paths = new WorkspacePaths(options.paths, { log, onChange: () => this.feed.changed() });
    this.stacks = new StackSources(this.paths, log);
    this.locating = new SpanLocating({
      stacks: this.stacks,
      store: () => this.store,
      onMore: () => this.feed.changed(),
      onWanted: (languages) => this.siteWishes.fire(languages),
    });
    this.stores = createStores(options, log, this.paths, this.locating.operations);
    this.sessions = new Sessions(this, this.paths, () => {
      this.outside.runsChanged();
      this.statusFeed.changed();
    });
    this.pinned = new PinnedTraces(this.store);
    this.redaction = new Redaction(options.redaction);
    this.pauses = new PauseLog(options.storageDir, log);
    for (const pause of this.pauses.all) this.store.paused(pause);
    this.intake = new JournaledIntake(options, {
      stores: this.stores,
      createStores: () => createStores(options, log, this.paths, this.locating.operations),
      redaction: this.redaction,
      pinned: this.pinned,
      clearStores: () => clearStores(this.stores),
      rate: this.rate,
      changes: this.feed,
      statusChanges: this.statusFeed,
      taps: [this.outside.tap],
      note: {
        toKeep: () => this.redaction.toKeep(this.store.redactions()),
        bringBack: (kept) => this.redaction.bringBack(kept),
      },
      isAttended,
      log,
    });
    const onError = (error: unknown) => log.error(`A listener of the engine failed: ${errorMessage(error)}`);
    this.changes = new Emitter(onError);
    this.statuses = new Emitter(onError);
    this.exits = new Emitter(onError);
    this.siteWishes = new Emitter(onError);
    void deleteStaleSpools(this.spoolParent, log);
    this.stored = new StoredFolders(options, log);
  }

  get onChange() {
    return this.changes.on;
  }

  get onExit() {
    return this.exits.on;
  }

  get onSitesWanted() {
    return this.siteWishes.on;
  }

  get onStatus() {
    return this.statuses.on;
  }

  /** Tries the shared ports, and brings back what the journal holds; resolves when each was tried once and all is back. */
  async start(sharedPorts: readonly number[]): Promise<void> {
    await Promise.all([this.outside.start(sharedPorts), this.intake.restore()]);
  }

  async openSession(info: RunInfo, port?: number): Promise<SessionEndpoint> {
    return this.sessions.open(info, port);
  }

  async restartSession(session: RunId, next: RunInfo): Promise<void> {
    await this.sessions.restart(session, next);
  }

  async closeSession(session: RunId, detached = false): Promise<void> {
    await (await this.sessions.get(session))?.close(detached);
  }

  async isHeard(session: RunId): Promise<boolean> {
    return (await this.sessions.get(session))?.isHeard ?? false;
  }

  async paused(session: RunId, { id, from, to = Infinity }: PauseReport): Promise<void> {
    const { run } = (await this.sessions.get(session))?.origin('otlp') ?? {};
    if (run === undefined) return;
    const pause = { id, run, from, to };
    this.pauses.note(pause);
    this.store.paused(pause);
    this.feed.changed();
  }

  async snapshot(session: RunId, pauseId: string, batches: string): Promise<void> {
    const thread = (await this.sessions.get(session))?.takeSnapshot(batches);
    if (thread === undefined) return;
    this.pauses.setThread(pauseId, thread);
    this.store.pausedThread(pauseId, thread);
    this.feed.changed();
  }

  refused(request: string, message: string): void {
    this.refusals.note(request, message);
  }

  exited(run: RunId, exitCode: number): void {
    this.exits.fire({ run, exitCode });
  }

  liveChanged(): void {
    this.feed.changed();
  }

  get live() {
    return this.store.live;
  }

  closed(session: Session): void {
    this.sessions.closed(session);
  }

  async status(): Promise<EngineStatus> {
    const { spans, traces, bytes } = this.store.totals;
    const outside = this.outside.status;
    return {
      ...outside,
      endpoints: [...this.sessions.endpoints, ...outside.endpoints],
      problems: [...outside.problems, ...this.intake.problems],
      revision: this.store.revision,
      spans,
      traces,
      bytes: bytes + this.stores.logs.bytes + this.stores.metrics.bytes,
      spansPerSecond: this.rate.perSecond,
      rejectedSpans: this.intake.rejectedSpans,
      cutSpans: this.intake.cutSpans,
      metricStreams: this.stores.metrics.count,
      ...this.redaction.status(this.store.redactions()),
      journalBytes: this.intake.journalBytes,
      ...(this.intake.journalLostAt !== undefined && { journalLostAt: this.intake.journalLostAt }),
      ...(this.intake.isRestoring && { restoring: true }),
      refused: this.refusals.recent,
    };
  }

  async traces(query: TraceQuery) {
    return this.store.traces(query);
  }

  async trace(traceId: TraceId) {
    return this.store.trace(traceId);
  }

  async span(traceId: TraceId, spanId: SpanId, kind?: SpanKind) {
    const span = this.store.span(traceId, spanId, kind);
    if (!span) return undefined;
    const location = this.locating.locationOf(span);
    return this.redaction.withNotices({ ...span, ...(location && { location }) }, this.store.redactions());
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
    const refusal = this.pinned.set(traceId, pinned);
    this.intake.keepPins();
    this.feed.changed();
    return refusal;
  }

  async logs(traceId: TraceId, spanId: SpanId | undefined, limit: number, unplaced = false) {
    return this.stores.logs.read(traceId, spanId, limit, unplaced);
  }

  async looseLogs(query: LooseLogsQuery) {
    return this.stores.logs.readLoose(query);
  }

  async metrics(query: MetricsQuery) {
    return this.stores.metrics.read(query);
  }

  async testForwarding() {
    return this.outside.testForwarding();
  }

  async freePort(wanted: number) {
    return freePort(wanted);
  }

  async redactions() {
    return this.redaction.counts(this.store.redactions());
  }

  async sourceOf(frame: StackTarget, service?: string) {
    return this.stacks.locate(frame, service);
  }

  async fileStats(path: string) {
    return this.store.fileStats(path);
  }

  async evidence(query: EvidenceQuery): Promise<FileEvidence> {
    for (;;) {
      const evidence = this.store.evidence(query, EVIDENCE_SLICE_MS);
      if (evidence) return evidence;
      await new Promise(setImmediate);
    }
  }

  async spansAt(path: string, line: number, limit: number) {
    return this.store.spansAt(path, line, limit);
  }

  async files() {
    return this.store.files();
  }

  async spanSites(change: SpanSitesChange): Promise<void> {
    this.locating.put(change);
    this.feed.changed();
  }

  async expectUnlocated(language: SiteLanguage): Promise<void> {
    this.locating.want([language]);
  }

  async clear(): Promise<void> {
    clearStores(this.stores);
    this.redaction.clear();
    this.pinned.clear();
    this.intake.clear();
    this.outside.forget();
    this.cleared = true;
    this.feed.changed();
    this.statusFeed.changed();
  }

  async storedData() {
    return this.stored.measure();
  }

  async deleteOtherData() {
    return this.stored.deleteOthers();
  }

  async configure(options: EngineSettings): Promise<void> {
    Object.assign(this.limits, limitsOf(options));
    this.paths.configure(options.paths);
    limitStores(this.stores, options.maxStoreBytes);
    if (this.redaction.configure(options.redaction)) redactStores(this.stores, options.redaction);
    this.stored.configure(options);
    await Promise.all([this.outside.configure(options), this.intake.configure(options)]);
  }

  async shutdown(): Promise<void> {
    const closed = this.outside.close();
    await this.sessions.shutdown();
    await closed;
    this.intake.close();
    this.stored.dispose();
    this.paths.dispose();
    this.locating.dispose();
    this.feed.dispose();
    this.statusFeed.dispose();
  }

  take(signal: Signal, request: Uint8Array, origin: Origin, leftOut: number): Outcome | Promise<Outcome> {
    return this.intake.take(signal, request, origin, leftOut);
  }

  takeTraces(request: Uint8Array, origin: Origin, leftOut: number): Outcome {
    return this.intake.takeTraces(request, origin, leftOut);
  }

  private get store(): SpanStore {
    return this.stores.spans;
  }

  refuseForwarded(headers: IncomingHttpHeaders) {
    return this.outside.refuseForwarded(headers);
  }

  originOf(run: string): Origin | undefined {
    return this.sessions.originOf(run);
  }

  openRuns(): string[] {
    return this.sessions.runs;
  }

  holdsLogs(): boolean {
    return this.stores.logs.bytes > 0;
  }

  statusChanged(): void {
    this.statusFeed.changed();
  }

  private tellChange(): void {
    this.locating.advance();
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

function limitsOf({ maxRequestBytes, allowedHosts, allowedOrigins }: EngineSettings): Engine['limits'] {
  return { maxRequestBytes, allowedHosts, allowedOrigins };
}
