import type { Disposable } from '../../../src/base/disposables';
import type { SpanId, TraceId } from '../../../src/model/ids';
import type { Span, SpanKind } from '../../../src/model/span';
import type { SpanCache } from './spanCache';

/** Details of the selected span: what is here already stays until the next is. */
export interface Details {
  readonly spanId: SpanId;
  readonly kind: SpanKind;
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
  want(traceId: TraceId | undefined, spanId: SpanId | undefined, kind: SpanKind): void {
    clearTimeout(this.timer);
    if (!traceId || !spanId) {
      this.details = undefined;
      return;
    }
    const here = this.spans.peek(spanId, kind);
    if (here) this.details = { spanId, kind, span: here, state: 'ready' };
    else {
      this.details = { spanId, kind, span: this.details?.span, state: 'loading' };
      this.timer = setTimeout(() => void this.load(traceId, spanId, kind), DELAY_MS);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async load(traceId: TraceId, spanId: SpanId, kind: SpanKind): Promise<void> {
    let details: Details;
    try {
      const span = await this.spans.get(traceId, spanId, kind);
      details = span ? { spanId, kind, span, state: 'ready' } : { spanId, kind, state: 'gone' };
    } catch {
      details = { spanId, kind, state: 'failed' };
    }
    if (this.details?.spanId !== spanId || this.details.kind !== kind) return;
    this.details = details;
    this.changed();
  }
}
