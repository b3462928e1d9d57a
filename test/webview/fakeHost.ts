/**
 * Runs in the test page before the waterfall's bundle: stands for VS Code and the extension host. Messages go through structured
 * clones, as they do through `postMessage`.
 */
import type { SpanId, TraceId } from '../../src/model/ids';
import type { SourceLocation } from '../../src/model/sourceLocation';
import type { StackTarget } from '../../src/model/stackFrames';
import type { WaterfallTarget, WaterfallView } from '../../src/protocol/waterfall';
import { connectToView } from '../../src/protocol/waterfallRpc';
import type { FakeHostOptions } from './fakeHostOptions';
import { largeTrace, SCENARIOS } from './scenarios';
import { logMarksOf, logRecordsOf, partOf, type SyntheticTrace, traceOf } from './synthetic';

/** What a test can see and do from outside, as `window.fakeHost`. */
export class FakeHost {
  traces: SyntheticTrace[];
  readonly revealed: SourceLocation[] = [];
  readonly frames: (StackTarget & { readonly service: string })[] = [];
  readonly copied: string[] = [];
  readonly errors: string[] = [];
  shown: WaterfallTarget | undefined;
  state: unknown;
  settingsShown = 0;
  readonly calls = { traces: 0, trace: 0, span: 0 };
  readonly view: WaterfallView;
  private revision = 1;
  private generated = 1_000;
  private whole: SyntheticTrace | undefined;

  constructor(private readonly options: FakeHostOptions) {
    const { scenario } = options;
    this.traces =
      typeof scenario === 'string'
        ? SCENARIOS[scenario]()
        : scenario.map((roots, index) => traceOf(roots, scenario.length - index));
    this.state = options.state;
    const listeners = new Set<(message: unknown) => void>();
    Object.assign(window, {
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => {
          const copy: unknown = structuredClone(message);
          queueMicrotask(() => listeners.forEach((listener) => listener(copy)));
        },
        getState: () => this.state,
        setState: (state: unknown) => (this.state = structuredClone(state)),
      }),
    });
    this.view = connectToView(
      {
        post: (message) => window.postMessage(message),
        listen: (listener) => {
          listeners.add(listener);
          return { dispose: () => listeners.delete(listener) };
        },
      },
      this.functions(),
      (error) => this.errors.push(error.message),
    );
    addEventListener('securitypolicyviolation', (event) => this.errors.push(`CSP: ${event.violatedDirective}`));
    addEventListener('error', (event) => this.errors.push(event.message));
    addEventListener('unhandledrejection', (event) => this.errors.push(String(event.reason)));
  }

  /** Puts more traces at the front, as if a program had sent them. */
  add(...traces: SyntheticTrace[]): void {
    this.traces = [...traces, ...this.traces];
    this.tellChanged(traces[0]?.columns.traceId);
  }

  /** Puts a generated trace at the front and gives its id. */
  addLarge(spans: number): TraceId {
    const trace = largeTrace(spans, this.traces.length + 1);
    this.add(trace);
    return trace.columns.traceId;
  }

  /** A generated trace with services of its own, in the place of all others; gives its id. */
  replaceAll(spans: number): TraceId {
    const trace = largeTrace(spans, ++this.generated, `of-${this.generated}`);
    this.traces = [trace];
    this.tellChanged(trace.columns.traceId);
    return trace.columns.traceId;
  }

  /** Lets the newest trace be known as if every fourth of its leaves had not arrived; `complete` brings them. */
  holdBack(): void {
    [this.whole] = this.traces;
    this.replaceNewest(partOf(this.whole, (row) => row % 4 !== 0));
  }

  complete(): void {
    if (this.whole) this.replaceNewest(this.whole);
  }

  private replaceNewest(trace: SyntheticTrace): void {
    this.traces = [trace, ...this.traces.slice(1)];
    this.tellChanged(trace.columns.traceId);
  }

  remove(traceId: TraceId): void {
    this.traces = this.traces.filter(({ columns }) => columns.traceId !== traceId);
    this.tellChanged();
  }

  tellChanged(latestTrace?: TraceId): void {
    this.view.changed({ revision: ++this.revision, ...(latestTrace && { latestTrace }) });
  }

  private functions() {
    const find = (traceId: TraceId) => this.traces.find(({ columns }) => columns.traceId === traceId);
    const { target, status, silent } = this.options;
    return {
      ready: async () => {
        if (status) queueMicrotask(() => this.view.status(status));
        return target ?? { follow: true };
      },
      traces: async (limit: number) => {
        this.calls.traces++;
        return silent ? new Promise<never>(() => {}) : this.traces.slice(0, limit).map(({ summary }) => summary);
      },
      trace: async (traceId: TraceId) => {
        this.calls.trace++;
        return silent ? new Promise<never>(() => {}) : find(traceId)?.columns;
      },
      span: async (traceId: TraceId, spanId: Parameters<SyntheticTrace['span']>[0]) => {
        this.calls.span++;
        return find(traceId)?.span(spanId);
      },
      logs: async (_: TraceId, spanId: SpanId) => (this.options.logs ? logRecordsOf(spanId) : []),
      logMarks: async (traceId: TraceId) => (this.options.logs ? logMarksOf(find(traceId)?.columns) : []),
      findSpans: async () => [],
      reveal: async (location: SourceLocation) => this.revealed.push(location) > 0,
      revealFrame: async (frame: StackTarget, service: string) => this.frames.push({ ...frame, service }) > 0,
      showing: async (shown: WaterfallTarget) => void (this.shown = shown),
      copy: async (text: string) => void this.copied.push(text),
      showRedactionSettings: async () => void this.settingsShown++,
    };
  }
}

declare global {
  interface Window {
    fakeHost: FakeHost;
    fakeHostOptions: FakeHostOptions;
  }
}

function applyTheme({ themeKind, properties }: FakeHostOptions): void {
  for (const [name, value] of Object.entries(properties)) document.documentElement.style.setProperty(name, value);
  document.body.classList.add(themeKind);
  document.body.dataset.vscodeThemeKind = themeKind;
}

window.fakeHost = new FakeHost(window.fakeHostOptions);
if (document.body) applyTheme(window.fakeHostOptions);
else {
  const waiting = new MutationObserver(() => {
    if (!document.body) return;
    waiting.disconnect();
    applyTheme(window.fakeHostOptions);
  });
  waiting.observe(document, { childList: true, subtree: true });
}
