import { type Disposable, Disposables } from '../../base/disposables';
import { Emitter } from '../../base/emitter';
import { errorMessage, type Log } from '../../base/log';
import type { SpanSitesChange } from '../../protocol/spanSites';
import type { EngineClient } from '../engineClient';

/** Between the engine, which wants the span sites of JavaScript, and the analysis, which finds them when it runs. */
export class SiteExchange implements Disposable {
  /** The engine asked for them, now or before the analysis ran. */
  isWanted = false;
  private readonly disposables = new Disposables();
  private readonly wishes: Emitter<void>;

  constructor(
    private readonly engine: EngineClient,
    log: Log,
  ) {
    this.wishes = this.disposables.add(new Emitter((error) => log.error(`Span sites: ${errorMessage(error)}`)));
    this.disposables.add(
      engine.onSitesWanted((languages) => {
        if (!languages.includes('javascript')) return;
        this.isWanted = true;
        this.wishes.fire();
      }),
    );
  }

  get onWanted(): Emitter<void>['on'] {
    return this.wishes.on;
  }

  tell(change: SpanSitesChange): void {
    void this.engine.ask((api) => api.spanSites(change), undefined);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
