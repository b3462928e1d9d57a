import * as vscode from 'vscode';
import { type Disposable, Disposables } from '../../base/disposables';
import type { TraceId } from '../../model/ids';
import type { EngineClient } from '../engineClient';

const PINNED = 'traces.pinned';
const MOST = 200;

/** Pinned traces, remembered over a reload of the window: the journal brings the traces back, and this their pins. */
export class Pins implements Disposable {
  private readonly disposables = new Disposables();

  constructor(
    private readonly engine: EngineClient,
    private readonly memory: vscode.Memento,
  ) {
    this.disposables.add(engine.onState((state) => state === 'ready' && void this.repeat()));
    this.disposables.add(engine.onChanged(({ cleared }) => cleared && void memory.update(PINNED, undefined)));
  }

  async set(traceId: TraceId, pinned: boolean): Promise<void> {
    const refusal = await this.engine.ask((api) => api.pin(traceId, pinned), undefined);
    if (refusal !== undefined) {
      void vscode.window.showWarningMessage(`This trace could not be pinned. ${refusal}`);
      return;
    }
    const others = this.remembered.filter((id) => id !== traceId);
    await this.memory.update(PINNED, pinned ? [...others, traceId].slice(-MOST) : others);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private get remembered(): readonly TraceId[] {
    const stored = this.memory.get<unknown>(PINNED);
    return Array.isArray(stored) ? stored.filter((id): id is TraceId => typeof id === 'string') : [];
  }

  private async repeat(): Promise<void> {
    for (const traceId of this.remembered) await this.engine.ask((api) => api.pin(traceId, true), undefined);
  }
}
