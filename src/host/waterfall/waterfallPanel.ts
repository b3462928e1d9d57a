import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { SpanId } from '../../model/ids';
import { logMarks } from '../../model/logMarks';
import type { SourceLocation } from '../../model/sourceLocation';
import { parseFilter } from '../../model/spanFilter';
import type { WaterfallHost, WaterfallTarget, WaterfallView } from '../../protocol/waterfall';
import { waterfallHtml } from '../../protocol/waterfallHtml';
import { connectToView } from '../../protocol/waterfallRpc';
import type { EngineClient } from '../engineClient';
import { showRedactionSettings } from '../redactions';
import type { Recording } from '../status/recording';
import { sharedEndpoint } from '../status/statusText';
import type { SourceJump } from './sourceJump';

/** Shown of one span; the latest count. */
const MOST_LOGS = 1000;
/** Of a trace whose bars are marked with them. */
const MOST_LOG_MARKS = 5000;

export interface WaterfallParts {
  readonly extensionUri: vscode.Uri;
  readonly engine: EngineClient;
  readonly recording: Pick<Recording, 'isOn' | 'onChange'>;
  readonly sourceJump: SourceJump;
  readonly log: Log;
  /** Keeps what is shown over a reload of the window. */
  remember(target: WaterfallTarget): Thenable<void>;
}

/** One panel, its page, and the calls between them. Data is fetched when the view asks; nothing is kept but what is shown. */
export class WaterfallPanel implements Disposable {
  private readonly disposables = new Disposables();
  private readonly view: WaterfallView;
  private viewIsUp = false;
  private statusTold = '';

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private target: WaterfallTarget,
    private readonly parts: WaterfallParts,
  ) {
    const { engine, recording, log } = parts;
    const channel = {
      post: (message: unknown) => void panel.webview.postMessage(message),
      listen: (onMessage: (message: unknown) => void) => panel.webview.onDidReceiveMessage(onMessage),
    };
    const onError = (error: Error): void => log.warn(`Waterfall: ${errorMessage(error)}`);
    const view = this.disposables.add(connectToView(channel, this.host(), onError));
    this.view = view;
    this.disposables.add(engine.onChanged((change) => this.tell((view) => view.changed(change))));
    this.disposables.add(engine.onState(() => this.tellStatus()));
    this.disposables.add(engine.onStatus(() => this.tellStatus()));
    this.disposables.add(recording.onChange(() => this.tellStatus()));
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.tellStatus()));
    // A hidden view is thrown away by VS Code; the next one says that it is ready.
    this.disposables.add(panel.onDidChangeViewState(() => (this.viewIsUp &&= panel.visible)));
    this.disposables.onDispose(() => panel.dispose());
    this.load();
  }

  get column(): vscode.ViewColumn | undefined {
    return this.panel.viewColumn;
  }

  get shown(): WaterfallTarget & { readonly viewIsUp: boolean } {
    return { ...this.target, viewIsUp: this.viewIsUp };
  }

  get visible(): boolean {
    return this.panel.visible;
  }

  /** Brings the panel to the front, with the focus or without taking it. */
  bringUp(focus: boolean): void {
    this.panel.reveal(undefined, !focus);
  }

  show(target: WaterfallTarget): void {
    this.target = target;
    this.tell((view) => view.show(target));
  }

  mark(spanIds: readonly SpanId[]): void {
    this.tell((view) => view.mark(spanIds));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private load(): void {
    const { webview } = this.panel;
    const resources = vscode.Uri.joinPath(this.parts.extensionUri, 'dist', 'webview');
    const icon = (theme: string) => vscode.Uri.joinPath(this.parts.extensionUri, 'media', `waterfall-${theme}.svg`);
    this.panel.iconPath = { light: icon('light'), dark: icon('dark') };
    webview.options = { enableScripts: true, localResourceRoots: [resources] };
    webview.html = waterfallHtml({
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(resources, 'waterfall.js')).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  /** What the view may ask for. */
  private host(): WaterfallHost {
    const { engine, sourceJump } = this.parts;
    return {
      ready: async () => {
        this.viewIsUp = true;
        this.statusTold = '';
        this.tellStatus();
        return this.target;
      },
      traces: (limit) => engine.ask((api) => api.traces({ limit }), []),
      trace: (traceId) => engine.ask((api) => api.trace(traceId), undefined),
      span: (traceId, spanId, kind) => engine.ask((api) => api.span(traceId, spanId, kind), undefined),
      logs: (traceId, spanId, unplaced) => engine.ask((api) => api.logs(traceId, spanId, MOST_LOGS, unplaced), []),
      logMarks: async (traceId) =>
        logMarks(await engine.ask((api) => api.logs(traceId, undefined, MOST_LOG_MARKS), [])),
      findSpans: async (traceId, filter) => {
        const { conditions } = { conditions: undefined, ...parseFilter(filter) };
        return conditions ? engine.ask((api) => api.searchTrace(traceId, conditions), []) : [];
      },
      reveal: (location) => sourceJump.open(location, this.panel.viewColumn),
      revealFrame: async (frame, service) => {
        const asItIs: SourceLocation = { ...frame, confidence: 'possible', reason: 'stack trace' };
        const location = await engine.ask((api) => api.sourceOf(frame, service), asItIs);
        return sourceJump.open(location, this.panel.viewColumn);
      },
      showing: async (target) => {
        this.target = target;
        await this.parts.remember(target);
      },
      copy: async (text) => vscode.env.clipboard.writeText(text),
      showRedactionSettings: async () => void (await showRedactionSettings()),
    };
  }

  private tellStatus(): void {
    const { state, status } = this.parts.engine;
    const told = {
      engine: state === 'ready' ? ('ready' as const) : ('restarting' as const),
      endpoint: status && sharedEndpoint(status),
      problems: status?.problems ?? [],
      ...(!vscode.workspace.isTrusted && { restricted: true }),
      ...(this.parts.recording.isOn && { recording: true }),
    };
    const text = JSON.stringify(told);
    if (text === this.statusTold) return;
    this.statusTold = text;
    this.tell((view) => view.status(told));
  }

  private tell(event: (view: WaterfallView) => void): void {
    if (this.viewIsUp) event(this.view);
  }
}
