import { pathKey } from '../base/paths';
import type { Log } from '../base/log';
import type { SpanId, TraceId } from '../model/ids';
import type { EvidenceQuery, FileEvidence } from '../model/lineEvidence';
import type { FileStats } from '../model/lineStats';
import { type PathMapper, pathsAsTheyAre } from '../model/mappedPath';
import { nowhere, type OperationLocator } from '../model/operation';
import { type Span, SPAN_KINDS, type SpanKind } from '../model/span';
import type { TraceColumns, TraceSummary } from '../model/traceColumns';
import type { SpanCondition } from '../model/spanFilter';
import type { SearchHints, SpanRef, TraceQuery } from '../protocol/engine';
import { Appender, type AppendResult, type Origin } from './appender';
import { NONE } from './byteInterner';
import { HeldSpans, positionOf } from './heldSpans';
import { idWords } from './idText';
import { LiveThreads } from './liveThreads';
import type { OperationStats } from './operationTable';
import { readEvidence } from './evidence';
import { OperationLines } from './operationLines';
import { StoreParts } from './parts';
import { type Pause, PauseTable } from './pauseTable';
import type { PinRefusal } from './keptTraces';
import { MOST_SPARE, Retention } from './retention';
import type { RedactionCount } from '../model/redaction';
import type { Redactor } from '../redaction/redactor';
import { rowAt } from './segment';
import { SegmentMemory } from './segmentMemory';
import { SiteFacts } from './siteFacts';
import { spansOfSites } from './siteSpans';
import { readSpan } from './spanReader';
import { attributeKeys } from './attributeKeys';
import { searchSpans, searchSpansOfTrace } from './spanSearch';
import { listTraces, searchTraces } from './traceList';
import { readTraceColumns } from './traceColumnsReader';

export interface SpanStoreOptions {
  /** What the store may take, spans and statistics together. */
  readonly maxBytes: number;
  /** Says what is masked before it is kept; nothing is without one. */
  readonly redactor?: Redactor;
  readonly log: Log;
  /** Which files here programs' paths mean. */
  readonly paths?: PathMapper;
  /** Where spans are made that do not say it. */
  readonly operations?: OperationLocator;
  /** Milliseconds; replaced in tests. */
  readonly clock?: () => number;
}

export interface StoreTotals {
  readonly spans: number;
  readonly traces: number;
  readonly bytes: number;
}

const PIN_REFUSALS: Readonly<Record<PinRefusal, string>> = {
  'share full':
    'The pinned traces take a quarter of the store already. Unpin another one, or raise the setting "spanline.store.maxBytes".',
  'too many pins': 'A thousand traces are pinned already. Unpin another one.',
};

const MAX_HINTS = 200;

/** Spans between two looks at how much the statistics take. */
const STATISTICS_LOOK = 16_384;

/**
 * All spans of this session. Fed with OTLP protobuf bytes by {@link append}, the one way in; asked by everybody. Holds at most
 * `maxBytes`: the oldest traces leave, each as a whole, and the statistics they were counted in stay.
 */
export class SpanStore {
  /** Rises with every change. */
  revision = 0;
  /** Which spans that have not ended still can: told by whoever knows the programs. */
  readonly live = new LiveThreads();
  private readonly pauses = new PauseTable();
  private readonly memory = new SegmentMemory();
  private readonly log: Log;
  private readonly clock: () => number;
  private readonly paths: PathMapper;
  private readonly operationLocator: OperationLocator;
  private operationLines!: OperationLines;
  private siteFacts!: SiteFacts;
  private maxBytes: number;
  private redactor: Redactor | undefined;
  /** Of {@link redactor}, as it was when the open segment was begun. */
  private generation = 0;
  private parts: StoreParts;
  private appender: Appender;
  private retention: Retention;
  private statisticsBytes = 0;
  private spansSinceLook = Infinity;

  constructor({ maxBytes, log, clock = Date.now, redactor, paths, operations }: SpanStoreOptions) {
    this.maxBytes = maxBytes;
    this.redactor = redactor;
    this.log = log;
    this.clock = clock;
    this.paths = paths ?? pathsAsTheyAre;
    this.operationLocator = operations ?? nowhere;
    [this.parts, this.appender, this.retention] = this.makeParts();
  }

