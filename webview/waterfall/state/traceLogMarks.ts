import type { Disposable } from '../../../src/base/disposables';
import type { SpanId, TraceId } from '../../../src/model/ids';
import { type PlacedMark, placedMarks } from '../../../src/model/logMarks';
import type { WaterfallHost } from '../../../src/protocol/waterfall';

const DELAY_MS = 150;
const NONE: readonly PlacedMark[] = [];

/** Where log records were written in the spans of the trace that is drawn. Asked for anew whenever the trace has changed. */
export class TraceLogMarks implements Disposable {
  private marks: ReadonlyMap<SpanId, readonly PlacedMark[]> = new Map();
  private traceId: TraceId | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Pick<WaterfallHost, 'logMarks'>,
    private readonly changed: () => void,
  ) {}

  of(spanId: SpanId): readonly PlacedMark[] {
    return this.marks.get(spanId) ?? NONE;
  }

  /** `epoch` as in TraceColumns. */
  want(traceId: TraceId | undefined, epoch: string): void {
    clearTimeout(this.timer);
    if (traceId !== this.traceId) this.marks = new Map();
    this.traceId = traceId;
    if (traceId) this.timer = setTimeout(() => void this.load(traceId, epoch), DELAY_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async load(traceId: TraceId, epoch: string): Promise<void> {
    try {
      const marks = await this.host.logMarks(traceId);
      if (this.traceId !== traceId || (marks.length === 0 && this.marks.size === 0)) return;
      this.marks = placedMarks(marks, epoch);
      this.changed();
    } catch {
      // The waterfall does without; what failed is told where the records themselves are shown.
    }
  }
}
