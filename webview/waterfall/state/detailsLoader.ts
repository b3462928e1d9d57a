import type { Disposable } from '../../../src/base/disposables';
import type { SpanId, TraceId } from '../../../src/model/ids';
import type { Span } from '../../../src/model/span';
import type { SpanCache } from './spanCache';

/** Details of the selected span: what is here already stays until the next is. */
export interface Details {
  readonly spanId: SpanId;
  readonly span?: Span;
  readonly state: 'loading' | 'ready' | 'gone' | 'failed';
}

const DELAY_MS = 60;

/** Fetches the selected span; waits a moment, so that running through rows by key asks for the last one only. */
export class DetailsLoader implements Disposable {
  details: Details | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly spans: SpanCache,
    private readonly changed: () => void,
  ) {}

  /** Nothing is fetched for an absent span id. */
  want(traceId: TraceId | undefined, spanId: SpanId | undefined): void {
    clearTimeout(this.timer);
    if (!traceId || !spanId) {
      this.details = undefined;
      return;
    }
    const here = this.spans.peek(spanId);
    if (here) this.details = { spanId, span: here, state: 'ready' };
    else {
      this.details = { spanId, span: this.details?.span, state: 'loading' };
      this.timer = setTimeout(() => void this.load(traceId, spanId), DELAY_MS);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async load(traceId: TraceId, spanId: SpanId): Promise<void> {
    let details: Details;
    try {
      const span = await this.spans.get(traceId, spanId);
      details = span ? { spanId, span, state: 'ready' } : { spanId, state: 'gone' };
    } catch {
      details = { spanId, state: 'failed' };
    }
    if (this.details?.spanId !== spanId) return;
    this.details = details;
    this.changed();
  }
}
