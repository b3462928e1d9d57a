import { type Disposable, Disposables } from '../../../src/base/disposables';
import { Emitter } from '../../../src/base/emitter';
import type { SpanId, TraceId } from '../../../src/model/ids';
import { ServiceColours } from '../../../src/model/serviceColours';
import type { SourceLocation } from '../../../src/model/sourceLocation';
import type { StackTarget } from '../../../src/model/stackFrames';
import { SPAN_FLAG, type TraceColumns, type TraceSummary } from '../../../src/model/traceColumns';
import type {
  WaterfallChange,
  WaterfallHost,
  WaterfallStatus,
  WaterfallTarget,
  WaterfallView,
} from '../../../src/protocol/waterfall';
import { type Details, DetailsLoader } from './detailsLoader';
import { type Follow, Following } from './following';
import type { Intent, IntentStore, Layout } from './intent';
import { LIST_LIMIT, LiveTraces } from './liveTraces';
import { Memory } from './memory';
import { ShownTrace } from './shownTrace';
import { SpanFinder } from './spanFinder';
import { SpanLogs } from './spanLogs';
import { SpanCache } from './spanCache';
import { TraceLogMarks } from './traceLogMarks';

export type Phase =
  /** Nothing is known yet. */
  | 'loading'
  /** The store holds no trace. */
  | 'empty'
  /** The wanted trace is not in the store. */
  | 'gone'
  | 'ready';

/** Everything that the waterfall shows, and what can be done with it; knows no DOM. */
export class Session implements WaterfallView, Disposable {
  phase: Phase = 'loading';
  engineStatus: WaterfallStatus = { engine: 'ready', problems: [] };
  summaries: readonly TraceSummary[] = [];
  shown: ShownTrace | undefined;
  /** The trace that is drawn is not in the store any more. */
  stale = false;
  critical: boolean;
  columns: ReadonlySet<string>;
  layout: Layout;
  /** What could not be done, in words, until the next thing is done. */
  problem: string | undefined;
  readonly colours: ServiceColours;
  readonly spans: SpanCache;
  /** Log records of the selected span. */
  readonly logs: SpanLogs;
  readonly logMarks: TraceLogMarks;

  private wantedTrace: TraceId | undefined;
  private wantedSpan: SpanId | undefined;
  private readonly memory: Memory;
  private lastSummary: TraceSummary | undefined;
  private marked: readonly SpanId[] = [];
  private query = '';
  private readonly owned = new Disposables();
  private readonly following: Following;
  private readonly live: LiveTraces;
  private readonly detailsLoader: DetailsLoader;
  /** The details are of a span that had not ended when they were asked for. */
  private selectedRuns = false;
  private readonly finder: SpanFinder;
  private readonly emitter: Emitter<void>;

  constructor(
    private readonly host: WaterfallHost,
    intents: IntentStore,
    onError: (error: unknown) => void,
  ) {
    this.emitter = this.owned.add(new Emitter<void>(onError));
    this.memory = new Memory(intents, (target) => {
      host.showing(target).catch((error: unknown) => this.failed(error));
    });
    const { critical, layout, columns, follow, colours } = this.memory.last;
    this.colours = new ServiceColours(colours);
    [this.critical, this.layout, this.columns] = [critical, layout, new Set(columns)];
    this.following = this.owned.add(new Following(follow ? 'on' : 'off', (newest) => this.open(newest)));
    this.spans = new SpanCache((traceId, spanId, kind) => host.span(traceId, spanId, kind));
    this.detailsLoader = this.owned.add(new DetailsLoader(this.spans, () => this.changedState()));
    this.logs = this.owned.add(new SpanLogs(host, () => this.changedState()));
    this.logMarks = this.owned.add(new TraceLogMarks(host, () => this.changedState()));
    this.finder = this.owned.add(new SpanFinder(host, (found) => this.foundSpans(found)));
    this.live = this.owned.add(
      new LiveTraces(host, {
        listed: (summaries) => this.listed(summaries),
        read: (traceId, columns) => this.read(traceId, columns),
        failed: (error) => this.failed(error),
      }),
    );
  }

  readonly onChange = (listener: () => void): Disposable => this.emitter.on(listener);

  /** Says hello to the host and shows what it, or else what was remembered, asks for. */
  async start(): Promise<void> {
    const { traceId, spanId, follow } = this.memory.last;
    const target = await this.host.ready().catch((error: unknown) => this.failed(error));
    // Its services have their colours before one trace takes its own.
    this.live.reload();
    if (target) this.show(target.traceId || target.follow || !traceId ? target : { traceId, spanId, follow });
  }

  // What the host tells.

