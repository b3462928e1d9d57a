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
  /** `before`: in spans, by engines before this one. */
  private readonly seen = {
    logs: new RedactionCounts(),
    metrics: new RedactionCounts(),
    before: new RedactionCounts(),
  };
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
    return [...this.inSpans(ofSpans), ...others].sort((a, b) => b.count - a.count);
  }

  /** What the next engine has to know, which finds only the marks of what was masked. */
  toKeep(ofSpans: readonly RedactionCount[]): string | undefined {
    const masked = this.counts(ofSpans).filter((count) => count.masked);
    return masked.length > 0 ? JSON.stringify(masked) : undefined;
  }

  /** Counts on from what an engine before this one {@link toKeep kept}. Throws where the text is none such. */
  bringBack(kept: string): void {
    const counts = JSON.parse(kept) as RedactionCount[];
    const of = (wanted: RedactionCount['signal']) => counts.filter(({ signal }) => signal === wanted);
    this.seen.before.addAll(of(undefined));
    this.seen.logs.addAll(of('logs'));
    this.seen.metrics.addAll(of('metrics'));
  }

  /** What was masked in spans elsewhere. */
  countOn(counts: readonly RedactionCount[]): void {
    this.seen.before.addAll(counts.filter(({ masked }) => masked));
  }

  private inSpans(counts: readonly RedactionCount[]): readonly RedactionCount[] {
    if (this.seen.before.isEmpty) return counts;
    const all = new RedactionCounts();
    all.addAll(this.seen.before.list());
    all.addAll(counts);
    return all.list();
  }

  status(ofSpans: readonly RedactionCount[]): Pick<EngineStatus, 'redactions'> {
    const counts = this.counts(ofSpans);
    return counts.length > 0 ? { redactions: redactionTotals(counts) } : {};
  }

  /** The span with what its attributes are to be told of. `ofSpans`: what was counted. */
  withNotices(span: Span, ofSpans: readonly RedactionCount[]): Span {
    return this.redactor ? new Notices(this.settings, this.redactor, this.inSpans(ofSpans)).on(span) : span;
  }

  clear(): void {
    for (const counts of Object.values(this.seen)) counts.clear();
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
