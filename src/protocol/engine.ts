import type { LogLevel } from '../base/log';
import type { RunId, SpanId, TraceId } from '../model/ids';
import type { EvidenceQuery, FileEvidence } from '../model/lineEvidence';
import type { FileStats } from '../model/lineStats';
import type { LogRecord } from '../model/logRecord';
import type { MetricStream } from '../model/metric';
import type { PathMapping } from '../model/pathMapping';
import type { RedactionCount, RedactionTotals } from '../model/redaction';
import type { Span, SpanKind } from '../model/span';
import type { SourceLocation } from '../model/sourceLocation';
import type { SpanCondition } from '../model/spanFilter';
import type { StackTarget } from '../model/stackFrames';
import type { TraceColumns, TraceSummary } from '../model/traceColumns';
import type { ForwardProtocol, RedactionMode } from './settings';
import type { SiteLanguage, SpanSitesChange } from './spanSites';

/** What a running engine takes over at once when it changes. */
export interface EngineSettings {
  /** Ports that programs outside a debug session may send to, usually 4317 and 4318; empty for none. */
  readonly sharedPorts: readonly number[];
  /** The most bytes that the store may hold. */
  readonly maxStoreBytes: number;
  /** The most bytes of one request after decompression. */
  readonly maxRequestBytes: number;
  /** Further names that a request's Host may have. */
  readonly allowedHosts: readonly string[];
  /** Web origins that may send from a browser. */
  readonly allowedOrigins: readonly string[];
  /** The most bytes that the journal may take on disk; 0 for no journal. */
  readonly maxJournalBytes: number;
  /** Journals that nothing was added to for so long are deleted, pinned traces excepted; undefined for no limit. */
  readonly maxJournalAgeMs?: number;
  readonly redaction: RedactionSettings;
  /** Where a copy of everything goes; undefined for nowhere. */
  readonly forward: ForwardSettings | undefined;
  readonly paths: PathSettings;
}

/** What tells which files here the paths of programs mean that run elsewhere. */
export interface PathSettings {
  /** Workspace folders. */
  readonly folders: readonly string[];
  /** What the user said. */
  readonly mappings: readonly PathMapping[];
}

export interface RedactionSettings {
  readonly secrets: RedactionMode;
  readonly personalData: RedactionMode | 'warn';
  /** Further attribute keys whose values are secrets; `*` stands for any characters. */
  readonly keys: readonly string[];
}

