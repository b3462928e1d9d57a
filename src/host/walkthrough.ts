import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../base/disposables';
import { CONTEXT_KEYS } from '../protocol/contributions';
import type { EngineClient } from './engineClient';

/** VS Code reads a walkthrough's steps after its page is open, and waits up to five seconds for something else before; more on a slow machine. */
const READ_AFTER_MS = [300, 2_000, 6_000, 15_000];

/**
 * Ticks the walkthrough's first step. VS Code ticks a step by a context key that becomes true, and it knows the steps only from when a
 * walkthrough was first opened: a key that is true by then ticks nothing as long as the window lives. So this key is true for a moment
 * only, each time that somebody may look.
 */
export class Walkthrough implements Disposable {
  private readonly disposables = new Disposables();
  private hasTraces = false;
  private timers: NodeJS.Timeout[] = [];

  constructor(engine: EngineClient) {
    this.disposables.add(
      engine.onStatus(({ traces }) => {
        const came = traces > 0 && !this.hasTraces;
        this.hasTraces = traces > 0;
        if (came) this.tell();
      }),
    );
    this.disposables.add(
      vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
        if ([...opened, ...changed].some(mayBeWalkthrough)) this.tell();
      }),
    );
    this.disposables.onDispose(() => this.timers.forEach(clearTimeout));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private tell(): void {
    this.timers.forEach(clearTimeout);
    this.timers = READ_AFTER_MS.map((afterMs) => setTimeout(() => this.hasTraces && void pulse(), afterMs));
  }
}

/** Extensions are not told what such a tab holds. */
function mayBeWalkthrough({ isActive, input }: vscode.Tab): boolean {
  return isActive && input === undefined;
}

async function pulse(): Promise<void> {
  for (const isNow of [true, false]) await vscode.commands.executeCommand('setContext', CONTEXT_KEYS.tracesCame, isNow);
}
