import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { EngineClient } from '../engineClient';
import type { DocumentLines } from '../lines/documentLines';
import type { WaterfallPanels } from './waterfallPanels';

const SETTLE_MS = 120;
const MOST_SPANS = 500;

/** While the waterfall is in sight it marks the spans of the line that the cursor stands on. */
export class CursorMarks implements Disposable {
  private readonly disposables = new Disposables();
  private timer: NodeJS.Timeout | undefined;
  private marked = false;

  constructor(
    private readonly lines: DocumentLines,
    private readonly engine: EngineClient,
    private readonly panels: WaterfallPanels,
  ) {
    this.disposables.add(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.mark(textEditor), SETTLE_MS);
      }),
    );
    this.disposables.onDispose(() => clearTimeout(this.timer));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async mark({ document, selection }: vscode.TextEditor): Promise<void> {
    if (!this.panels.visible) return;
    const placed = (await this.lines.of(document)).find(({ line }) => line === selection.active.line);
    if (!placed && !this.marked) return;
    const spans = placed
      ? await this.engine.ask((api) => api.spansAt(placed.path, placed.stats.line, MOST_SPANS), [])
      : [];
    this.marked = spans.length > 0;
    this.panels.mark(spans.map(({ spanId }) => spanId));
  }
}