export interface ForwardSettings {
  /** Base URL, as OTEL_EXPORTER_OTLP_ENDPOINT has it. */
  readonly endpoint: string;
  readonly protocol: ForwardProtocol;
  /** Sent with each request: the upstream's credentials. Never logged, never kept on disk by the engine. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Handed to the engine's worker as `workerData`. */
export interface EngineOptions extends EngineSettings {
  /** A folder that the engine may fill: spool files of ended programs, the journal. Created when missing. */
  readonly storageDir: string;
  /** How windows of the editor find each other; undefined: this one keeps to itself. */
  readonly windows?: WindowsOptions;
  /** Where engines of other workspaces keep theirs, so that nothing is left there for ever. */
  readonly otherStorages?: OtherStorages;
}

/** Folders of the form `<parent>/<workspace>/<name>`. */
export interface OtherStorages {
  readonly parent: string;
  readonly name: string;
}

/** What is kept on disk, in bytes. */
export interface StoredData {
  readonly own: number;
  /** `folders`: of workspaces. `inUse`: of them those that are open in another window. */
  readonly others: { readonly bytes: number; readonly folders: number; readonly inUse: number };
  /** Spanline's own, which programs and the analysis load. */
  readonly code: number;
}

export interface WindowsOptions {
  /** A folder of this user on this machine that all windows share: it holds the secret by which they know each other. */
  readonly sharedDir: string;
  /** What the user knows this window by, such as its folder's name. */
  readonly name: string;
}

export interface RunInfo {
  readonly run: RunId;
  /** The debug configuration's name. Runs of the same name are compared with each other. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** What the debug configuration says about the program's paths. */
  readonly pathMappings?: readonly PathMapping[];
}

/** A thread of a debugged program stands still, or stood, because the debugger stopped it. Milliseconds since 1970. */
export interface PauseReport {
  /** Names the pause when its end is told, and in {@link EngineApi.snapshot}. */
  readonly id: string;
  readonly from: number;
  /** Undefined while it stands. */
  readonly to?: number;
}

/** Where one debug session sends to; nobody else is told. */
export interface SessionEndpoint {
  /** `http://127.0.0.1:<port>`: OTLP over HTTP and gRPC, and the preload's own route. */
  readonly url: string;
  /** Folder for what a program could not send before it ended. */
  readonly spoolDir: string;
}

export interface TraceQuery {
  readonly limit: number;
  readonly errorsOnly?: boolean;
  /** Part of a root name, service or trace id, any case. */
  readonly text?: string;
  readonly pinnedOnly?: boolean;
}

export interface LooseLogsQuery {
  readonly limit: number;
  readonly service?: string;
  readonly run?: RunId;
}

export interface MetricsQuery {
  readonly limit: number;
  readonly service?: string;
  /** Part of a name, a service or an attribute, any case. */
  readonly text?: string;
}

export interface MetricsAnswer {
  /** By service, name and age. */
  readonly streams: readonly MetricStream[];
  /** Streams that match, shown or not. */
  readonly total: number;
  /** Streams that had to leave for want of room, those first that were silent longest. */
  readonly left: number;
}

/** What a filter can ask for. */
export interface SearchHints {
  /** Keys of attributes, those with most values first. */
  readonly keys: readonly string[];
  readonly services: readonly string[];
}

export interface SpanRef {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** `followed`: another window of the editor owns it, and what arrives there is shown here too. */
  readonly use: 'session' | 'shared' | 'followed';
}

/** A program that listens on a port which we want. */
export interface PortOwner {
  /** For the user, such as `Jaeger (all-in-one, pid 812)`. */
  readonly name: string;
  /** `collector`: takes OTLP and can be configured to send it on. `backend`: keeps it. `tunnel`: leads to a container or host. */
  readonly kind: 'collector' | 'backend' | 'tunnel' | 'spanline' | 'other';
}

/** A request, or what a program took for one, that could not be taken. */
export interface Refused {
  /** Method and path. */
  readonly request: string;
  /** What is wrong, and the remedy. */
  readonly message: string;
  readonly times: number;
  /** Milliseconds since 1970, of the last one. */
  readonly at: number;
}

/** A shared port that is not ours. */
export interface LostPort {
  readonly port: number;
  /** `reserved`: the system keeps a range of ports for itself. `forbidden`: this user may not open it. */
  readonly reason: 'taken' | 'forbidden' | 'reserved' | 'failed';
  readonly owner?: PortOwner;
}

/** What became of the copies for the upstream endpoint. Records are spans, log records and metrics. */
export interface ForwardStatus {
  /** Without credentials. */
  readonly endpoint: string;
  readonly protocol: ForwardProtocol;
  readonly queuedRecords: number;
  readonly queuedBytes: number;
  readonly sentRecords: number;
  /** Given up: refused by the upstream, or the oldest when the queue was full. */
  readonly droppedRecords: number;
  /** Why some were given up, the last time. */
  readonly loss?: string;
  /** Why nothing gets through at this moment, with the remedy. */
  readonly problem?: string;
}

/** What an endpoint answered to an empty request. `message` is for the user. */
export interface ForwardTest {
  readonly ok: boolean;
  readonly message: string;
}

export interface EngineStatus {
  readonly endpoints: readonly Endpoint[];
  /** What is wrong and its remedy, in words for the user; empty when all is well. */
  readonly problems: readonly string[];
  /** What is good to know and asks for nothing. */
  readonly notices: readonly string[];
  readonly lostPorts: readonly LostPort[];
  /** Undefined while nothing is forwarded. */
  readonly forward?: ForwardStatus;
  readonly revision: number;
  readonly spans: number;
  readonly traces: number;
  readonly bytes: number;
  /** Spans received in the last second. */
  readonly spansPerSecond: number;
  readonly rejectedSpans: number;
  /** Spans and resources of which something was too long or too deeply nested to be kept whole. */
  readonly cutSpans?: number;
  /** What was recognised as secret or personal; undefined where nothing was. */
  readonly redactions?: RedactionTotals;
  /** Metric streams held. */
  readonly metricStreams: number;
  /** What the journal takes on disk. */
  readonly journalBytes?: number;
  /** Milliseconds since 1970: what came before is not in the journal, since somebody deleted its folder or files in it. */
  readonly journalLostAt?: number;
  /** What programs sent in the last minutes that could not be taken, newest first. */
  readonly refused?: readonly Refused[];
  /** Set while what the journal holds is being read: not all of it can be asked for yet. */
  readonly restoring?: boolean;
}

/** Something arrived. Fired at once after a silence, then at most ten times a second. */
export interface StoreChange {
  readonly revision: number;
  readonly spans: number;
  /** Files whose line statistics changed since the event before, as {@link pathKey} writes them. */
  readonly files: readonly string[];
  /** The trace whose span arrived last. */
  readonly latestTrace?: TraceId;
  /** Set when everything held was dropped. */
  readonly cleared?: boolean;
}

/** Asked by the extension host, answered by the engine. Every answer is read at one revision of the store. */
export interface EngineApi {
  /**
   * Opens a port for one run and names it. Idempotent for the same run. `port` is asked for after the engine itself was restarted,
   * so that programs which go on running are heard again; where it is taken, any other is given.
   */
  openSession(info: RunInfo, port?: number): Promise<SessionEndpoint>;
  /**
   * The debugger started the program of session `session` anew with the environment it had (Restart reads no configuration again):
   * what arrives on the session's port from now on belongs to `next`, although the program still names `session`. What the spool
   * holds by then belongs to the run before.
   */
  restartSession(session: RunId, next: RunInfo): Promise<void>;
  /**
   * Takes in what the session's programs left in the spool, then closes its port once idle. `session`: the run it was opened with.
   * `detached`: its programs go on and are to send no more, which each is told when it sends next.
   */
  closeSession(session: RunId, detached?: boolean): Promise<void>;
  /** Whether anything has come from the session's program, or since the debugger restarted it. */
  isHeard(session: RunId): Promise<boolean>;
  /** Time that spans of the session's run are not to count. Told twice: when the program stops, before spans of it arrive; and when it goes on. */
  paused(session: RunId, pause: PauseReport): Promise<void>;
  /** What {@link PreloadHook.snapshot} answered in the thread that stands still in the pause of this id. */
  snapshot(session: RunId, pauseId: string, batches: string): Promise<void>;
  status(): Promise<EngineStatus>;
  /** Newest first. */
  traces(query: TraceQuery): Promise<TraceSummary[]>;
  trace(traceId: TraceId): Promise<TraceColumns | undefined>;
  /** Where several spans share the id, as Zipkin's clients and servers do, `kind` tells which is meant. */
  span(traceId: TraceId, spanId: SpanId, kind?: SpanKind): Promise<Span | undefined>;
  /** Traces with a span of which all conditions hold; a negated condition must hold of none of its spans. Newest first. */
  searchTraces(conditions: readonly SpanCondition[], limit: number): Promise<TraceSummary[]>;
  /** Ids of the trace's spans of which all conditions hold. */
  searchTrace(traceId: TraceId, conditions: readonly SpanCondition[]): Promise<SpanId[]>;
  searchHints(): Promise<SearchHints>;
  /**
   * A pinned trace leaves last; it need not be held yet. Pinned traces may take a quarter of the store: gives why the trace could not
   * be pinned, in words with the remedy.
   */
  pin(traceId: TraceId, pinned: boolean): Promise<string | undefined>;
  /**
   * Log records written in a trace, or in one of its spans, by time; the latest `limit` of them. `unplaced`: with those of the trace
   * that name no span.
   */
  logs(traceId: TraceId, spanId: SpanId | undefined, limit: number, unplaced?: boolean): Promise<LogRecord[]>;
  /** Log records that name no trace, by time; the latest that match. Further log records are asked for by {@link logs}. */
  looseLogs(query: LooseLogsQuery): Promise<LogRecord[]>;
  /** The latest value of each metric stream. */
  metrics(query: MetricsQuery): Promise<MetricsAnswer>;
  /** What was recognised as secret or personal, most frequent first. */
  redactions(): Promise<RedactionCount[]>;
  /** The source line that a frame of a stack trace means; `service`: whose trace it is. */
  sourceOf(frame: StackTarget, service?: string): Promise<SourceLocation>;
  fileStats(path: string): Promise<FileStats>;
  /** What the spans made in a file say about its lines. Nothing is counted for it before somebody asks. */
  evidence(query: EvidenceQuery): Promise<FileEvidence>;
  /** Spans made by a line in its latest run, newest first. */
  spansAt(path: string, line: number, limit: number): Promise<SpanRef[]>;
  /** Files that have line statistics. */
  files(): Promise<string[]>;
  /** What an index of the workspace knows; to be told anew after {@link EngineEvents.sitesWanted}. */
  spanSites(change: SpanSitesChange): Promise<void>;
  /** Spans are to come whose lines only the index knows: it is asked for before they do, see {@link EngineEvents.sitesWanted}. */
  expectUnlocated(language: SiteLanguage): Promise<void>;
  clear(): Promise<void>;
  storedData(): Promise<StoredData>;
  /** Deletes what was received in other workspaces, but for those that are open in a window. Gives the bytes. */
  deleteOtherData(): Promise<number>;
  /** Sends an empty request to the upstream endpoint, with the credentials. */
  testForwarding(): Promise<ForwardTest>;
  /** A port that nobody listens on at this moment, by preference one that looks like `wanted`. */
  freePort(wanted: number): Promise<number>;
  /** Sets limits and ports anew without losing what is held. */
  configure(settings: EngineSettings): Promise<void>;
  shutdown(): Promise<void>;
}

/** Told by the engine, heard by the extension host. */
export interface EngineEvents {
  changed(change: StoreChange): void;
  status(status: EngineStatus): void;
  log(level: LogLevel, message: string): void;
  /** Whether a window shows what the engine says. Without an answer nobody does. */
  isAttended(): Promise<boolean>;
  /** A process of a run ended by itself. */
  exited(run: RunId, exitCode: number): void;
  /**
   * Spans came or are to come whose line nobody recorded, of programs in these languages. Told once for each language in the life of an engine: who
   * indexes the language sends all that it knows ({@link EngineApi.spanSites}), then what changes.
   */
  sitesWanted(languages: readonly SiteLanguage[]): void;
}
