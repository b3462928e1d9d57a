import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { TraceId } from '../../model/ids';
import { parseFilter } from '../../model/spanFilter';
import type { TraceSummary } from '../../model/traceColumns';
import { COMMANDS, CONTEXT_KEYS, VIEWS } from '../../protocol/contributions';
import type { EngineClient } from '../engineClient';
import type { DescribeRun } from '../lines/hoverText';
import { plural } from '../texts';
import { Throttle } from '../throttle';
import { askForFilter } from './filterInput';
import { FirstLook } from './firstLook';
import { type RowsChange, type TraceRow, TraceRows } from './traceRows';
import { traceText, traceTooltip } from './traceText';

/** Rows change where they stand as often as this. */
const REFRESH_MS = 1000;
/** Rows move down at most so often: a row that is aimed at has to stay until it is clicked. */
const BATCH_MS = 4000;
/** Somebody who has just chosen a trace is reading the list. */
const READING_MS = 30_000;
/** A search over everything takes this share of the engine's time at most. */
const SEARCH_SHARE = 1 / 20;
const SHOWN_TRACES = 300;
const TITLE = 'Traces';

/** Stands above the pinned traces. */
const PINNED = { group: 'pinned' } as const;
type Element = TraceRow | typeof PINNED;

/** The list of traces, newest first, the pinned ones on top. It asks the engine only while somebody can see it. */
export class TracesView implements vscode.TreeDataProvider<Element>, Disposable {
  private readonly disposables = new Disposables();
  private readonly treeChanged = this.disposables.add(new vscode.EventEmitter<Element[] | undefined>());
  private readonly refreshSoon = this.disposables.add(new Throttle(REFRESH_MS, () => void this.refresh()));
  private readonly view: vscode.TreeView<Element>;
  private readonly list = new TraceRows(SHOWN_TRACES, looksOf);
  private errorsOnly = false;
  private filter = '';
  private outOfDate = true;
  private hasTraces = false;
  private restoring = false;
  private readingSince = -Infinity;
  private movedAt = -Infinity;
  private searchFrom = -Infinity;
  private laterTimer: NodeJS.Timeout | undefined;
  private newer = 0;
  /** Traces in the store. */
  private held = 0;

  readonly onDidChangeTreeData = this.treeChanged.event;

  constructor(
    private readonly engine: EngineClient,
    private readonly describeRun: DescribeRun,
    memory: vscode.Memento,
  ) {
    this.view = this.disposables.add(vscode.window.createTreeView(VIEWS.traces, { treeDataProvider: this }));
    const firstLook = new FirstLook(this.view, memory);
    this.disposables.add(
      this.view.onDidChangeVisibility(({ visible }) => {
        if (!visible) return;
        firstLook.taken();
        void this.shown();
      }),
    );
    this.disposables.add(
      this.view.onDidChangeSelection(({ selection }) => {
        this.readingSince = selection.length > 0 ? performance.now() : -Infinity;
      }),
    );
    this.disposables.add(engine.onChanged(this.refreshSoon.request));
    this.disposables.add(engine.onState(this.refreshSoon.request));
    this.disposables.add(
      engine.onStatus(({ traces, restoring = false }) => {
        this.held = traces;
        this.knowWhetherRestoring(restoring);
        this.knowWhetherThereAreAny(traces > 0);
        firstLook.tell(traces);
      }),
    );
    this.disposables.onDispose(() => clearTimeout(this.laterTimer));
  }

  getChildren(parent?: Element): Element[] {
    const { rows, pinned } = this.list;
    if (parent) return parent === PINNED ? [...pinned] : [];
    return pinned.length > 0 ? [PINNED, ...rows] : [...rows];
  }

  getTreeItem(element: Element): vscode.TreeItem {
    return 'group' in element ? pinnedItem(this.list.pinned.length) : traceItem(element.trace);
  }

  getParent(element: Element): Element | undefined {
    return 'trace' in element && element.trace.pinned ? PINNED : undefined;
  }

  resolveTreeItem(item: vscode.TreeItem, element: Element): vscode.TreeItem {
    if ('group' in element) return item;
    const { run } = element.trace;
    return {
      ...item,
      tooltip: new vscode.MarkdownString(traceTooltip(element.trace, run && this.describeRun(run)), true),
    };
  }

  showOnly(errorsOnly: boolean): void {
    this.errorsOnly = errorsOnly;
    void setContext(CONTEXT_KEYS.errorsOnly, errorsOnly);
    void this.bringUp();
    void this.startOver();
  }

  async askForFilter(): Promise<void> {
    const hints = this.engine.ask((api) => api.searchHints(), { keys: [], services: [] });
    const filter = await askForFilter(this.filter, hints);
    if (filter === undefined) return;
    this.filter = filter;
    await this.bringUp();
    await this.startOver();
  }

  /** Lets in what waits. */
  async showNewer(): Promise<void> {
    this.readingSince = this.movedAt = -Infinity;
    await this.refresh();
    const [first] = this.list.rows;
    if (first) await this.view.reveal(first, { select: false });
  }

  /** A pin was set or taken away: that is to be seen at once. */
  pinned(): void {
    this.movedAt = -Infinity;
    void this.refresh();
  }

  /** Commands of the palette change a list that may be out of sight. */
  private async bringUp(): Promise<void> {
    if (!this.view.visible) await vscode.commands.executeCommand(`${VIEWS.traces}.focus`);
  }

