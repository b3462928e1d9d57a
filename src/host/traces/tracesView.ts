import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { TraceId } from '../../model/ids';
import type { TraceSummary } from '../../model/traceColumns';
import { COMMANDS, CONTEXT_KEYS, VIEWS } from '../../protocol/contributions';
import type { EngineClient } from '../engineClient';
import { Throttle } from '../throttle';
import { traceText, traceTooltip } from './traceText';

/** Rows move down when newer ones come in; oftener than that nobody could click the one that they aim at. */
const REFRESH_MS = 1000;
const SHOWN_TRACES = 300;

/** The list of traces, newest first. It asks the engine only while somebody can see it. */
export class TracesView implements vscode.TreeDataProvider<TraceSummary>, Disposable {
  private readonly disposables = new Disposables();
  private readonly treeChanged = this.disposables.add(new vscode.EventEmitter<void>());
  private readonly refreshSoon = this.disposables.add(new Throttle(REFRESH_MS, () => void this.refresh()));
  private readonly view: vscode.TreeView<TraceSummary>;
  private errorsOnly = false;
  private text = '';
  private outOfDate = false;
  private hasTraces = false;
  private shown: readonly TraceSummary[] | undefined;

  readonly onDidChangeTreeData = this.treeChanged.event;

  constructor(private readonly engine: EngineClient) {
    this.view = this.disposables.add(vscode.window.createTreeView(VIEWS.traces, { treeDataProvider: this }));
    this.disposables.add(
      this.view.onDidChangeVisibility(({ visible }) => visible && this.outOfDate && void this.refresh()),
    );
    this.disposables.add(engine.onChanged(this.refreshSoon.request));
    this.disposables.add(engine.onState(this.refreshSoon.request));
    this.disposables.add(engine.onStatus(({ traces }) => this.knowWhetherThereAreAny(traces > 0)));
  }

  async getChildren(parent?: TraceSummary): Promise<TraceSummary[]> {
    if (parent) return [];
    this.shown ??= await this.fetch();
    return [...this.shown];
  }

  getTreeItem(trace: TraceSummary): vscode.TreeItem {
    const { label, description, accessible } = traceText(trace);
    return {
      id: trace.traceId,
      label,
      description,
      iconPath: icon(trace),
      contextValue: 'trace',
      accessibilityInformation: { label: accessible },
      command: { title: 'Open in waterfall', command: COMMANDS.openTrace, arguments: [trace.traceId] },
    };
  }

  resolveTreeItem(item: vscode.TreeItem, trace: TraceSummary): vscode.TreeItem {
    return { ...item, tooltip: new vscode.MarkdownString(traceTooltip(trace), true) };
  }

  showOnly(errorsOnly: boolean): void {
    this.errorsOnly = errorsOnly;
    void setContext(CONTEXT_KEYS.errorsOnly, errorsOnly);
    void this.refresh();
  }

  async askForFilter(): Promise<void> {
    const text = await vscode.window.showInputBox({
      title: 'Filter Traces',
      prompt: 'Part of a root span’s name, a service or a trace id; empty shows all',
      value: this.text,
    });
    if (text === undefined) return;
    this.text = text.trim();
    await this.refresh();
  }

  /** The selected trace, for commands that are run from the palette. */
  get selected(): TraceId | undefined {
    return this.view.selection[0]?.traceId;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private knowWhetherThereAreAny(hasTraces: boolean): void {
    if (hasTraces === this.hasTraces) return;
    this.hasTraces = hasTraces;
    void setContext(CONTEXT_KEYS.hasTraces, hasTraces);
  }

  /** Asks first and draws then: a list that is asked for while it is drawn shows a progress bar every time. */
  private async refresh(): Promise<void> {
    this.outOfDate = !this.view.visible;
    if (this.outOfDate) return;
    const traces = await this.fetch();
    if (isSameList(traces, this.shown)) return;
    this.shown = traces;
    this.treeChanged.fire();
  }

  private async fetch(): Promise<readonly TraceSummary[]> {
    const query = { limit: SHOWN_TRACES, errorsOnly: this.errorsOnly, ...(this.text && { text: this.text }) };
    const traces = await this.engine.ask((api) => api.traces(query), []);
    this.view.message = this.message(traces.length);
    return traces;
  }

  /** Said above the list while it is narrowed down: an empty list must not look like no traces. */
  private message(shown: number): string | undefined {
    const kind = this.errorsOnly ? 'traces with errors' : 'traces';
    const matching = this.text ? ` matching “${this.text}”` : '';
    if (!this.errorsOnly && !this.text) return shown === SHOWN_TRACES ? `The newest ${shown} traces` : undefined;
    return shown === 0
      ? `No ${kind}${matching}`
      : `${shown === SHOWN_TRACES ? 'The newest ' : ''}${shown} ${kind}${matching}`;
  }
}

function isSameList(one: readonly TraceSummary[], other: readonly TraceSummary[] | undefined): boolean {
  const picture = (trace: TraceSummary): string => `${trace.traceId} ${trace.rooted} ${traceText(trace).accessible}`;
  return one.length === other?.length && one.every((trace, index) => picture(trace) === picture(other[index]));
}

function icon({ errors, rooted }: TraceSummary): vscode.ThemeIcon {
  if (errors > 0) return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  return new vscode.ThemeIcon(rooted ? 'circle-small-filled' : 'circle-small');
}

function setContext(key: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, value);
}
