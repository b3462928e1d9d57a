import type { WaterfallTarget } from '../../../src/protocol/waterfall';
import { type Intent, type IntentStore, readIntent } from './intent';

/** Keeps what the user wants to see, once for all changes of a moment, and tells when that is another trace or span. */
export class Memory {
  private kept: Intent;
  private due = false;
  private told = '';

  constructor(
    private readonly store: IntentStore,
    private readonly tell: (target: WaterfallTarget) => void,
  ) {
    this.kept = readIntent(store.load());
  }

  get last(): Intent {
    return this.kept;
  }

  /** @param read gives nothing as long as what is remembered still stands */
  renew(read: () => Intent | undefined): void {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      const intent = read();
      if (intent) this.keep(intent);
    });
  }

  private keep(intent: Intent): void {
    this.kept = intent;
    this.store.save(intent);
    const { traceId, spanId, follow } = intent;
    const target: WaterfallTarget = { ...(traceId && { traceId }), ...(spanId && { spanId }), follow };
    const key = JSON.stringify(target);
    if (key === this.told) return;
    this.told = key;
    this.tell(target);
  }
}
