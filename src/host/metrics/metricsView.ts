import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { COMMANDS, CONTEXT_KEYS, VIEWS } from '../../protocol/contributions';
import type { MetricsAnswer } from '../../protocol/engine';
import type { EngineClient } from '../engineClient';
import { Throttle } from '../throttle';
import { ageText, attributesText, exemplarSpan, metricTooltip, valueText } from './metricText';
import { type MetricNode, metricTree } from './metricTree';

const REFRESH_MS = 2000;
const SHOWN_STREAMS = 2000;
const NOTHING: MetricsAnswer = { streams: [], total: 0, left: 0 };

/** The latest value of each metric stream, by service and instrument. It asks the engine only while somebody can see it. */
export class MetricsView implements vscode.TreeDataProvider<MetricNode>, Disposable {
  private readonly disposables = new Disposables();
  private readonly treeChanged = this.disposables.add(new vscode.EventEmitter<void>());
  private readonly refreshSoon = this.disposables.add(new Throttle(REFRESH_MS, () => void this.refresh()));
  private readonly view: vscode.TreeView<MetricNode>;
  private roots: readonly MetricNode[] = [];
  private hasMetrics = false;

  readonly onDidChangeTreeData = this.treeChanged.event;

  constructor(private readonly engine: EngineClient) {
    this.view = this.disposables.add(vscode.window.createTreeView(VIEWS.metrics, { treeDataProvider: this }));
    this.disposables.add(this.view.onDidChangeVisibility(this.refreshSoon.request));
    this.disposables.add(engine.onChanged(this.refreshSoon.request));
    this.disposables.add(engine.onStatus(({ metricStreams }) => this.knowWhetherThereAreAny(metricStreams > 0)));
  }

  getChildren(parent?: MetricNode): MetricNode[] {
    if (!parent) return [...this.roots];
    return parent.kind === 'stream' ? [] : [...parent.children];
  }

  getTreeItem(node: MetricNode): vscode.TreeItem {
    if (node.kind === 'stream') return streamItem(node);
    const item = new vscode.TreeItem(
      node.kind === 'service' ? node.service : node.name,
      vscode.TreeItemCollapsibleState[node.kind === 'service' ? 'Expanded' : 'Collapsed'],
    );
    const icon = node.kind === 'service' ? 'server-process' : 'graph-line';
    return Object.assign(item, {
      id: node.id,
      description: String(node.children.length),
      iconPath: new vscode.ThemeIcon(icon),
    });
  }

  resolveTreeItem(item: vscode.TreeItem, node: MetricNode): vscode.TreeItem {
    if (node.kind !== 'stream') return item;
    const tooltip = new vscode.MarkdownString(metricTooltip(node.stream), true);
    tooltip.isTrusted = { enabledCommands: [COMMANDS.openTrace] };
    return { ...item, tooltip };
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private knowWhetherThereAreAny(hasMetrics: boolean): void {
    if (hasMetrics === this.hasMetrics) return;
    this.hasMetrics = hasMetrics;
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.hasMetrics, hasMetrics);
  }

  private async refresh(): Promise<void> {
    if (!this.view.visible) return;
    const { streams, total, left } = await this.engine.ask((api) => api.metrics({ limit: SHOWN_STREAMS }), NOTHING);
    this.roots = metricTree(streams, attributesText);
    const notes = [
      ...(total > streams.length ? [`${streams.length} of ${total} streams`] : []),
      ...(left > 0 ? [`${left} streams that were silent longest had to leave`] : []),
    ];
    this.view.message = notes.length > 0 ? notes.join(' · ') : undefined;
    this.treeChanged.fire();
  }
}

function streamItem({ id, stream, label }: Extract<MetricNode, { kind: 'stream' }>): vscode.TreeItem {
  const age = ageText(stream.receivedMs, Date.now());
  const attributes = label === stream.name ? [attributesText(stream.attributes)] : [];
  const parts = [valueText(stream), ...attributes, age].filter(Boolean);
  return {
    id,
    label,
    description: parts.join(' · '),
    iconPath: new vscode.ThemeIcon(ICONS[stream.type]),
    contextValue: exemplarSpan(stream) ? 'metric.exemplar' : 'metric',
    accessibilityInformation: { label: [label, ...parts].join(', ') },
  };
}

const ICONS = {
  gauge: 'dashboard',
  sum: 'symbol-numeric',
  histogram: 'graph',
  'exponential histogram': 'graph',
  summary: 'graph',
} as const;