  show(target: WaterfallTarget): void {
    this.following.switch(target.follow);
    if (target.traceId) this.open(target.traceId, target.spanId);
    else if (target.follow) this.followNewest();
    this.changedState();
  }

  changed(change: WaterfallChange): void {
    if (change.cleared) this.forgetAll();
    this.live.changed(change);
  }

  mark(spanIds: readonly SpanId[]): void {
    this.marked = spanIds;
    this.shown?.mark(spanIds);
    this.changedState();
  }

  status(status: WaterfallStatus): void {
    const restarted = this.engineStatus.engine === 'restarting' && status.engine === 'ready';
    this.engineStatus = status;
    if (restarted) this.live.reload();
    this.changedState();
  }

  // What the user does.

  /** Opens a trace from the list; following pauses. */
  choose(traceId: TraceId, spanId?: SpanId): void {
    this.following.pause();
    this.open(traceId, spanId);
    this.changedState();
  }

  toggleFollow(): void {
    this.following.switch(!this.following.isOn);
    if (this.following.isOn) this.followNewest();
    this.changedState();
  }

  get follow(): Follow {
    return this.following.state;
  }

  get details(): Details | undefined {
    return this.detailsLoader.details;
  }

  /** Traces that are newer than the one shown, while following is paused. */
  get newer(): { readonly count: number; readonly orMore: boolean } {
    const position = this.summaries.findIndex(({ traceId }) => traceId === this.wantedTrace);
    const orMore = position < 0 && this.listsNewestOnly && this.wantedTrace !== undefined;
    return { count: orMore ? this.summaries.length : Math.max(position, 0), orMore };
  }

  /** There may be older traces than those in the list. */
  get listsNewestOnly(): boolean {
    return this.summaries.length >= LIST_LIMIT;
  }

  get summary(): TraceSummary | undefined {
    const { lastSummary, shown } = this;
    const listed = this.summaries.find(({ traceId }) => traceId === shown?.traceId);
    return listed ?? (lastSummary?.traceId === shown?.traceId ? lastSummary : undefined);
  }

  /** @param row -1 to select nothing */
  select(row: number): void {
    const { shown } = this;
    if (!shown) return;
    if (row >= 0) this.following.pause();
    shown.select(row);
    this.selectionMoved();
    this.changedState();
  }

  /** Selects the span of a row and opens the line that made it. */
  async openLine(row: number): Promise<void> {
    this.select(row);
    const { shown } = this;
    const spanId = shown?.selectedId;
    if (!shown || !spanId) return;
    try {
      const span = await this.spans.get(shown.traceId, spanId, shown.selectedKind);
      if (span?.location) await this.host.reveal(span.location);
      else this.say(span ? 'No source line is known for this span.' : 'This span has left the store.');
    } catch (error) {
      this.failed(error);
    }
  }

  reveal(location: SourceLocation): void {
    this.host.reveal(location).catch((error: unknown) => this.failed(error));
  }

  revealFrame(frame: StackTarget, service: string): void {
    this.host.revealFrame(frame, service).catch((error: unknown) => this.failed(error));
  }

  copy(text: string): void {
    this.host.copy(text).catch((error: unknown) => this.failed(error));
  }

  showRedactionSettings(): void {
    this.host.showRedactionSettings().catch((error: unknown) => this.failed(error));
  }

  search(query: string): void {
    this.query = query;
    this.findSpans();
    this.changedState();
  }

  /** Names and the like are here; the engine is asked for what else may match, and answers in a moment. */
  private findSpans(): void {
    const { shown, query } = this;
    if (shown) shown.search(query, this.finder.want(shown.traceId, query));
  }

  private foundSpans(found: readonly SpanId[]): void {
    this.shown?.search(this.query, found);
    this.changedState();
  }

  get searchQuery(): string {
    return this.query;
  }

  /** Selects the next (1) or previous (-1) match. */
  goToMatch(step: 1 | -1): void {
    const row = this.shown?.nextMatch(step) ?? -1;
    if (row >= 0) this.select(row);
  }

  /** Runs a change of the shown trace that keeps the selection: folding, zooming. */
  alter(change: (shown: ShownTrace) => void): void {
    const { shown } = this;
    if (!shown) return;
    change(shown);
    if (shown.selectedId !== this.wantedSpan && this.details) this.selectionMoved();
    this.changedState();
  }

  setCritical(on: boolean): void {
    this.critical = on;
    this.changedState();
  }

  toggleColumn(id: string): void {
    const columns = new Set(this.columns);
    if (!columns.delete(id)) columns.add(id);
    this.columns = columns;
    this.changedState();
  }

  setLayout(layout: Partial<Layout>): void {
    this.layout = { ...this.layout, ...layout };
    this.changedState();
  }

  say(problem: string | undefined): void {
    this.problem = problem;
    this.changedState();
  }

