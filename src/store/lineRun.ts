import { DurationSketch, durationStats } from '../model/durationSketch';
import type { DurationStats, LineStats } from '../model/lineStats';
import type { SourceLocation } from '../model/sourceLocation';
import { confidenceAt } from './codeRoles';
import { spanIdText, traceIdText } from './idText';
import type { Run } from './runTable';
import type { ParsedSpan } from './spanParser';

/** Names of one line are told apart up to this many. */
const MAX_NAMES = 1000;
const MAX_SERVICES = 100;

/** A file that has line statistics. */
export interface FileLines {
  readonly path: string;
  /** Since {@link LineTable.takeChangedFiles} was last called. */
  isChanged: boolean;
}

/** Spans that do not say their line are counted for what has one. */
export interface Placed {
  readonly location: SourceLocation | undefined;
}

type SpanIdWords = Pick<ParsedSpan, 'trace0' | 'trace1' | 'trace2' | 'trace3' | 'span0' | 'span1'>;

/** What the spans of one line in one run took. */
export class LineRun {
  readonly sketch = new DurationSketch();
  errors = 0;
  /** Spans that were held up by the debugger. */
  paused = 0;
  /** Spans that were under way when their program ended. */
  neverEnded = 0;
  functionName: string | undefined;
  /** Reason's number, 0 for the program's own statement, and confidence's; of the surest span. */
  reason = 0;
  confidence = Infinity;
  private latestDuration = 0;
  private latestPaused = 0;
  /** Ids of the span that arrived last, in signed words: those are stored without an object each. */
  private trace0 = 0;
  private trace1 = 0;
  private trace2 = 0;
  private trace3 = 0;
  private span0 = 0;
  private span1 = 0;
  private readonly names = new Map<number, NameCount>();
  private latestName: NameCount | undefined;
  private readonly serviceList: number[] = [];
  private latestService = -1;

  /** `number` is what {@link Segment.site} holds, less one. */
  constructor(
    readonly number: number,
    readonly file: FileLines,
    readonly line: number,
    readonly run: Run,
    /** Set where the line is that of an operation, which may move. */
    readonly placed?: Placed,
    /** Of layers of a framework within a request, see {@link LineTable.at}. */
    readonly isOfLayers = false,
  ) {}

  countName(name: number): void {
    if (this.latestName?.name === name) this.latestName.count++;
    else this.countOtherName(name);
  }

  private countOtherName(name: number): void {
    let entry = this.names.get(name);
    if (entry === undefined) {
      if (this.names.size >= MAX_NAMES) return;
      entry = { name, count: 0 };
      this.names.set(name, entry);
    }
    entry.count++;
    this.latestName = entry;
  }

  /** `duration` is without `paused`, the time in which the debugger held it up. */
  setLatest(span: SpanIdWords, duration: number, paused: number): void {
    this.trace0 = span.trace0 | 0;
    this.trace1 = span.trace1 | 0;
    this.trace2 = span.trace2 | 0;
    this.trace3 = span.trace3 | 0;
    this.span0 = span.span0 | 0;
    this.span1 = span.span1 | 0;
    this.latestDuration = duration;
    this.latestPaused = paused;
  }

  get latest(): LineStats['latest'] {
    return {
      traceId: traceIdText(this.trace0, this.trace1, this.trace2, this.trace3),
      spanId: spanIdText(this.span0, this.span1),
      duration: this.latestDuration,
      ...(this.latestPaused > 0 && { paused: this.latestPaused }),
    };
  }

  /** Takes one span out again that was counted with this duration. */
  takeBack(duration: number, isError: boolean): void {
    this.sketch.takeBack(duration);
    if (isError) this.errors--;
  }

  setReason(reason: number, confidence: number): void {
    this.reason = reason;
    this.confidence = confidence;
  }

  countService(service: number): void {
    if (service === this.latestService) return;
    this.latestService = service;
    const { serviceList } = this;
    if (!serviceList.includes(service) && serviceList.length < MAX_SERVICES) serviceList.push(service);
  }

  /** What this and others counted together; of the last of them is the latest span. */
  mergedWith(others: readonly LineRun[]): LineRun {
    const all = [this, ...others];
    const merged = new LineRun(this.number, this.file, this.line, this.run);
    for (const each of all) merged.add(each);
    return merged;
  }

  private add(other: LineRun): void {
    this.sketch.merge(other.sketch);
    this.errors += other.errors;
    this.paused += other.paused;
    this.neverEnded += other.neverEnded;
    this.functionName ??= other.functionName;
    if (other.confidence < this.confidence) this.setReason(other.reason, other.confidence);
    for (const { name, count } of other.names.values()) {
      this.countName(name);
      const entry = this.names.get(name);
      if (entry) entry.count += count - 1;
    }
    for (const service of other.serviceList) this.countService(service);
    const { trace0, trace1, trace2, trace3, span0, span1, latestDuration, latestPaused } = other;
    Object.assign(this, { trace0, trace1, trace2, trace3, span0, span1, latestDuration, latestPaused });
  }

  /** Numbers of the names, the most frequent first, at most `limit`. */
  topNames(limit: number): number[] {
    const entries = [...this.names.values()].sort((a, b) => b.count - a.count || a.name - b.name);
    return entries.slice(0, limit).map((entry) => entry.name);
  }

  get distinctNames(): number {
    return this.names.size;
  }

  get services(): readonly number[] {
    return this.serviceList;
  }

  get sureness() {
    return confidenceAt(this.confidence);
  }

  stats(): DurationStats {
    return durationStats(this.sketch, this.errors);
  }
}

interface NameCount {
  readonly name: number;
  count: number;
}
