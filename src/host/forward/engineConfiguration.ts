import type * as vscode from 'vscode';
import type { Log } from '../../base/log';
import type { ForwardHeaders } from '../../protocol/forwardHeaders';
import type { EngineClient } from '../engineClient';
import { engineSettings, ENGINE_SETTINGS } from '../engineSettings';
import type { HostSettings } from '../settings';
import { withTimeout } from '../withTimeout';
import type { ForwardHeaderStore } from './forwardHeaders';

/** A key ring may wait for its password. */
const PATIENCE_MS = 3_000;

/** Hands settings and the upstream's credentials to the engine, at the start and whenever they change. */
export class EngineConfiguration implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  /** Undefined until they were read: before that nothing is forwarded. */
  private known: ForwardHeaders | undefined;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly engine: EngineClient,
    private readonly settings: HostSettings,
    private readonly headers: ForwardHeaderStore,
    private readonly log: Log,
  ) {
    this.subscriptions = [
      settings.onChange(ENGINE_SETTINGS, () => void this.apply()),
      headers.onChange(() => void this.readAgain()),
    ];
    if (this.forwards) void this.readOnce();
  }

  async apply(): Promise<void> {
    await this.engine.configure(engineSettings(this.settings, this.known));
    if (this.forwards) await this.readOnce();
  }

  /** After the headers were changed. */
  async readAgain(): Promise<void> {
    await this.use(await this.headers.read());
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private get forwards(): boolean {
    return this.settings.get('forward.endpoint').trim() !== '';
  }

  private readOnce(): Promise<void> {
    this.reading ??= this.firstHeaders().then((headers) => this.use(headers));
    return this.reading;
  }

  /** A key ring that does not answer in time is not waited for; its answer counts when it comes. */
  private async firstHeaders(): Promise<ForwardHeaders> {
    const reading = this.headers.read();
    try {
      return await withTimeout(reading, PATIENCE_MS, 'reading the headers for forwarding');
    } catch {
      this.log.warn('The key ring does not answer: forwarding begins without the headers that may be kept there');
      void reading.then((late) => this.use(late));
      return {};
    }
  }

  private async use(headers: ForwardHeaders): Promise<void> {
    this.known = headers;
    await this.engine.configure(engineSettings(this.settings, headers));
  }
}