  dispose(): void {
    this.owned.dispose();
  }

  // What the store tells.

  private listed(summaries: readonly TraceSummary[]): void {
    // While it is looked at, newer ones may push it out of the list.
    this.lastSummary = this.summary;
    this.summaries = summaries;
    this.colours.foresee([...new Set(summaries.flatMap(({ services }) => services))]);
    if (summaries.length === 0 && !this.shown) this.phase = 'empty';
    else if (this.phase === 'empty') this.phase = 'loading';
    if (this.following.isOn) this.followNewest();
    else if (!this.wantedTrace && summaries.length > 0) this.open(summaries[0].traceId);
    this.changedState();
  }

  private read(traceId: TraceId, columns: TraceColumns | undefined): void {
    if (columns) this.draw(columns);
    else if (this.shown?.traceId === traceId) this.stale = true;
    else {
      this.shown = undefined;
      this.fetchDetails();
      this.phase = this.summaries.length === 0 ? 'empty' : 'gone';
    }
    this.changedState();
  }

  private draw(columns: TraceColumns): void {
    this.phase = 'ready';
    this.stale = false;
    this.problem = undefined;
    this.colours.assign(columns.services);
    const same = this.shown?.traceId === columns.traceId;
    if (same) this.shown?.update(columns);
    else this.shown = ShownTrace.of(columns, this.rememberedFolds(columns.traceId));
    const shown = this.shown!;
    shown.mark(this.marked);
    this.findSpans();
    if (this.wantedSpan && this.wantedSpan !== shown.selectedId) shown.selectSpan(this.wantedSpan);
    const isOther = this.details?.spanId !== shown.selectedId || this.details?.kind !== shown.selectedKind;
    const hasEnded = this.selectedRuns && !runs(shown);
    if (isOther || hasEnded) this.fetchDetails();
    else this.fetchLogs();
  }

  private open(traceId: TraceId, spanId?: SpanId): void {
    if (traceId !== this.wantedTrace) this.problem = undefined;
    this.wantedTrace = traceId;
    this.wantedSpan = spanId;
    if (this.shown?.traceId === traceId) {
      if (spanId && this.shown.selectSpan(spanId)) this.fetchDetails();
    } else if (this.phase !== 'ready') this.phase = 'loading';
    this.live.want(traceId);
  }

  private followNewest(): void {
    this.following.next(() => {
      const newest = this.summaries[0]?.traceId;
      return newest === this.wantedTrace ? undefined : newest;
    });
  }

  private selectionMoved(): void {
    this.wantedSpan = this.shown?.selectedId;
    this.fetchDetails();
  }

  private forgetAll(): void {
    this.summaries = [];
    this.lastSummary = undefined;
    this.shown = undefined;
    this.fetchDetails();
    this.wantedTrace = undefined;
    this.wantedSpan = undefined;
    this.spans.clear();
    this.live.want(undefined);
    this.phase = 'empty';
    this.changedState();
  }

  private fetchDetails(): void {
    const { shown } = this;
    this.detailsLoader.want(shown?.traceId, shown?.selectedId, shown?.selectedKind ?? 'unspecified');
    this.selectedRuns = shown !== undefined && runs(shown);
    this.fetchLogs();
  }

  private fetchLogs(): void {
    const { shown } = this;
    // Records of the trace that name no span are shown with the first row, which is its root.
    this.logs.want(shown?.traceId, shown?.selectedId, shown?.selected === 0);
    this.logMarks.want(shown?.traceId, shown?.tree.columns.epoch ?? '0');
  }

  private failed(error: unknown): void {
    this.say(error instanceof Error ? error.message : String(error));
  }

  private changedState(): void {
    this.emitter.fire();
    this.memory.renew(() => this.intent());
  }

  /** What is to be remembered; nothing before anything was shown. */
  private intent(): Intent | undefined {
    const { shown, critical, columns, layout, wantedTrace: traceId, wantedSpan: spanId } = this;
    if (!traceId && this.phase === 'loading') return undefined;
    const collapsed = shown?.traceId === traceId && shown ? shown.collapsedSpans() : this.memory.last.collapsed;
    const target = { ...(traceId && { traceId }), ...(spanId && { spanId }), follow: this.following.isOn };
    return { ...target, collapsed, critical, columns: [...columns], layout, colours: this.colours.given };
  }

  private rememberedFolds(traceId: TraceId): readonly SpanId[] {
    const { last } = this.memory;
    return last.traceId === traceId ? last.collapsed : [];
  }
}

function runs({ tree, selected }: ShownTrace): boolean {
  return selected >= 0 && (tree.columns.flags[selected] & SPAN_FLAG.open) !== 0;
}