  /** The selected trace, for commands that are run from the palette. */
  get selected(): TraceId | undefined {
    const [element] = this.view.selection;
    return element && 'trace' in element ? element.traceId : undefined;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private knowWhetherThereAreAny(hasTraces: boolean): void {
    if (hasTraces === this.hasTraces) return;
    this.hasTraces = hasTraces;
    void setContext(CONTEXT_KEYS.hasTraces, hasTraces);
  }

  private knowWhetherRestoring(restoring: boolean): void {
    if (restoring === this.restoring) return;
    this.restoring = restoring;
    void setContext(CONTEXT_KEYS.restoring, restoring);
  }

  private async startOver(): Promise<void> {
    this.list.clear();
    this.movedAt = this.searchFrom = this.readingSince = -Infinity;
    await this.refresh();
  }

  /** What was told to a tree that was still being made may be lost to it: it is told again. */
  private async shown(): Promise<void> {
    if (this.outOfDate) await this.refresh();
    this.treeChanged.fire(undefined);
  }

  /** Asks first and draws then: a list that is asked for while it is drawn shows a progress bar every time. */
  private async refresh(): Promise<void> {
    this.outOfDate = !this.view.visible;
    if (this.outOfDate) return;
    const now = performance.now();
    if (now < this.searchFrom) return this.later(this.searchFrom - now);
    const [newest, pinned] = await this.fetch();
    this.searchFrom = this.filter ? now + (performance.now() - now) / SEARCH_SHARE : -Infinity;
    const change = this.list.take(newest, pinned, this.holdsUntil() > performance.now());
    this.draw(change, newest.length);
  }

  private draw({ moved, came, changed }: RowsChange, found: number): void {
    if (came) this.movedAt = performance.now();
    if (moved) this.treeChanged.fire(undefined);
    else if (changed.length > 0) this.treeChanged.fire([...changed]);
    this.view.message = this.message(found);
    this.tellNewer();
    if (this.list.waiting > 0) this.later(this.holdsUntil() - performance.now());
  }

  /** Until when (by performance.now()) rows must not move. */
  private holdsUntil(): number {
    return Math.max(this.movedAt + BATCH_MS, this.readingSince + READING_MS);
  }

  private later(waitMs: number): void {
    clearTimeout(this.laterTimer);
    this.laterTimer = setTimeout(() => this.refreshSoon.request(), Math.max(waitMs, REFRESH_MS));
  }

  /** Told beside the view's title, where it moves no row; what waits for a few seconds only is not worth a word. */
  private tellNewer(): void {
    const isReading = this.readingSince + READING_MS > performance.now();
    const newer = isReading ? this.list.waiting : 0;
    if (newer === this.newer) return;
    if (newer > 0 !== this.newer > 0) void setContext(CONTEXT_KEYS.newerTraces, newer > 0);
    this.newer = newer;
    // A description is not drawn where the view is alone in its container; its title is.
    this.view.title = newer > 0 ? `${TITLE} · ${newer} newer` : TITLE;
  }

  private async fetch(): Promise<[newest: readonly TraceSummary[], pinned: readonly TraceSummary[]]> {
    const { filter, errorsOnly } = this;
    const parsed = parseFilter(filter);
    if (filter && parsed.fault === undefined) {
      const found = await this.engine.ask((api) => api.searchTraces(parsed.conditions, SHOWN_TRACES), []);
      return [found.filter(({ errors }) => !errorsOnly || errors > 0), []];
    }
    const ask = (pinnedOnly: boolean) =>
      this.engine.ask((api) => api.traces({ limit: SHOWN_TRACES, errorsOnly, pinnedOnly }), []);
    return Promise.all([ask(false), ask(true)]);
  }

  private newestOf(): string {
    return `The newest ${SHOWN_TRACES}${this.held > SHOWN_TRACES ? ` of ${plural(this.held, 'trace')}` : ''}. A filter finds the others.`;
  }

  /** Said above the list while it is narrowed down: an empty list must not look like no traces. */
  private message(shown: number): string | undefined {
    const kind = this.errorsOnly ? 'traces with errors' : 'traces';
    const matching = this.filter ? ` matching ${this.filter}` : '';
    if (!this.errorsOnly && !this.filter) return shown >= SHOWN_TRACES ? this.newestOf() : undefined;
    if (shown === 0) return `No ${kind}${matching}`;
    const counted = shown === 1 ? kind.replace('traces', 'trace') : kind;
    return `${shown >= SHOWN_TRACES ? `The newest ${SHOWN_TRACES}` : shown} ${counted}${matching}`;
  }
}

function looksOf(trace: TraceSummary): string {
  return `${trace.rooted} ${traceText(trace).accessible}`;
}

function pinnedItem(count: number): vscode.TreeItem {
  const item = new vscode.TreeItem('Pinned', vscode.TreeItemCollapsibleState.Expanded);
  return Object.assign(item, { id: 'pinned', iconPath: new vscode.ThemeIcon('pinned'), description: String(count) });
}

function traceItem(trace: TraceSummary): vscode.TreeItem {
  const { label, description, accessible } = traceText(trace);
  return {
    id: trace.pinned ? `pinned ${trace.traceId}` : trace.traceId,
    label,
    description,
    iconPath: icon(trace),
    contextValue: trace.pinned ? 'trace.pinned' : 'trace',
    accessibilityInformation: { label: accessible },
    command: { title: 'Open in waterfall', command: COMMANDS.openTrace, arguments: [trace.traceId] },
  };
}

function icon({ errors, rooted, slow }: TraceSummary): vscode.ThemeIcon {
  if (errors > 0) return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (slow) return new vscode.ThemeIcon('watch', new vscode.ThemeColor('list.warningForeground'));
  return new vscode.ThemeIcon(rooted ? 'circle-small-filled' : 'circle-small');
}

function setContext(key: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, value);
}
