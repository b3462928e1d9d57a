import type { Disposable } from '../../../src/base/disposables';
import type { SpanId, TraceId } from '../../../src/model/ids';
import type { LogRecord } from '../../../src/model/logRecord';
import type { WaterfallHost } from '../../../src/protocol/waterfall';

const DELAY_MS = 60;
const NONE: readonly LogRecord[] = [];

/** Log records of the selected span. They are asked for anew whenever the trace has changed: records come later than spans. */
export class SpanLogs implements Disposable {
  private records = NONE;
  private spanId: SpanId | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Pick<WaterfallHost, 'logs'>,
    private readonly changed: () => void,
  ) {}

  /** None while they are not here. */
  of(spanId: SpanId): readonly LogRecord[] {
    return this.spanId === spanId ? this.records : NONE;
  }

  /** `unplaced`: with those of the trace that name no span. */
  want(traceId: TraceId | undefined, spanId: SpanId | undefined, unplaced: boolean): void {
    clearTimeout(this.timer);
    if (spanId !== this.spanId) this.records = NONE;
    this.spanId = spanId;
    if (traceId && spanId) this.timer = setTimeout(() => void this.load(traceId, spanId, unplaced), DELAY_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async load(traceId: TraceId, spanId: SpanId, unplaced: boolean): Promise<void> {
    let records: readonly LogRecord[];
    try {
      records = await this.host.logs(traceId, spanId, unplaced);
    } catch {
      return; // the details themselves say that the engine does not answer
    }
    if (this.spanId !== spanId || (records.length === 0 && this.records.length === 0)) return;
    this.records = records;
    this.changed();
  }
}
