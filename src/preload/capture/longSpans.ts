import { RecordedSpan } from './recordedSpan';
import type { ReadableSpan } from './sdkTypes';

/** More are not kept in mind; the oldest are forgotten first. */
const MOST_LONG = 8192;

/** One of them without its span, which it must not keep alive. */
interface LongSpan {
  readonly span: WeakRef<ReadableSpan>;
  readonly remains: RecordedSpan;
}

/**
 * Spans that have been under way for long. They are held by the program alone, so that one which nobody can end any more is
 * collected; whoever is interested is handed what remains of it.
 */
export class LongSpans {
  private readonly known = new WeakMap<ReadableSpan, { readonly record: RecordedSpan; readonly long: LongSpan }>();
  private readonly all = new Set<LongSpan>();
  private readonly collected: FinalizationRegistry<LongSpan>;

  constructor(onCollected: (remains: RecordedSpan) => void) {
    this.collected = new FinalizationRegistry((long) => {
      if (this.all.delete(long)) onCollected(long.remains);
    });
  }

  get size(): number {
    return this.all.size;
  }

  /** `record`: its stack has been resolved. */
  add(record: RecordedSpan): void {
    const { span } = record;
    const long = { span: new WeakRef(span), remains: remainsOf(record) };
    this.known.set(span, { record, long });
    this.all.add(long);
    this.collected.register(span, long, long);
    if (this.all.size > MOST_LONG) this.forget(this.all.values().next().value!);
  }

  /** No longer one of them. Undefined where it is none. */
  take(span: ReadableSpan): RecordedSpan | undefined {
    if (this.all.size === 0) return undefined;
    const found = this.known.get(span);
    if (!found || !this.all.has(found.long)) return undefined;
    this.forget(found.long);
    return found.record;
  }

  records(): RecordedSpan[] {
    const records: RecordedSpan[] = [];
    for (const { span, remains } of this.all) {
      const alive = span.deref();
      records.push((alive && this.known.get(alive)?.record) ?? remains);
    }
    return records;
  }

  clear(): void {
    for (const long of [...this.all]) this.forget(long);
  }

  private forget(long: LongSpan): void {
    this.all.delete(long);
    this.collected.unregister(long);
  }
}

/** Shares what the span's setters write to; its name and status stay what they were. */
function remainsOf({ span, site, inferred, setUp }: RecordedSpan): RecordedSpan {
  const context = span.spanContext();
  const remains = new RecordedSpan({
    name: span.name,
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    ended: false,
    attributes: span.attributes,
    events: span.events,
    links: span.links,
    status: span.status,
    ...(span.resource && { resource: span.resource }),
    ...(span.instrumentationScope && { instrumentationScope: span.instrumentationScope }),
    ...(span.instrumentationLibrary && { instrumentationLibrary: span.instrumentationLibrary }),
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
    spanContext: () => context,
  });
  return Object.assign(remains, { site, inferred, setUp, progress: 'long' });
}