  /**
   * Takes in an ExportTraceServiceRequest. Keeps nothing of `request`, which may be reused. Spans that cannot be kept are rejected
   * one by one; bytes that are no such request at all give a `fault` and leave the store as it was. Never throws.
   */
  append(request: Uint8Array, origin: Origin): AppendResult {
    if (this.redactor !== undefined && this.redactor.generation !== this.generation) this.setRedactor(this.redactor);
    const result = this.appender.append(request, origin);
    const added = result.accepted + result.duplicates;
    if (added > 0) {
      this.revision++;
      this.lookAtStatistics(added);
      this.retention.keepWithin(this.maxBytes, this.statisticsBytes, added);
    }
    return result;
  }

  private lookAtStatistics(newSpans: number): void {
    this.spansSinceLook += newSpans;
    if (this.spansSinceLook < STATISTICS_LOOK) return;
    this.spansSinceLook = 0;
    this.statisticsBytes = this.parts.statisticsBytes;
  }

  get totals(): StoreTotals {
    const { parts } = this;
    return { spans: parts.spans, traces: parts.traces.count, bytes: parts.spanBytes + this.statisticsBytes };
  }

  /** To be told before the spans arrive that lived through it: what is counted stays counted. */
  paused(pause: Pause): void {
    this.pauses.put(pause);
    this.revision++;
  }

  /** The thread that stands still in a pause, as {@link Origin.thread} has it. */
  pausedThread(id: string, thread: string): void {
    this.pauses.setThread(id, thread);
    this.revision++;
  }

  /**
   * Counts spans whose line is known by their operation alone, for at most so many milliseconds. False when there is more to do:
   * statistics of lines change then without a span having come.
   */
  locateOperations(budgetMs: number): boolean {
    const until = performance.now() + budgetMs;
    return this.operationLines.advance(until, () => performance.now());
  }

  /** `telemetry.sdk.language` of programs whose spans do not say their lines, each told once. */
  takeUnlocatedLanguages(): string[] {
    return this.operationLines.takeNewLanguages();
  }

  /** Files whose line statistics changed since the last call, as {@link pathKey} writes them. */
  takeChangedFiles(): string[] {
    return this.parts.lines.takeChangedFiles();
  }

  /** The traces that arrived last and match, newest first. */
  traces(query: TraceQuery): TraceSummary[] {
    return listTraces(this.parts, this.retention.kept, query);
  }

  trace(traceId: TraceId): TraceColumns | undefined {
    const slot = this.slotOf(traceId);
    return slot === NONE ? undefined : readTraceColumns(this.parts, slot, traceId, this.revision, this.clock());
  }

  /** Where several spans share the id, as Zipkin's clients and servers do, `kind` tells which is meant. */
  span(traceId: TraceId, spanId: SpanId, kind?: SpanKind): Span | undefined {
    const slot = this.slotOf(traceId);
    if (slot === NONE) return undefined;
    const row = this.parts.findSpan(slot, idWords(spanId), kind && SPAN_KINDS.indexOf(kind));
    return row === NONE ? undefined : readSpan(this.parts.segments.of(row), rowAt(row), traceId, this.paths);
  }

  fileStats(path: string): FileStats {
    return this.parts.lines.fileStats(pathKey(path), this.revision);
  }

  /** Spans made by a line in its latest run, newest first, as far as they are still held. */
  spansAt(path: string, line: number, limit: number): SpanRef[] {
    const sites = this.parts.lines.latestAt(pathKey(path), line);
    return sites.length === 0 ? [] : spansOfSites(this.parts, sites, limit);
  }

  /**
   * What the spans made in a file say about its lines. Counts first what came since this was last asked, for at most so many
   * milliseconds; undefined when there is more to count.
   */
  evidence(query: EvidenceQuery, budgetMs: number): FileEvidence | undefined {
    const until = performance.now() + budgetMs;
    const clock = () => performance.now();
    const { parts, siteFacts: facts, operationLocator } = this;
    if (!this.operationLines.advance(until, clock)) return undefined;
    if (!facts.advance(until, clock, operationLocator.generation)) return undefined;
    return readEvidence({ parts, facts, redactions: this.redactions(), now: this.clock() }, query);
  }

