import type { Log } from '../base/log';
import type { EngineApi } from '../protocol/engine';
import type { WaterfallTarget } from '../protocol/waterfall';
import type { EngineClient, EngineState } from './engineClient';
import { sinceStart } from './startClock';
import type { WaterfallPanels } from './waterfall/waterfallPanels';

/** What the extension exports to tests and benchmarks. */
export interface SpanlineExports {
  /**
   * Milliseconds. `activated`: what evaluating our bundle and activating took of the extension host's time. `receiverReady`: from
   * then on until the receiver listens, on the clock.
   */
  readonly timings: { readonly activated: number; readonly receiverReady: number | undefined };
  readonly engineState: EngineState;
  /** Resolves once the receiver listens and the engine answers. */
  whenReady(): Promise<void>;
  status(): ReturnType<EngineApi['status']>;
  traces: EngineApi['traces'];
  trace: EngineApi['trace'];
  fileStats: EngineApi['fileStats'];
  /** What the open waterfall shows; `viewIsUp` once its page has asked for it. */
  readonly waterfall: (WaterfallTarget & { readonly viewIsUp: boolean }) | undefined;
}

/** Notes how long the start took, in the log and for {@link SpanlineExports}. */
export class Timings {
  private activatedIn = 0;
  private readonly began = sinceStart();
  private receiverReadyAfter: number | undefined;

  constructor(
    private readonly engine: EngineClient,
    log: Log,
  ) {
    const subscription = engine.onState((state) => {
      if (state !== 'ready') return;
      subscription.dispose();
      this.receiverReadyAfter = tenths(sinceStart() - this.began);
      log.info(`activated in ${this.activatedIn} ms, receiver ready in ${this.receiverReadyAfter} ms`);
    });
  }

  activated(ms: number): void {
    this.activatedIn = tenths(ms);
  }

  exports(panels: WaterfallPanels): SpanlineExports {
    const { engine } = this;
    const timings = (): SpanlineExports['timings'] => ({
      activated: this.activatedIn,
      receiverReady: this.receiverReadyAfter,
    });
    return {
      get timings() {
        return timings();
      },
      get engineState() {
        return engine.state;
      },
      get waterfall() {
        return panels.shown;
      },
      whenReady: () => engine.whenReady(30_000),
      status: () => engine.demand((api) => api.status()),
      traces: (query) => engine.demand((api) => api.traces(query)),
      trace: (traceId) => engine.demand((api) => api.trace(traceId)),
      fileStats: (path) => engine.demand((api) => api.fileStats(path)),
    };
  }
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
