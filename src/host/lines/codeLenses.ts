import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { COMMANDS } from '../../protocol/contributions';
import { AnsweredThrottle } from '../answeredThrottle';
import type { HostSettings } from '../settings';
import { type DocumentLines, MEASURED_DOCUMENTS } from './documentLines';
import { lensText, lensTooltip } from './lensText';

/** Durations that change more often than this cannot be read. */
const REST_MS = 400;
/** An editor that has not asked for lenses by then shows none of the documents. */
const PATIENCE_MS = 5_000;

/** Durations above the lines that made the spans. */
export class CodeLenses implements vscode.CodeLensProvider, Disposable {
  private readonly disposables = new Disposables();
  private readonly refresh = this.disposables.add(new vscode.EventEmitter<void>());
  private readonly refreshSoon = this.disposables.add(
    new AnsweredThrottle({
      restMs: REST_MS,
      patienceMs: PATIENCE_MS,
      // The editor asks 250 ms or more after the last hint: hints that follow faster would put it off for as long as spans come.
      hint: () => this.refreshWhereDifferent(),
    }),
  );
  private readonly changed = new Set<vscode.TextDocument>();
  /** What each document shows, to leave the editor in peace when nothing would look different. */
  private readonly shown = new WeakMap<vscode.TextDocument, string>();

  readonly onDidChangeCodeLenses = this.refresh.event;

  constructor(
    private readonly lines: DocumentLines,
    private readonly settings: HostSettings,
  ) {
    this.disposables.add(
      lines.onChanged((documents) => {
        for (const document of documents) this.changed.add(document);
        this.refreshSoon.request();
      }),
    );
    this.disposables.add(settings.onChange(['codeLens.enabled'], () => this.refresh.fire()));
    this.disposables.add(vscode.languages.registerCodeLensProvider(MEASURED_DOCUMENTS, this));
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    this.refreshSoon.answered();
    if (!this.settings.get('codeLens.enabled', document.uri)) return [];
    const lines = await this.lines.of(document);
    const lenses = lines.map(({ line, stats, path }) => {
      const command = {
        title: lensText(stats),
        tooltip: lensTooltip(stats),
        command: COMMANDS.openLine,
        arguments: [path, stats.line],
      };
      return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
    });
    this.shown.set(document, lenses.map(picture).join('\n'));
    return lenses;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Whether the editor was told. */
  private async refreshWhereDifferent(): Promise<boolean> {
    const documents = [...this.changed];
    this.changed.clear();
    for (const document of documents) {
      const lines = await this.lines.of(document);
      const now = lines.map(({ line, stats }) => `${line} ${lensText(stats)}`).join('\n');
      if (now === (this.shown.get(document) ?? '')) continue;
      this.refresh.fire();
      return true;
    }
    return false;
  }
}

function picture({ range, command }: vscode.CodeLens): string {
  return `${range.start.line} ${command?.title ?? ''}`;
}
