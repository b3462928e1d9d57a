import type { TraceId } from '../model/ids';
import type { SpanStore } from '../store/spanStore';

/**
 * Which traces are pinned: told by the window, and by the journal, which knows those of the engine before this one from the start. A
 * window tells them one by one, and later.
 */
export class PinnedTraces {
  readonly ids = new Set<TraceId>();

  constructor(private readonly store: Pick<SpanStore, 'pin'>) {}

  /** Gives why a trace cannot be pinned. */
  set(traceId: TraceId, pinned: boolean): string | undefined {
    const refusal = this.store.pin(traceId, pinned);
    if (!pinned) this.ids.delete(traceId);
    else if (refusal === undefined) this.ids.add(traceId);
    return refusal;
  }

  /** For a store that was emptied, or where the journal knows of more. */
  repeat(): void {
    for (const traceId of this.ids) this.store.pin(traceId, true);
  }

  clear(): void {
    this.ids.clear();
  }
}
