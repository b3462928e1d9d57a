import type { SpanId, TraceId } from '../../../src/model/ids';
import type { Span, SpanKind } from '../../../src/model/span';

const MOST_SPANS = 400;

type FetchSpan = (traceId: TraceId, spanId: SpanId, kind?: SpanKind) => Promise<Span | undefined>;

/** Spans in full, as far as they were asked for lately. An ended span never changes, so none is asked for twice; one that runs always is. */
export class SpanCache {
  /** By id and kind: client and server may share an id. */
  private readonly spans = new Map<string, Promise<Span | undefined>>();
  private readonly arrived = new Map<string, Span>();
  private traceId: TraceId | undefined;

  constructor(private readonly fetch: FetchSpan) {}

  /** Undefined when the store does not hold it (any more); rejects when the host cannot be asked. */
  get(traceId: TraceId, spanId: SpanId, kind?: SpanKind): Promise<Span | undefined> {
    if (traceId !== this.traceId) this.clear(traceId);
    const key = keyOf(spanId, kind);
    const known = this.spans.get(key);
    if (known) return known;
    const asked = this.ask(key, traceId, spanId, kind);
    this.spans.set(key, asked);
    this.trim();
    return asked;
  }

  /** The span if it is here already. */
  peek(spanId: SpanId, kind?: SpanKind): Span | undefined {
    return this.arrived.get(keyOf(spanId, kind));
  }

  clear(traceId?: TraceId): void {
    this.traceId = traceId;
    this.spans.clear();
    this.arrived.clear();
  }

  private async ask(key: string, traceId: TraceId, spanId: SpanId, kind?: SpanKind): Promise<Span | undefined> {
    try {
      const span = await this.fetch(traceId, spanId, kind);
      // The end of one that runs is said to be 0.
      if (span && span.duration >= 0 && this.traceId === traceId) this.arrived.set(key, span);
      else this.spans.delete(key);
      return span;
    } catch (error) {
      this.spans.delete(key);
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

function keyOf(spanId: SpanId, kind: SpanKind | undefined): string {
  return `${spanId} ${kind ?? ''}`;
}