  /** Spans of which all conditions hold, those that arrived last first. */
  search(conditions: readonly SpanCondition[], limit: number): SpanRef[] {
    return searchSpans(this.parts, conditions, limit);
  }

  /** Traces with a span of which all conditions hold; a negated condition must hold of none of its spans. Newest first. */
  searchTraces(conditions: readonly SpanCondition[], limit: number): TraceSummary[] {
    return searchTraces(this.parts, this.retention.kept, conditions, limit);
  }

  /** Ids of the trace's spans of which all conditions hold, in no order. */
  searchTrace(traceId: TraceId, conditions: readonly SpanCondition[]): SpanId[] {
    const slot = this.slotOf(traceId);
    return slot === NONE ? [] : searchSpansOfTrace(this.parts, slot, conditions);
  }

  /** What can be asked for: keys of attributes by how many different values the newest spans have, and services. */
  searchHints(): SearchHints {
    return { keys: attributeKeys(this.parts, MAX_HINTS), services: this.parts.services.all() };
  }

  /**
   * A pinned trace leaves last; it need not be held yet. Pinned traces may take a quarter of the store: what keeps one from being
   * pinned is told in words, with the remedy.
   */
  pin(traceId: TraceId, pinned: boolean): string | undefined {
    this.revision++;
    if (!pinned) this.retention.kept.unpin(traceId);
    else {
      const refusal = this.retention.kept.pin(traceId, this.slotOf(traceId), this.maxBytes);
      if (refusal !== undefined) return PIN_REFUSALS[refusal];
    }
    return undefined;
  }

  /** Files that have line statistics. */
  files(): string[] {
    return this.parts.lines.filePaths();
  }

  /** Statistics of every operation, by service and span name. */
  operations(): OperationStats[] {
    return this.parts.operations.list();
  }

  /** For what comes from now on; what is held stays as it is. */
  setRedactor(redactor: Redactor | undefined): void {
    this.redactor = redactor;
    this.generation = redactor?.generation ?? 0;
    this.parts.writer.setRedactor(redactor);
  }

  /** What was recognised as secret or personal so far, most frequent first. */
  redactions(): RedactionCount[] {
    return this.parts.redactions.list().map((count) => this.withMappedFile(count));
  }

  private withMappedFile(count: RedactionCount): RedactionCount {
    if (count.file === undefined) return count;
    return { ...count, file: this.paths.map(count.file, count.service).path };
  }

  /** Where the next span will lie: what is held lies before it, and what comes, behind it. Void when everything was cleared. */
  get position(): number {
    return positionOf(this.parts);
  }

  /** What is held between two {@link position}s. */
  heldBetween(from: number, until: number): HeldSpans {
    return new HeldSpans(this.parts, from, until);
  }

  /** Drops everything, statistics too. */
  clear(): void {
    this.parts.segments.dropAll();
    this.memory.trim(this.maxBytes * MOST_SPARE);
    [this.parts, this.appender, this.retention] = this.makeParts();
    this.statisticsBytes = 0;
    this.spansSinceLook = Infinity;
    this.revision++;
  }

  /** What is too much for the new limit leaves at once. */
  setMaxBytes(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.parts.resize(maxBytes);
    this.lookAtStatistics(Infinity);
    this.retention.keepWithin(maxBytes, this.statisticsBytes, 0);
    this.revision++;
  }

  private makeParts(): [StoreParts, Appender, Retention] {
    const parts = new StoreParts(this.maxBytes, this.pauses, this.live, this.paths, this.memory);
    this.operationLines = new OperationLines(parts, this.operationLocator);
    parts.lines.join(this.operationLines);
    this.siteFacts = new SiteFacts(parts);
    if (this.redactor !== undefined) {
      this.generation = this.redactor.generation;
      parts.writer.setRedactor(this.redactor);
    }
    return [parts, new Appender(parts, () => this.maxBytes, this.clock), new Retention(parts, this.log)];
  }

  private slotOf(traceId: TraceId): number {
    const [a, b, c, d] = idWords(traceId);
    return this.parts.traces.find(a, b, c, d);
  }
}
