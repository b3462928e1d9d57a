import { vi } from 'vitest';
import type { SpanId, TraceId } from '../../../src/model/ids';
import { logMarks } from '../../../src/model/logMarks';
import type { LogRecord } from '../../../src/model/logRecord';
import type { SourceLocation } from '../../../src/model/sourceLocation';
import type { WaterfallHost, WaterfallTarget } from '../../../src/protocol/waterfall';
import type { Intent } from '../../../webview/waterfall/state/intent';
import { Session } from '../../../webview/waterfall/state/session';
import type { SyntheticTrace } from '../../webview/synthetic';

/** A session over a host that holds these traces, newest first; needs fake timers. */
export class SessionUnderTest {
  readonly revealed: SourceLocation[] = [];
  readonly showing: WaterfallTarget[] = [];
  readonly asked = {
    traces: 0,
    trace: [] as TraceId[],
    span: [] as SpanId[],
    kinds: [] as unknown[],
    logs: [] as string[],
    findSpans: [] as string[],
  };
  logRecords: LogRecord[] = [];
  /** What the engine finds, whatever it is asked for. */
  foundSpans: SpanId[] = [];
  /** Set to make every call fail. */
  failure: Error | undefined;
  saved: Intent | undefined;
  readonly session: Session;
  private revision = 1;

  constructor(
    public traces: SyntheticTrace[],
    private readonly options: { target?: WaterfallTarget; saved?: unknown } = {},
  ) {
    this.session = new Session(
      this.host(),
      { load: () => this.saved ?? this.options.saved, save: (intent) => (this.saved = structuredClone(intent)) },
      (error) => {
        throw error;
      },
    );
  }

  async start(): Promise<this> {
    await this.session.start();
    await this.settle();
    return this;
  }

  /** Lets everything that is under way, and what waits for up to so many milliseconds, happen. */
  async settle(ms = 100): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  async changed(latestTrace?: TraceId, ms = 100): Promise<void> {
    this.session.changed({ revision: ++this.revision, ...(latestTrace && { latestTrace }) });
    await this.settle(ms);
  }

  /** The trace of the first row that is drawn. */
  get drawn(): TraceId | undefined {
    return this.session.shown?.traceId;
  }

  get names(): string[] {
    const { shown } = this.session;
    if (!shown) return [];
    const { columns } = shown.tree;
    return [...shown.visible].map((row) => columns.names[columns.name[row]]);
  }

  get selectedName(): string | undefined {
    const { shown } = this.session;
    if (!shown || shown.selected < 0) return undefined;
    return shown.tree.columns.names[shown.tree.columns.name[shown.selected]];
  }

  rowNamed(name: string): number {
    const { columns } = this.session.shown!.tree;
    return columns.name.findIndex((index) => columns.names[index] === name);
  }

  private host(): WaterfallHost {
    const find = (traceId: TraceId) => this.traces.find(({ columns }) => columns.traceId === traceId);
    const orFail = <T>(value: T): T => {
      if (this.failure) throw this.failure;
      return value;
    };
    return {
      ready: async () => orFail(this.options.target ?? { follow: true }),
      traces: async (limit) => {
        this.asked.traces++;
        return orFail(this.traces.slice(0, limit).map(({ summary }) => summary));
      },
      trace: async (traceId) => {
        this.asked.trace.push(traceId);
        return orFail(find(traceId)?.columns);
      },
      span: async (traceId, spanId, kind) => {
        this.asked.span.push(spanId);
        this.asked.kinds.push(kind);
        return orFail(find(traceId)?.span(spanId));
      },
      logs: async (_, spanId, unplaced) => {
        this.asked.logs.push(`${spanId}${unplaced ? ' and unplaced' : ''}`);
        return orFail(this.logRecords);
      },
      logMarks: async () => orFail(logMarks(this.logRecords)),
      findSpans: async (_, filter) => {
        this.asked.findSpans.push(filter);
        return orFail(this.foundSpans);
      },
      reveal: async (location) => orFail(this.revealed.push(location) > 0),
      revealFrame: async () => orFail(true),
      showing: async (target) => void orFail(this.showing.push(target)),
      copy: async () => {},
      showRedactionSettings: async () => {},
    };
  }
}
