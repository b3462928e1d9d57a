import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import { errorMessage, type Log } from '../../base/log';
import type { RunId } from '../../model/ids';
import { PRELOAD_SYMBOL } from '../../protocol/preload';
import type { EngineClient } from '../engineClient';
import { withTimeout } from '../withTimeout';
import { type AdapterMessage, ThreadPauses } from './threadPauses';

export interface DebugPausesOptions {
  readonly engine: EngineClient;
  readonly log: Log;
  /** The run that a session was opened with at the engine; undefined for sessions that are none of ours. */
  sessionRun(session: vscode.DebugSession): RunId | undefined;
}

const NODE_ADAPTERS = new Set(['node', 'pwa-node', 'node-terminal']);
/** A program that stands at a breakpoint answers in milliseconds, or not at all. */
const SNAPSHOT_TIMEOUT_MS = 5_000;
const SNAPSHOT = `globalThis[Symbol.for('${PRELOAD_SYMBOL}')]?.snapshot()`;

/**
 * Tells the engine when the debugger stops a program and lets it go on, and fetches at each stop what the program has not sent: it
 * sends nothing by itself while it stands. Every process and worker of a Node program has a debug session of its own below the
 * program's; each stops by itself.
 */
export class DebugPauses implements Disposable {
  private readonly disposables = new Disposables();

  constructor(private readonly parts: DebugPausesOptions) {
    this.disposables.add(
      vscode.debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: (session) => this.tracker(session),
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private tracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const pauses = new ThreadPauses((pause) => {
      const run = this.parts.sessionRun(session);
      if (run) void this.parts.engine.ask((api) => api.paused(run, pause), undefined);
    });
    return {
      onWillReceiveMessage: (message: AdapterMessage) => pauses.fromEditor(message),
      onDidSendMessage: (message: AdapterMessage) => {
        const begun = pauses.fromAdapter(message);
        if (begun) void this.lookInside(session, begun.id);
      },
      onWillStopSession: () => pauses.end(),
      onExit: () => pauses.end(),
    };
  }

  private async lookInside(session: vscode.DebugSession, pauseId: string): Promise<void> {
    const run = this.parts.sessionRun(session);
    if (!run || !NODE_ADAPTERS.has(session.type)) return;
    try {
      const asking = Promise.resolve(session.customRequest('evaluate', { expression: SNAPSHOT, context: 'clipboard' }));
      const { result } = (await withTimeout(asking, SNAPSHOT_TIMEOUT_MS, 'its answer')) as { result?: unknown };
      const batches = textOf(result);
      if (batches) await this.parts.engine.ask((api) => api.snapshot(run, pauseId, batches), undefined);
    } catch (error) {
      this.parts.log.debug(`What "${session.name}" is doing at its breakpoint is not known: ${errorMessage(error)}`);
    }
  }
}

/** For the clipboard the debugger writes a text as a JSON literal. */
function textOf(literal: unknown): string | undefined {
  if (typeof literal !== 'string' || !literal.startsWith('"')) return undefined;
  const text: unknown = JSON.parse(literal);
  return typeof text === 'string' ? text : undefined;
}
