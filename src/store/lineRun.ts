import { DurationSketch, durationStats } from '../model/durationSketch';
import type { DurationStats } from '../model/lineStats';
import { confidenceAt } from './codeRoles';
import type { Run } from './runTable';
import type { ParsedSpan } from './spanParser';

/** Names of one line are told apart up to this many. */
const MAX_NAMES = 1000;
const MAX_SERVICES = 100;

/** What the spans of one line in one run took. */
export class LineRun {
  readonly sketch = new DurationSketch();
  errors = 0;
  functionName: string | undefined;
  /** Reason's number, 0 for the program's own statement, and confidence's; of the surest span. */
  reason = 0;
  confidence = Infinity;
  /** Trace id (four words), span id (two) and duration of the span that arrived last. */
  readonly latestIds = new Uint32Array(6);
  latestDuration = 0;
  private readonly names = new Map<number, NameCount>();
  private latestName: NameCount | undefined;
  private readonly serviceList: number[] = [];

  /** `number` is what {@link Segment.site} holds, less one. */
  constructor(
    readonly number: number,
    readonly line: number,
    readonly run: Run,
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

  setLatest(span: ParsedSpan, duration: number): void {
    const { latestIds } = this;
    latestIds[0] = span.trace0;
    latestIds[1] = span.trace1;
    latestIds[2] = span.trace2;
    latestIds[3] = span.trace3;
    latestIds[4] = span.span0;
    latestIds[5] = span.span1;
    this.latestDuration = duration;
  }

  setReason(reason: number, confidence: number): void {
    this.reason = reason;
    this.confidence = confidence;
  }

  countService(service: number): void {
    const { serviceList } = this;
    if (serviceList[0] === service || serviceList.includes(service) || serviceList.length >= MAX_SERVICES) return;
    serviceList.push(service);
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
