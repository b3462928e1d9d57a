import type { Disposable } from '../../../src/base/disposables';
import type { TraceId } from '../../../src/model/ids';
import { SPAN_FLAG, type TraceColumns, type TraceSummary } from '../../../src/model/traceColumns';
import type { WaterfallChange, WaterfallHost } from '../../../src/protocol/waterfall';
import { Throttle } from './throttle';

export interface LiveTracesEvents {
  /** The newest traces, newest first, when the list was read again. */
  listed(summaries: readonly TraceSummary[]): void;
  /** The wanted trace was read (again); undefined: the store does not hold it. */
  read(traceId: TraceId, columns: TraceColumns | undefined): void;
  failed(error: unknown): void;
}

const LIST_GAP_MS = 300;
const READ_GAP_MS = 200;
/** A large trace is read again less often, so that reading takes a small part of the time. */
const READ_SHARE = 0.1;
const LONGEST_READ_GAP_MS = 5_000;
/** How often a trace is read again whose spans are still running: their bars grow. */
const GROWTH_MS = 500;
export const LIST_LIMIT = 200;

/** Reads the list of traces and the wanted trace, again only when they may have changed, and not too often. */
export class LiveTraces implements Disposable {
  private wanted: TraceId | undefined;
  private growth: ReturnType<typeof setTimeout> | undefined;
  private known: { readonly traceId: TraceId; readonly spans: number } | undefined;
  private readonly list = new Throttle(
    () => this.readList(),
    () => LIST_GAP_MS,
  );
  private readonly trace = new Throttle(
    () => this.readTrace(),
    (took) => Math.min(Math.max(READ_GAP_MS, took / READ_SHARE), LONGEST_READ_GAP_MS),
  );

  constructor(
    private readonly host: Pick<WaterfallHost, 'traces' | 'trace'>,
    private readonly events: LiveTracesEvents,
  ) {}

  /** Reads this trace now, and from now on again when it grows. */
  want(traceId: TraceId | undefined): void {
    if (traceId === this.wanted) return;
    this.wanted = traceId;
    this.known = undefined;
    if (traceId) this.trace.requestNow();
  }

  changed({ latestTrace, cleared }: WaterfallChange): void {
    if (cleared) this.known = undefined;
    this.list.request();
    if (this.wanted && (cleared || latestTrace === this.wanted)) this.trace.request();
  }

  /** Everything may be different: the engine is a new one. */
  reload(): void {
    this.list.requestNow();
    if (this.wanted) this.trace.requestNow();
  }

  dispose(): void {
    clearTimeout(this.growth);
    this.list.dispose();
    this.trace.dispose();
  }

  private async readList(): Promise<void> {
    try {
      const summaries = await this.host.traces(LIST_LIMIT);
      this.events.listed(summaries);
      this.readIfGrown(summaries);
    } catch (error) {
      this.events.failed(error);
    }
  }

  /** One batch holds spans of several traces: the list tells about those that the change did not name. */
  private readIfGrown(summaries: readonly TraceSummary[]): void {
    const { wanted, known } = this;
    if (!wanted || !known) return;
    const summary = summaries.find(({ traceId }) => traceId === wanted);
    const gone = !summary && summaries.length < LIST_LIMIT;
    if (gone ? known.spans >= 0 : summary && summary.spans !== known.spans) this.trace.request();
  }

  private async readTrace(): Promise<void> {
    clearTimeout(this.growth);
    const traceId = this.wanted;
    if (!traceId) return;
    try {
      const columns = await this.host.trace(traceId);
      if (traceId !== this.wanted) return;
      this.known = { traceId, spans: columns?.count ?? -1 };
      if (columns?.flags.some((flags) => flags & SPAN_FLAG.running))
        this.growth = setTimeout(() => this.trace.request(), GROWTH_MS);
      this.events.read(traceId, columns);
    } catch (error) {
      if (traceId === this.wanted) this.events.failed(error);
    }
  }
}
