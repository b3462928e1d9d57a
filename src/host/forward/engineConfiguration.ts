import type * as vscode from 'vscode';
import type { EngineClient } from '../engineClient';
import { engineSettings, ENGINE_SETTINGS } from '../engineSettings';
import type { HostSettings } from '../settings';
import type { ForwardHeaderStore } from './forwardHeaders';

/** Hands settings and credentials to the engine, at the start and whenever they change. */
export class EngineConfiguration implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private applied: Promise<void> = Promise.resolve();

  constructor(
    private readonly engine: EngineClient,
    private readonly settings: HostSettings,
    private readonly headers: ForwardHeaderStore,
  ) {
    this.subscriptions = [
      settings.onChange(ENGINE_SETTINGS, () => void this.apply()),
      headers.onChange(() => void this.apply()),
    ];
    // The engine was started without what is asked of the key ring.
    if (settings.get('forward.endpoint').trim() !== '') void this.apply();
  }

  /** One after the other, so that what was set last counts. */
  apply(): Promise<void> {
    this.applied = this.applied.then(async () => {
      await this.engine.configure(engineSettings(this.settings, await this.headers.read()));
    });
    return this.applied;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
