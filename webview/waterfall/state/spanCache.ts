import type { SpanId, TraceId } from '../../../src/model/ids';
import type { Span } from '../../../src/model/span';

const MOST_SPANS = 400;

/** Spans in full, as far as they were asked for lately. An ended span never changes, so none is asked for twice. */
export class SpanCache {
  private readonly spans = new Map<SpanId, Promise<Span | undefined>>();
  private readonly arrived = new Map<SpanId, Span>();
  private traceId: TraceId | undefined;

  constructor(private readonly fetch: (traceId: TraceId, spanId: SpanId) => Promise<Span | undefined>) {}

  /** Undefined when the store does not hold it (any more); rejects when the host cannot be asked. */
  get(traceId: TraceId, spanId: SpanId): Promise<Span | undefined> {
    if (traceId !== this.traceId) this.clear(traceId);
    const known = this.spans.get(spanId);
    if (known) return known;
    const asked = this.ask(traceId, spanId);
    this.spans.set(spanId, asked);
    this.trim();
    return asked;
  }

  /** The span if it is here already. */
  peek(spanId: SpanId): Span | undefined {
    return this.arrived.get(spanId);
  }

  clear(traceId?: TraceId): void {
    this.traceId = traceId;
    this.spans.clear();
    this.arrived.clear();
  }

  private async ask(traceId: TraceId, spanId: SpanId): Promise<Span | undefined> {
    try {
      const span = await this.fetch(traceId, spanId);
      if (span && this.traceId === traceId) this.arrived.set(spanId, span);
      else this.spans.delete(spanId);
      return span;
    } catch (error) {
      this.spans.delete(spanId);
      throw error;
    }
  }

  private trim(): void {
    for (const oldest of this.spans.keys()) {
      if (this.spans.size <= MOST_SPANS) return;
      this.spans.delete(oldest);
      this.arrived.delete(oldest);
    }
  }
}
