import { type RedactionCount, redactionTotals } from '../model/redaction';
import type { Span } from '../model/span';
import type { Signal } from '../otlp/signals';
import { onlyKnown } from '../otlp/wire/onlyKnown';
import type { EngineStatus, RedactionSettings } from '../protocol/engine';
import { createRedactor } from '../redaction/createRedactor';
import { Notices } from '../redaction/notices';
import type { Redactor } from '../redaction/redactor';
import { LOGS_REQUEST, METRICS_REQUEST, RequestRedactor } from '../redaction/requestRedactor';
import { RedactionCounts } from '../store/redactionCounts';

const NOWHERE = { service: '', spanName: '' };

/** What is recognised as secret or personal, as the settings want it now: in log records and metrics; spans are the store's. */
export class Redaction {
  redactor: Redactor | undefined;
  private readonly seen = { logs: new RedactionCounts(), metrics: new RedactionCounts() };
  private requests!: { readonly logs: RequestRedactor; readonly metrics: RequestRedactor } | undefined;

  constructor(private settings: RedactionSettings) {
    this.use(settings);
  }

  /** True when the redactor is another one now. */
  configure(settings: RedactionSettings): boolean {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return false;
    this.use(settings);
    return true;
  }

  /** A request of log records or metrics as it must be kept. */
  redacted(signal: Signal, request: Uint8Array): Uint8Array {
    if (this.requests === undefined || signal.id === 'traces') return request;
    const plain = onlyKnown(request, signal.id) ?? request;
    if (signal.id === 'logs') return this.requests.logs.redact(plain, LOGS_REQUEST) ?? plain;
    return this.requests.metrics.redact(plain, METRICS_REQUEST) ?? plain;
  }

  /** Of all signals, most frequent first. */
  counts(ofSpans: readonly RedactionCount[]): RedactionCount[] {
    const others = (['logs', 'metrics'] as const).flatMap((signal) =>
      this.seen[signal].list().map((count) => ({ ...count, signal })),
    );
    return [...ofSpans, ...others].sort((a, b) => b.count - a.count);
  }

  status(ofSpans: readonly RedactionCount[]): Pick<EngineStatus, 'redactions'> {
    const counts = this.counts(ofSpans);
    return counts.length > 0 ? { redactions: redactionTotals(counts) } : {};
  }

  /** The span with what its attributes are to be told of. `ofSpans`: what was counted. */
  withNotices(span: Span, ofSpans: readonly RedactionCount[]): Span {
    return this.redactor ? new Notices(this.settings, this.redactor, ofSpans).on(span) : span;
  }

  clear(): void {
    this.seen.logs.clear();
    this.seen.metrics.clear();
  }

  private use(settings: RedactionSettings): void {
    this.settings = settings;
    const redactor = createRedactor(settings);
    this.redactor = redactor;
    const counting = (counts: RedactionCounts) =>
      new RequestRedactor(redactor!, (match, masked) => counts.add(match, masked, NOWHERE));
    this.requests = redactor && { logs: counting(this.seen.logs), metrics: counting(this.seen.metrics) };
  }
}
