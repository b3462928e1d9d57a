import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { SpanId } from '../../model/ids';
import { WATERFALL_VIEW_TYPE } from '../../protocol/contributions';
import type { WaterfallTarget } from '../../protocol/waterfall';
import { checkedTarget } from '../../protocol/waterfallGuards';
import { WaterfallPanel, type WaterfallParts } from './waterfallPanel';

const LAST_TARGET = 'waterfall.target';
const NEWEST: WaterfallTarget = { follow: true };

/** Opens the waterfall, of which there is one at most, and brings it back after a reload of the window. */
export class WaterfallPanels implements vscode.WebviewPanelSerializer, Disposable {
  private readonly disposables = new Disposables();
  private readonly parts: WaterfallParts;
  private open: WaterfallPanel | undefined;

  constructor(
    parts: Omit<WaterfallParts, 'remember'>,
    private readonly memory: vscode.Memento,
  ) {
    this.parts = { ...parts, remember: (target) => memory.update(LAST_TARGET, target) };
    this.disposables.add(vscode.window.registerWebviewPanelSerializer(WATERFALL_VIEW_TYPE, this));
    this.disposables.onDispose(() => this.open?.dispose());
  }

  /**
   * Shows the waterfall beside the editor: on `target`, else on what it showed last, else on the newest trace. `focus`: keys go to it from
   * then on.
   */
  show(target?: WaterfallTarget, focus = false): void {
    if (this.open) {
      this.open.bringUp(focus);
      if (target) this.open.show(target);
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: !focus };
    this.take(vscode.window.createWebviewPanel(WATERFALL_VIEW_TYPE, 'Waterfall', column), target ?? NEWEST);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const target = await this.whatIsLeftOf(rememberedTarget(this.memory.get(LAST_TARGET)));
    if (this.open) panel.dispose();
    else this.take(panel, target);
  }

  /** Marks the spans that the editor's cursor stands on. */
  mark(spanIds: readonly SpanId[]): void {
    this.open?.mark(spanIds);
  }

  get shown(): WaterfallPanel['shown'] | undefined {
    return this.open?.shown;
  }

  get column(): vscode.ViewColumn | undefined {
    return this.open?.column;
  }

  get visible(): boolean {
    return this.open?.visible ?? false;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** The engine may hold no trace of the time before the window was loaded again; then what comes next is shown. */
  private async whatIsLeftOf(target: WaterfallTarget): Promise<WaterfallTarget> {
    const { traceId } = target;
    if (!traceId) return target;
    const found = await this.parts.engine.ask((api) => api.traces({ limit: 1, text: traceId }), []);
    return found.length > 0 ? target : NEWEST;
  }

  private take(panel: vscode.WebviewPanel, target: WaterfallTarget): void {
    const open = new WaterfallPanel(panel, target, this.parts);
    this.open = open;
    panel.onDidDispose(() => {
      open.dispose();
      if (this.open === open) this.open = undefined;
    });
  }
}

function rememberedTarget(stored: unknown): WaterfallTarget {
  try {
    return stored === undefined ? NEWEST : checkedTarget(stored);
  } catch {
    return NEWEST; // another version wrote it
  }
}
