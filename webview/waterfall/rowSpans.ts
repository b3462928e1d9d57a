import type { Disposable } from '../../src/base/disposables';
import { kindAt, spanIdAt } from '../../src/model/spanRows';
import { SPAN_FLAG, type TraceColumns } from '../../src/model/traceColumns';
import type { ShownTrace } from './state/shownTrace';
import type { SpanCache } from './state/spanCache';

/** Rows that stay in view so long get drawn what only the whole span tells. */
const REST_MS = 120;

/** Fetches the spans whose events and targets should be drawn, once scrolling rests. */
export class RowSpans implements Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly arrived: () => void) {}

  want(spans: SpanCache, shown: ShownTrace, rows: Int32Array): void {
    clearTimeout(this.timer);
    const { columns } = shown.tree;
    const missing = [...rows]
      .filter((row) => hasMoreToDraw(columns, row))
      .map((row) => ({ spanId: spanIdAt(columns, row), kind: kindAt(columns, row) }))
      .filter(({ spanId, kind }) => !spans.peek(spanId, kind));
    if (missing.length === 0) return;
    this.timer = setTimeout(() => {
      const asked = missing.map(({ spanId, kind }) => spans.get(shown.traceId, spanId, kind));
      void Promise.allSettled(asked).then((answers) => {
        if (answers.some((answer) => answer.status === 'fulfilled' && answer.value)) this.arrived();
      });
    }, REST_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

/** A span that still runs would be kept as it is now. */
function hasMoreToDraw(columns: TraceColumns, row: number): boolean {
  if (columns.flags[row] & SPAN_FLAG.events) return true;
  const isRunning = (columns.flags[row] & SPAN_FLAG.running) !== 0;
  return !isRunning && !['internal', 'unspecified'].includes(kindAt(columns, row));
}
